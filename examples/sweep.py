"""
How much noise costs the reference network, from the command line
=================================================================

The script does the same as ``skn-noise sweep``, a command that is installed with the
package: it trains the network at five scales of noise, and writes tables, pictures and
a report.

    python examples/sweep.py --help

lists the options.
"""

# sphinx_gallery_thumbnail_path = "mnist_curve.png"
import sys

from skn_noise.cli import main

if __name__ == "__main__":
    main(["sweep", *sys.argv[1:]])
