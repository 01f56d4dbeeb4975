"""In which words and with which exit code the command ends."""

import argparse
import signal

import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError

from skn_noise._signals import EndedBySignal
from skn_noise.cli._endings import ended_in_words


def ended(capsys, error, *notes):
    """Return the exit code and what is said when an error ends the command."""
    for note in notes:
        error.add_note(note)
    parser = argparse.ArgumentParser(prog="skn-noise")
    with pytest.raises(SystemExit) as exit_, ended_in_words(parser):
        raise error
    return exit_.value.code, capsys.readouterr().err


@pytest.mark.parametrize("kind", [ImportError, OSError, ValueError])
def test_wrong_use_ends_with_2(kind, capsys):
    said = "skn-noise: error: what is wrong\n"
    assert ended(capsys, kind("what is wrong")) == (2, said)


def test_a_signal_ends_with_128_more_than_its_number(capsys):
    ends = ended(capsys, EndedBySignal(signal.SIGTERM), "1 of 2 cells", "are kept.")
    assert ends == (128 + signal.SIGTERM, "\nInterrupted: 1 of 2 cells are kept.\n")


def test_a_signal_before_the_training_says_so(capsys):
    _, said = ended(capsys, EndedBySignal(signal.SIGINT))
    assert said == "\nInterrupted: nothing was trained yet.\n"


def test_a_lost_worker_ends_with_1_and_says_what_is_kept(capsys):
    ends = ended(capsys, TerminatedWorkerError("it was killed"), "1 cell is kept.")
    assert ends == (1, "skn-noise: error: it was killed\n1 cell is kept.\n")


def test_a_fault_of_ours_shows_its_traceback():
    parser = argparse.ArgumentParser(prog="skn-noise")
    with pytest.raises(RuntimeError, match="ours"), ended_in_words(parser):
        raise RuntimeError("ours")
