"""What an option takes; whatever else is an error before anything starts."""

import argparse
from pathlib import Path

_PICTURES = (".png", ".svg", ".pdf")
LARGEST_SEED = 2**32 - 1  # that scikit-learn takes
LARGEST_NUMBER = 10**6
MOST_JOBS = 4096


class Scales(argparse.Action):
    """Keep scales that are finite, not negative and each there once."""

    def __call__(self, parser, namespace, values, option_string=None):
        """Check them, all together."""
        import numpy as np

        from skn_noise.study._scales import check_scales

        try:
            check_scales(values, "they")
            if max(values) > float(np.finfo(np.float32).max):  # what pixels are kept in
                raise ValueError(f"they must be numbers of 32 bits, got {values}.")
        except ValueError as error:
            raise argparse.ArgumentError(self, str(error)) from error
        setattr(namespace, self.dest, values)


def scale(text):
    """Parse a scale of the noise; all of them are checked together later."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_expected("a number", text)) from error


def whole_number(text):
    """Parse a whole number that a machine comes to the end of."""
    return _parse(
        text,
        f"a whole number from 1 to {LARGEST_NUMBER}",
        lambda number: 1 <= number <= LARGEST_NUMBER,
    )


def jobs(text):
    """Parse a number of workers; the negative ones leave cores free, as in joblib."""
    return _parse(
        text,
        f"a whole number other than 0, at most {MOST_JOBS}",
        lambda number: number != 0 and abs(number) <= MOST_JOBS,
    )


def seed(text):
    """Parse a seed."""
    return _parse(
        text,
        f"a whole number from 0 to {LARGEST_SEED}",
        lambda number: 0 <= number <= LARGEST_SEED,
    )


def folds(text):
    """Check that this is a number of folds or 'holdout'."""
    if text != "holdout":
        _parse(text, "'holdout' or a number of folds of at least 2", lambda k: k >= 2)
    return text


def output_folder(text):
    """Parse a path that is no file's."""
    if Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text} is a file; name a folder")
    return Path(text)


def output_picture(text):
    """Parse the path of a picture in a folder that is there."""
    path = Path(text)
    if path.suffix not in _PICTURES:
        raise argparse.ArgumentTypeError(
            f"expected a name that ends in one of {', '.join(_PICTURES)}, got {text!r}"
        )
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}; make it")
    return path


def grey_level(text):
    """Parse the level of white."""
    try:
        white = float(text)
    except ValueError:
        white = 0.0
    if not 0 < white < float("inf"):
        raise argparse.ArgumentTypeError(_expected("a positive number", text))
    return white


def _parse(text, expected, is_fine):
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or not is_fine(number):
        raise argparse.ArgumentTypeError(_expected(expected, text))
    return number


def _expected(what, text):
    hint = "; separate numbers by spaces" if "," in text else ""
    return f"expected {what}, got {text!r}{hint}"
