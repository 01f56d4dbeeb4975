"""Run `skn-noise` as `python -m skn_noise`."""

import sys

from skn_noise.cli._main import main

if __name__ == "__main__":
    sys.exit(main())
