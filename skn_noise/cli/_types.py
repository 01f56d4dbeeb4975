"""Parse and check the values of options.

argparse calls these functions and prints their errors below the usage.
"""

import argparse
import math
from pathlib import Path

_PICTURES = (".png", ".svg", ".pdf")
LARGEST_SCALE = 1e30
LARGEST_SEED = 2**32 - 1  # of scikit-learn
# No study is as large. Larger numbers are mistakes, and would fill the memory.
LARGEST_NUMBER = 10**6
MOST_JOBS = 4096


def scale(text):
    """Parse a scale of the noise."""
    # Pixels are float32, and noise that overflows would be infinite.
    expected = f"a number from 0 to {LARGEST_SCALE:g}"
    return _parse(float, text, expected, lambda number: 0 <= number <= LARGEST_SCALE)


def decibels(text):
    """Parse a ratio of signal to noise, and return the scale of the noise."""
    ratio = _parse(
        float,
        text,
        "decibels from -600 to 600, or inf",
        lambda number: abs(number) <= 600 or number == math.inf,
    )
    return float(f"{10 ** (-ratio / 20):.4g}")  # as noise_curve(snr=...) rounds


def tolerance(text):
    """Parse a score or a percentage of a score, and return it as text."""
    percentage = text.removesuffix("%")
    most = 1 if percentage == text else 100
    expected = "a score such as 0.9, or 90% of the score without noise"
    try:
        is_fine = 0 < float(percentage) <= most
    except ValueError:
        is_fine = False
    if not is_fine:
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
    return text


def whole_number(text):
    """Parse a positive whole number."""
    return _parse(
        int,
        text,
        f"a whole number from 1 to {LARGEST_NUMBER}",
        lambda number: 1 <= number <= LARGEST_NUMBER,
    )


def jobs(text):
    """Parse a number of workers; negative numbers leave cores free, as in joblib."""
    return _parse(
        int,
        text,
        f"a whole number other than 0, at most {MOST_JOBS}",
        lambda number: number != 0 and abs(number) <= MOST_JOBS,
    )


def seed(text):
    """Parse a seed."""
    return _parse(
        int,
        text,
        f"a whole number from 0 to {LARGEST_SEED}",
        lambda number: 0 <= number <= LARGEST_SEED,
    )


def folds(text):
    """Parse 'holdout' or a number of folds, and return it as text."""
    if text == "holdout":
        return text
    expected = "'holdout' or a number of folds of at least 2"
    return str(_parse(int, text, expected, lambda number: number >= 2))


def folder(text):
    """Parse the path of a folder, which need not exist."""
    # Path("") is the working folder, but an empty variable of a shell is a mistake.
    if not text:
        raise argparse.ArgumentTypeError("expected the name of a folder, got ''")
    if Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text} is a file; name a folder")
    return Path(text)


def output_picture(text):
    """Parse the path of a picture in an existing folder."""
    path = Path(text)
    if path.suffix not in _PICTURES:
        raise argparse.ArgumentTypeError(
            f"expected a name that ends in one of {', '.join(_PICTURES)}, got {text!r}"
        )
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}; make it")
    return path


def grey_level(text):
    """Parse the value of a white pixel."""
    return _parse(float, text, "a positive number", lambda white: 0 < white < math.inf)


def _parse(kind, text, expected, is_fine):
    try:
        number = kind(text)
    except ValueError:
        number = None
    if number is None or not is_fine(number):
        hint = "; separate numbers by spaces" if "," in text else ""
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}{hint}")
    return number
