"""What `skn-noise COMMAND --help` says, to its last word: the guide shows it."""

from pathlib import Path

import pytest

from skn_noise.cli import main

GUIDE = Path(__file__).parents[1] / "docs" / "guide" / "help"


def help_of(capsys, *command):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def without_usage(text):
    """Leave out the lines that versions of Python break in other places."""
    return text.partition("\n\n")[2]


@pytest.fixture(autouse=True)
def _as_wide_as_in_the_guide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("command", ["sweep", "report", "compare"])
def test_the_guide_shows_the_help_of_a_command(command, capsys):
    shown = (GUIDE / f"{command}.txt").read_text(encoding="utf-8")
    assert without_usage(help_of(capsys, command)) == without_usage(shown)


@pytest.mark.parametrize("command", ["sweep", "report", "compare"])
def test_the_usage_is_the_commands_own(command, capsys):
    assert help_of(capsys, command).startswith(f"usage: skn-noise {command} [-h] ")


def test_help_lists_the_commands(capsys):
    text = help_of(capsys)
    assert text.startswith("usage: skn-noise [-h] [--version] COMMAND ...\n")
    assert without_usage(text) == (
        "Measure how much Gaussian noise costs a classifier.\n\n"
        "options:\n"
        "  -h, --help  show this help message and exit\n"
        "  --version   show program's version number and exit\n\n"
        "commands:\n"
        "  COMMAND     'skn-noise COMMAND --help' lists the options of one\n"
        "    sweep     train and validate a network at several scales of noise\n"
        "    report    write the files of a sweep again\n"
        "    compare   compare the results of sweeps\n"
    )
