"""What the command writes to the terminal, and in which words and with which code it
ends."""

import io
import os
import signal
import sys
import warnings

import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError

from skn_noise._signals import EndedBySignal
from skn_noise.cli._terminal import Parser, ended_in_words, printable, say


def ended(capsys, error, *notes):
    """Return the exit code and what is said when an error ends the command."""
    for note in notes:
        error.add_note(note)
    with pytest.raises(SystemExit) as exit_, ended_in_words(Parser(prog="skn-noise")):
        raise error
    return exit_.value.code, capsys.readouterr().err


@pytest.mark.parametrize("kind", [ImportError, OSError, ValueError])
def test_wrong_use_ends_with_2(kind, capsys):
    said = "skn-noise: error: what is wrong\n"
    assert ended(capsys, kind("what is wrong")) == (2, said)


def test_an_error_after_trainings_says_what_is_kept(capsys):
    _, said = ended(capsys, OSError("no space"), "1 of 2 cells are kept.")
    assert said == "skn-noise: error: no space\n1 of 2 cells are kept.\n"


@pytest.mark.parametrize(
    ("notes", "said"), [(["1 of 2", "kept."], ": 1 of 2 kept."), ([], ".")]
)
def test_a_signal_ends_with_128_more_than_its_number(capsys, notes, said):
    ends = ended(capsys, EndedBySignal(signal.SIGTERM), *notes)
    assert ends == (128 + signal.SIGTERM, f"\nInterrupted{said}\n")


def test_a_lost_worker_ends_with_1(capsys):
    ends = ended(capsys, TerminatedWorkerError("it was killed"), "1 cell is kept.")
    assert ends == (1, "skn-noise: error: it was killed\n1 cell is kept.\n")


def test_a_fault_of_ours_shows_its_traceback():
    with pytest.raises(RuntimeError, match="ours"), ended_in_words(Parser()):
        raise RuntimeError("ours")


def test_a_warning_is_a_sentence_without_a_line_of_code(capsys):
    with ended_in_words(Parser()):
        warnings.simplefilter("always")
        warnings.warn("drop the column \x1b[2J", stacklevel=1)
    assert capsys.readouterr().err == "warning: drop the column \\x1b[2J\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ü, two\nlines", "ü, two\nlines"),
        (os.fsdecode(b"m\xfcll.csv"), r"m\xfcll.csv"),
        ("\x1b]0;title\x07\r\x9b", r"\x1b]0;title\x07\r\x9b"),
        ("right to left \u202e", r"right to left \u202e"),
        ("\ud800", r"\ud800"),
    ],
)
def test_nothing_but_letters_reaches_the_terminal(text, expected):
    assert printable(text) == expected


def test_errors_of_options_are_safe_to_print(capsys):
    with pytest.raises(SystemExit):
        Parser(prog="skn-noise").parse_args(["--\x1b[2J\udcfc"])
    assert capsys.readouterr().err.endswith(r"arguments: --\x1b[2J\xfc" + "\n")


def test_letters_that_the_terminal_lacks_are_escaped():
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    say("größer", terminal)
    assert terminal.buffer.getvalue() == b"gr\\xf6\\xdfer\n"


def test_who_closes_the_pipe_misses_the_rest():
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as pipe:
        for _ in range(2):
            say("table", pipe)


def test_a_closed_stdout_is_no_error(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    say("table")
