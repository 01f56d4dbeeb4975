"""Turn whatever a damaged file makes a reader raise into one sentence."""

from contextlib import contextmanager


@contextmanager
def named_if_unreadable(path, mend):
    """Name the file that could not be read, and how to mend it."""
    try:
        yield
    except (ImportError, PermissionError) as error:
        raise type(error)(f"{path} cannot be read: {error}") from error
    except Exception as error:  # damaged bytes make readers fail in many ways
        raise ValueError(f"{path} cannot be read ({error}). {mend}") from error
