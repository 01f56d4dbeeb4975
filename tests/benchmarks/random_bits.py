"""Run Debian's dieharder on the raw bits behind the noise.

    apt-get install dieharder
    python tests/benchmarks/random_bits.py

The bits are those of an endless series of 8 x 8 images, each of which differs from the
one before in one pixel by one grey level (with a carry now and then, as an odometer
has): the hardest rows to keep apart. They stream into ``dieharder -a -g 200 -Y 1``; a
result called weak is tested again with more bits until it passes or fails. It takes
about an hour.
"""

import subprocess
import sys

import numpy as np

from skn_noise._keyed_normal import random_words, row_keys

N_PIXELS = 64
ROWS_AT_ONCE = 2**14


def neighbouring_images(first):
    """Make images whose last eight pixels count upwards from `first`, base 256."""
    numbers = np.arange(first, first + ROWS_AT_ONCE, dtype=np.uint64)
    grey_levels = np.full((ROWS_AT_ONCE, N_PIXELS), 128, dtype=np.uint8)
    grey_levels[:, -8:] = numbers[:, np.newaxis].view(np.uint8)[:, ::-1]
    return grey_levels.astype(np.float32) / 255


def stream_bits(output):
    """Write the random words of all images, row after row, until `output` closes."""
    first = 0
    try:
        while True:
            keys = row_keys(neighbouring_images(first), seed=0)
            output.write(random_words(keys, N_PIXELS // 2).tobytes())
            first += ROWS_AT_ONCE
    except BrokenPipeError:
        pass


if __name__ == "__main__":
    battery = subprocess.Popen(
        ["dieharder", "-a", "-g", "200", "-Y", "1", *sys.argv[1:]],
        stdin=subprocess.PIPE,
    )
    stream_bits(battery.stdin)
    sys.exit(battery.wait())
