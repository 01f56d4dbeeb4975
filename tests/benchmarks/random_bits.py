"""Run Debian's dieharder on the raw bits behind the noise.

    apt-get install dieharder
    python tests/benchmarks/random_bits.py

The bits are those of an endless series of 8 x 8 images, each of which differs from the
one before in one pixel by one grey level (with a carry now and then, as an odometer
has): the hardest rows to keep apart. They stream into ``dieharder -a -g 200 -Y 1``; a
result called weak is tested again with more bits until it passes or fails. It takes
about an hour.

Five of the 177 results were called weak at first and passed with more bits, none
failed. It printed:

#=============================================================================#
#            dieharder version 3.31.1 Copyright 2003 Robert G. Brown          #
#=============================================================================#
   rng_name    |rands/second|   Seed   |
stdin_input_raw|  3.76e+07  | 809522620|
#=============================================================================#
        test_name   |ntup| tsamples |psamples|  p-value |Assessment
#=============================================================================#
   diehard_birthdays|   0|       100|     100|0.99653290|   WEAK
   diehard_birthdays|   0|       100|     200|0.94008855|  PASSED
      diehard_operm5|   0|   1000000|     100|0.68264889|  PASSED
  diehard_rank_32x32|   0|     40000|     100|0.24150598|  PASSED
    diehard_rank_6x8|   0|    100000|     100|0.22901879|  PASSED
   diehard_bitstream|   0|   2097152|     100|0.94045188|  PASSED
        diehard_opso|   0|   2097152|     100|0.97381042|  PASSED
        diehard_oqso|   0|   2097152|     100|0.05667426|  PASSED
         diehard_dna|   0|   2097152|     100|0.14433330|  PASSED
diehard_count_1s_str|   0|    256000|     100|0.76019398|  PASSED
diehard_count_1s_byt|   0|    256000|     100|0.21529752|  PASSED
 diehard_parking_lot|   0|     12000|     100|0.76062712|  PASSED
    diehard_2dsphere|   2|      8000|     100|0.82375836|  PASSED
    diehard_3dsphere|   3|      4000|     100|0.95350438|  PASSED
     diehard_squeeze|   0|    100000|     100|0.34901857|  PASSED
        diehard_sums|   0|       100|     100|0.04434859|  PASSED
        diehard_runs|   0|    100000|     100|0.29719744|  PASSED
        diehard_runs|   0|    100000|     100|0.04187035|  PASSED
       diehard_craps|   0|    200000|     100|0.28357001|  PASSED
       diehard_craps|   0|    200000|     100|0.27283595|  PASSED
 marsaglia_tsang_gcd|   0|  10000000|     100|0.85257268|  PASSED
 marsaglia_tsang_gcd|   0|  10000000|     100|0.67812279|  PASSED
         sts_monobit|   1|    100000|     100|0.85437976|  PASSED
            sts_runs|   2|    100000|     100|0.97688948|  PASSED
          sts_serial|   1|    100000|     100|0.04254692|  PASSED
          sts_serial|   2|    100000|     100|0.38837957|  PASSED
          sts_serial|   3|    100000|     100|0.60456915|  PASSED
          sts_serial|   3|    100000|     100|0.42852905|  PASSED
          sts_serial|   4|    100000|     100|0.79704815|  PASSED
          sts_serial|   4|    100000|     100|0.99571723|   WEAK
          sts_serial|   5|    100000|     100|0.88244124|  PASSED
          sts_serial|   5|    100000|     100|0.72983492|  PASSED
          sts_serial|   6|    100000|     100|0.61915616|  PASSED
          sts_serial|   6|    100000|     100|0.84763545|  PASSED
          sts_serial|   7|    100000|     100|0.67172402|  PASSED
          sts_serial|   7|    100000|     100|0.29706664|  PASSED
          sts_serial|   8|    100000|     100|0.52487885|  PASSED
          sts_serial|   8|    100000|     100|0.23120732|  PASSED
          sts_serial|   9|    100000|     100|0.71868129|  PASSED
          sts_serial|   9|    100000|     100|0.52673509|  PASSED
          sts_serial|  10|    100000|     100|0.78454166|  PASSED
          sts_serial|  10|    100000|     100|0.51534909|  PASSED
          sts_serial|  11|    100000|     100|0.87145337|  PASSED
          sts_serial|  11|    100000|     100|0.47890403|  PASSED
          sts_serial|  12|    100000|     100|0.69319690|  PASSED
          sts_serial|  12|    100000|     100|0.86193246|  PASSED
          sts_serial|  13|    100000|     100|0.08941583|  PASSED
          sts_serial|  13|    100000|     100|0.26872465|  PASSED
          sts_serial|  14|    100000|     100|0.68556421|  PASSED
          sts_serial|  14|    100000|     100|0.43967344|  PASSED
          sts_serial|  15|    100000|     100|0.79024449|  PASSED
          sts_serial|  15|    100000|     100|0.33178815|  PASSED
          sts_serial|  16|    100000|     100|0.39717141|  PASSED
          sts_serial|  16|    100000|     100|0.92377015|  PASSED
          sts_serial|   1|    100000|     200|0.31840975|  PASSED
          sts_serial|   2|    100000|     200|0.99931654|   WEAK
          sts_serial|   3|    100000|     200|0.71460210|  PASSED
          sts_serial|   3|    100000|     200|0.91584433|  PASSED
          sts_serial|   4|    100000|     200|0.93871373|  PASSED
          sts_serial|   4|    100000|     200|0.90701303|  PASSED
          sts_serial|   5|    100000|     200|0.73566411|  PASSED
          sts_serial|   5|    100000|     200|0.65318300|  PASSED
          sts_serial|   6|    100000|     200|0.44311372|  PASSED
          sts_serial|   6|    100000|     200|0.50183742|  PASSED
          sts_serial|   7|    100000|     200|0.79838516|  PASSED
          sts_serial|   7|    100000|     200|0.89104341|  PASSED
          sts_serial|   8|    100000|     200|0.79641380|  PASSED
          sts_serial|   8|    100000|     200|0.16906450|  PASSED
          sts_serial|   9|    100000|     200|0.22815145|  PASSED
          sts_serial|   9|    100000|     200|0.31625588|  PASSED
          sts_serial|  10|    100000|     200|0.49670083|  PASSED
          sts_serial|  10|    100000|     200|0.78573663|  PASSED
          sts_serial|  11|    100000|     200|0.80661988|  PASSED
          sts_serial|  11|    100000|     200|0.00858180|  PASSED
          sts_serial|  12|    100000|     200|0.63030482|  PASSED
          sts_serial|  12|    100000|     200|0.94133618|  PASSED
          sts_serial|  13|    100000|     200|0.06765250|  PASSED
          sts_serial|  13|    100000|     200|0.02390172|  PASSED
          sts_serial|  14|    100000|     200|0.54349435|  PASSED
          sts_serial|  14|    100000|     200|0.81790363|  PASSED
          sts_serial|  15|    100000|     200|0.84216561|  PASSED
          sts_serial|  15|    100000|     200|0.29541552|  PASSED
          sts_serial|  16|    100000|     200|0.08637938|  PASSED
          sts_serial|  16|    100000|     200|0.80821829|  PASSED
          sts_serial|   1|    100000|     300|0.05235782|  PASSED
          sts_serial|   2|    100000|     300|0.80657430|  PASSED
          sts_serial|   3|    100000|     300|0.94393720|  PASSED
          sts_serial|   3|    100000|     300|0.04539199|  PASSED
          sts_serial|   4|    100000|     300|0.93850551|  PASSED
          sts_serial|   4|    100000|     300|0.82672933|  PASSED
          sts_serial|   5|    100000|     300|0.45889909|  PASSED
          sts_serial|   5|    100000|     300|0.26348453|  PASSED
          sts_serial|   6|    100000|     300|0.71188926|  PASSED
          sts_serial|   6|    100000|     300|0.88238983|  PASSED
          sts_serial|   7|    100000|     300|0.47256783|  PASSED
          sts_serial|   7|    100000|     300|0.73917366|  PASSED
          sts_serial|   8|    100000|     300|0.54162586|  PASSED
          sts_serial|   8|    100000|     300|0.18802232|  PASSED
          sts_serial|   9|    100000|     300|0.92451398|  PASSED
          sts_serial|   9|    100000|     300|0.78456745|  PASSED
          sts_serial|  10|    100000|     300|0.79234752|  PASSED
          sts_serial|  10|    100000|     300|0.70129388|  PASSED
          sts_serial|  11|    100000|     300|0.58692743|  PASSED
          sts_serial|  11|    100000|     300|0.26285851|  PASSED
          sts_serial|  12|    100000|     300|0.99259751|  PASSED
          sts_serial|  12|    100000|     300|0.53061288|  PASSED
          sts_serial|  13|    100000|     300|0.51848487|  PASSED
          sts_serial|  13|    100000|     300|0.15569882|  PASSED
          sts_serial|  14|    100000|     300|0.36640934|  PASSED
          sts_serial|  14|    100000|     300|0.53722551|  PASSED
          sts_serial|  15|    100000|     300|0.66749078|  PASSED
          sts_serial|  15|    100000|     300|0.21777001|  PASSED
          sts_serial|  16|    100000|     300|0.12852727|  PASSED
          sts_serial|  16|    100000|     300|0.88539294|  PASSED
         rgb_bitdist|   1|    100000|     100|0.10406136|  PASSED
         rgb_bitdist|   2|    100000|     100|0.73348878|  PASSED
         rgb_bitdist|   3|    100000|     100|0.36194582|  PASSED
         rgb_bitdist|   4|    100000|     100|0.13858166|  PASSED
         rgb_bitdist|   5|    100000|     100|0.50219548|  PASSED
         rgb_bitdist|   6|    100000|     100|0.61108934|  PASSED
         rgb_bitdist|   7|    100000|     100|0.02299359|  PASSED
         rgb_bitdist|   8|    100000|     100|0.27808216|  PASSED
         rgb_bitdist|   9|    100000|     100|0.82517322|  PASSED
         rgb_bitdist|  10|    100000|     100|0.89078619|  PASSED
         rgb_bitdist|  11|    100000|     100|0.52711407|  PASSED
         rgb_bitdist|  12|    100000|     100|0.56966341|  PASSED
rgb_minimum_distance|   2|     10000|    1000|0.96388264|  PASSED
rgb_minimum_distance|   3|     10000|    1000|0.40156297|  PASSED
rgb_minimum_distance|   4|     10000|    1000|0.24557399|  PASSED
rgb_minimum_distance|   5|     10000|    1000|0.12187145|  PASSED
    rgb_permutations|   2|    100000|     100|0.94988595|  PASSED
    rgb_permutations|   3|    100000|     100|0.23450258|  PASSED
    rgb_permutations|   4|    100000|     100|0.70342847|  PASSED
    rgb_permutations|   5|    100000|     100|0.01734049|  PASSED
      rgb_lagged_sum|   0|   1000000|     100|0.87214669|  PASSED
      rgb_lagged_sum|   1|   1000000|     100|0.26522282|  PASSED
      rgb_lagged_sum|   2|   1000000|     100|0.38592131|  PASSED
      rgb_lagged_sum|   3|   1000000|     100|0.79919653|  PASSED
      rgb_lagged_sum|   4|   1000000|     100|0.55722643|  PASSED
      rgb_lagged_sum|   5|   1000000|     100|0.38727407|  PASSED
      rgb_lagged_sum|   6|   1000000|     100|0.00268572|   WEAK
      rgb_lagged_sum|   6|   1000000|     200|0.01405426|  PASSED
      rgb_lagged_sum|   7|   1000000|     100|0.46880692|  PASSED
      rgb_lagged_sum|   8|   1000000|     100|0.52399382|  PASSED
      rgb_lagged_sum|   9|   1000000|     100|0.94102549|  PASSED
      rgb_lagged_sum|  10|   1000000|     100|0.55523992|  PASSED
      rgb_lagged_sum|  11|   1000000|     100|0.00866627|  PASSED
      rgb_lagged_sum|  12|   1000000|     100|0.66418566|  PASSED
      rgb_lagged_sum|  13|   1000000|     100|0.71395260|  PASSED
      rgb_lagged_sum|  14|   1000000|     100|0.75608971|  PASSED
      rgb_lagged_sum|  15|   1000000|     100|0.15324596|  PASSED
      rgb_lagged_sum|  16|   1000000|     100|0.41139975|  PASSED
      rgb_lagged_sum|  17|   1000000|     100|0.97433614|  PASSED
      rgb_lagged_sum|  18|   1000000|     100|0.31048732|  PASSED
      rgb_lagged_sum|  19|   1000000|     100|0.98970924|  PASSED
      rgb_lagged_sum|  20|   1000000|     100|0.99904558|   WEAK
      rgb_lagged_sum|  20|   1000000|     200|0.85665898|  PASSED
      rgb_lagged_sum|  21|   1000000|     100|0.95695543|  PASSED
      rgb_lagged_sum|  22|   1000000|     100|0.22634388|  PASSED
      rgb_lagged_sum|  23|   1000000|     100|0.95283096|  PASSED
      rgb_lagged_sum|  24|   1000000|     100|0.86480303|  PASSED
      rgb_lagged_sum|  25|   1000000|     100|0.78588823|  PASSED
      rgb_lagged_sum|  26|   1000000|     100|0.95396062|  PASSED
      rgb_lagged_sum|  27|   1000000|     100|0.28261277|  PASSED
      rgb_lagged_sum|  28|   1000000|     100|0.68428900|  PASSED
      rgb_lagged_sum|  29|   1000000|     100|0.57135167|  PASSED
      rgb_lagged_sum|  30|   1000000|     100|0.07838511|  PASSED
      rgb_lagged_sum|  31|   1000000|     100|0.67540801|  PASSED
      rgb_lagged_sum|  32|   1000000|     100|0.98802998|  PASSED
     rgb_kstest_test|   0|     10000|    1000|0.10546132|  PASSED
     dab_bytedistrib|   0|  51200000|       1|0.41067614|  PASSED
             dab_dct| 256|     50000|       1|0.42703299|  PASSED
        dab_filltree|  32|  15000000|       1|0.96812460|  PASSED
        dab_filltree|  32|  15000000|       1|0.47923682|  PASSED
       dab_filltree2|   0|   5000000|       1|0.43869825|  PASSED
       dab_filltree2|   1|   5000000|       1|0.23945953|  PASSED
        dab_monobit2|  12|  65000000|       1|0.84255451|  PASSED
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
