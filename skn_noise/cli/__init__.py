"""The command `skn-noise`; each subcommand is a file that says what it takes."""

from skn_noise.cli._main import main

__all__ = ["main"]
