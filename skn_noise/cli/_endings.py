"""Let the command end in a sentence and with an exit code, however it ends."""

from contextlib import contextmanager

from skn_noise._signals import EndedBySignal, signals_raised


@contextmanager
def ended_in_words(parser):
    """End in place of a traceback: 2 for wrong use, 1 for a lost worker."""
    try:
        with signals_raised():
            yield
    except EndedBySignal as error:
        parser.exit(error.exit_code, f"\nInterrupted: {_what_is_kept(error)}\n")
    except (ImportError, OSError, ValueError) as error:
        parser.exit(2, f"{parser.prog}: error: {error}\n")
    except RuntimeError as error:
        if not _is_lost_worker(error):
            raise
        parser.exit(1, f"{parser.prog}: error: {error}\n{_what_is_kept(error)}\n")


def _is_lost_worker(error):
    """Tell whether a worker was killed; its class would take long to import."""
    return "BrokenProcessPool" in {kind.__name__ for kind in type(error).__mro__}


def _what_is_kept(error):
    """Return what the package noted on the error about finished trainings."""
    return " ".join(getattr(error, "__notes__", ["nothing was trained yet."]))
