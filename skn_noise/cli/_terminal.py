"""Write to the terminal, and end the command in a sentence with an exit code."""

import argparse
import logging
import os
import sys
import warnings
from contextlib import contextmanager

from skn_noise._signals import EndedBySignal, signals_raised


class Parser(argparse.ArgumentParser):
    """Parser whose errors are safe to print, and whose help keeps its line breaks."""

    def __init__(self, **options):
        super().__init__(formatter_class=_Formatter, **options)

    def exit(self, status=0, message=None):
        """End the command; the message may hold names of files and of columns."""
        super().exit(status, message and printable(message))


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, **options):
        # A narrow column of names leaves more room, so that the help is on two screens.
        super().__init__(max_help_position=22, **options)


def printable(text):
    r"""Escape all characters but printable ones and line breaks.

    A name of a file or a column may hold bytes that are not UTF-8, which Python keeps
    as lone surrogates, and sequences that a terminal would obey.

    >>> print(printable("m\udcfcll.csv, \x1b[31mred"))
    m\xfcll.csv, \x1b[31mred
    """
    return "".join(c if c.isprintable() or c == "\n" else _escape(c) for c in text)


def _escape(character):
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # a byte, as os.fsdecode keeps it
        return f"\\x{number - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()


def say(text, file=None):
    """Print a text, to stdout by default, with its control characters escaped.

    A reader such as ``head`` may close the pipe at any time. The command then goes on
    to write its files, and its further output is discarded.
    """
    file = sys.stdout if file is None else file
    encoding = getattr(file, "encoding", None) or "utf-8"
    text = printable(str(text)).encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(text, file=file, flush=True)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, file.fileno())
        os.close(nowhere)


@contextmanager
def ended_in_words(parser):
    """End the command with a sentence in place of a traceback.

    The exit code is 2 for wrong use, 1 for a lost worker, and 128 plus the number of a
    signal. Other errors are faults of this package, and show their traceback. Notes on
    an error say which trainings are kept.
    """
    try:
        with signals_raised(), warnings.catch_warnings():
            warnings.showwarning = _show_warning
            yield
    except EndedBySignal as error:
        kept = " ".join(_notes(error))
        parser.exit(error.exit_code, f"\nInterrupted{kept and ': '}{kept or '.'}\n")
    except (ImportError, OSError, ValueError) as error:
        parser.exit(2, _describe(parser, error))
    except RuntimeError as error:
        if not _is_lost_worker(error):
            raise
        parser.exit(1, _describe(parser, error))


@contextmanager
def progress_logged():
    """Print log messages to stderr: cells found in the folder, and finished cells.

    In a terminal, a progress bar shows the finished cells instead.
    """
    # The level is set back later: a program may call `main` more than once.
    logger, handler = logging.getLogger("skn_noise"), _StderrHandler()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class _StderrHandler(logging.Handler):
    def emit(self, record):
        say(self.format(record), sys.stderr)


def _show_warning(message, *_, **__):
    say(f"warning: {message}", sys.stderr)


def _describe(parser, error):
    said = "\n".join([f"{parser.prog}: error: {error}", *_notes(error)])
    return f"{said}\n"


def _notes(error):
    return getattr(error, "__notes__", [])


def _is_lost_worker(error):
    """Tell by the name of a base class, as importing it takes a second."""
    return "BrokenExecutor" in {kind.__name__ for kind in type(error).__mro__}
