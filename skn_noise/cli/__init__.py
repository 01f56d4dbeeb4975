"""The command `skn-noise`."""

from skn_noise.cli._main import main

__all__ = ["main"]
