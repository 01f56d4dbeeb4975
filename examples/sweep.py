"""
How much noise costs the reference network, from the command line
=================================================================

    python examples/sweep.py --help

lists the options. The script does the same as ``skn-noise sweep``, a command that is
installed with the package.
"""

# sphinx_gallery_thumbnail_path = "mnist_curve.png"
import sys

from skn_noise.cli import main

if __name__ == "__main__":
    main(["sweep", *sys.argv[1:]])
