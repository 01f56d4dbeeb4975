"""Run Debian's dieharder on the raw bits behind the noise.

    apt-get install dieharder
    python tests/benchmarks/random_bits.py

The bits are those of an endless series of 8 x 8 images, each of which differs from the
one before in one pixel by one grey level (with a carry now and then, as an odometer
has): the hardest rows to keep apart. They stream into ``dieharder -a -g 200 -Y 1``; a
result called weak is tested again with more bits until it passes or fails. It takes
about an hour.

Three of the 175 results were called weak at first, none failed. It printed:

#=============================================================================#
#            dieharder version 3.31.1 Copyright 2003 Robert G. Brown          #
#=============================================================================#
   rng_name    |rands/second|   Seed   |
stdin_input_raw|  3.27e+07  |2039980882|
#=============================================================================#
        test_name   |ntup| tsamples |psamples|  p-value |Assessment
#=============================================================================#
   diehard_birthdays|   0|       100|     100|0.16009814|  PASSED
      diehard_operm5|   0|   1000000|     100|0.18084945|  PASSED
  diehard_rank_32x32|   0|     40000|     100|0.00989787|  PASSED
    diehard_rank_6x8|   0|    100000|     100|0.63726887|  PASSED
   diehard_bitstream|   0|   2097152|     100|0.46264023|  PASSED
        diehard_opso|   0|   2097152|     100|0.64894815|  PASSED
        diehard_oqso|   0|   2097152|     100|0.90641928|  PASSED
         diehard_dna|   0|   2097152|     100|0.57096286|  PASSED
diehard_count_1s_str|   0|    256000|     100|0.70717325|  PASSED
diehard_count_1s_byt|   0|    256000|     100|0.77792737|  PASSED
 diehard_parking_lot|   0|     12000|     100|0.44976967|  PASSED
    diehard_2dsphere|   2|      8000|     100|0.27207520|  PASSED
    diehard_3dsphere|   3|      4000|     100|0.17046028|  PASSED
     diehard_squeeze|   0|    100000|     100|0.60360134|  PASSED
        diehard_sums|   0|       100|     100|0.07565094|  PASSED
        diehard_runs|   0|    100000|     100|0.92390260|  PASSED
        diehard_runs|   0|    100000|     100|0.13270412|  PASSED
       diehard_craps|   0|    200000|     100|0.01007328|  PASSED
       diehard_craps|   0|    200000|     100|0.79894725|  PASSED
 marsaglia_tsang_gcd|   0|  10000000|     100|0.88060469|  PASSED
 marsaglia_tsang_gcd|   0|  10000000|     100|0.47703439|  PASSED
         sts_monobit|   1|    100000|     100|0.84170543|  PASSED
            sts_runs|   2|    100000|     100|0.71329860|  PASSED
          sts_serial|   1|    100000|     100|0.85786630|  PASSED
          sts_serial|   2|    100000|     100|0.89079107|  PASSED
          sts_serial|   3|    100000|     100|0.99993671|   WEAK
          sts_serial|   3|    100000|     100|0.94720285|  PASSED
          sts_serial|   4|    100000|     100|0.84002666|  PASSED
          sts_serial|   4|    100000|     100|0.93660385|  PASSED
          sts_serial|   5|    100000|     100|0.97790628|  PASSED
          sts_serial|   5|    100000|     100|0.45123174|  PASSED
          sts_serial|   6|    100000|     100|0.70724973|  PASSED
          sts_serial|   6|    100000|     100|0.56260904|  PASSED
          sts_serial|   7|    100000|     100|0.33707058|  PASSED
          sts_serial|   7|    100000|     100|0.90433013|  PASSED
          sts_serial|   8|    100000|     100|0.40976004|  PASSED
          sts_serial|   8|    100000|     100|0.54477281|  PASSED
          sts_serial|   9|    100000|     100|0.47923278|  PASSED
          sts_serial|   9|    100000|     100|0.66734152|  PASSED
          sts_serial|  10|    100000|     100|0.46324920|  PASSED
          sts_serial|  10|    100000|     100|0.53197574|  PASSED
          sts_serial|  11|    100000|     100|0.57511703|  PASSED
          sts_serial|  11|    100000|     100|0.45667268|  PASSED
          sts_serial|  12|    100000|     100|0.89538732|  PASSED
          sts_serial|  12|    100000|     100|0.75230488|  PASSED
          sts_serial|  13|    100000|     100|0.78993540|  PASSED
          sts_serial|  13|    100000|     100|0.85154351|  PASSED
          sts_serial|  14|    100000|     100|0.44768470|  PASSED
          sts_serial|  14|    100000|     100|0.18300505|  PASSED
          sts_serial|  15|    100000|     100|0.15223803|  PASSED
          sts_serial|  15|    100000|     100|0.09761895|  PASSED
          sts_serial|  16|    100000|     100|0.96599031|  PASSED
          sts_serial|  16|    100000|     100|0.66922722|  PASSED
          sts_serial|   1|    100000|     200|0.96603654|  PASSED
          sts_serial|   2|    100000|     200|0.99043921|  PASSED
          sts_serial|   3|    100000|     200|0.95880460|  PASSED
          sts_serial|   3|    100000|     200|0.84195131|  PASSED
          sts_serial|   4|    100000|     200|0.77552519|  PASSED
          sts_serial|   4|    100000|     200|0.78144179|  PASSED
          sts_serial|   5|    100000|     200|0.47147782|  PASSED
          sts_serial|   5|    100000|     200|0.63928598|  PASSED
          sts_serial|   6|    100000|     200|0.69908693|  PASSED
          sts_serial|   6|    100000|     200|0.72888833|  PASSED
          sts_serial|   7|    100000|     200|0.13739054|  PASSED
          sts_serial|   7|    100000|     200|0.77510809|  PASSED
          sts_serial|   8|    100000|     200|0.99879164|   WEAK
          sts_serial|   8|    100000|     200|0.84708239|  PASSED
          sts_serial|   9|    100000|     200|0.61788886|  PASSED
          sts_serial|   9|    100000|     200|0.99065079|  PASSED
          sts_serial|  10|    100000|     200|0.46644479|  PASSED
          sts_serial|  10|    100000|     200|0.67276266|  PASSED
          sts_serial|  11|    100000|     200|0.75660685|  PASSED
          sts_serial|  11|    100000|     200|0.84922802|  PASSED
          sts_serial|  12|    100000|     200|0.93963200|  PASSED
          sts_serial|  12|    100000|     200|0.83226538|  PASSED
          sts_serial|  13|    100000|     200|0.52847605|  PASSED
          sts_serial|  13|    100000|     200|0.63279897|  PASSED
          sts_serial|  14|    100000|     200|0.32107514|  PASSED
          sts_serial|  14|    100000|     200|0.40523394|  PASSED
          sts_serial|  15|    100000|     200|0.35595029|  PASSED
          sts_serial|  15|    100000|     200|0.71093810|  PASSED
          sts_serial|  16|    100000|     200|0.81799863|  PASSED
          sts_serial|  16|    100000|     200|0.42822506|  PASSED
          sts_serial|   1|    100000|     300|0.97160853|  PASSED
          sts_serial|   2|    100000|     300|0.77976701|  PASSED
          sts_serial|   3|    100000|     300|0.18367488|  PASSED
          sts_serial|   3|    100000|     300|0.62183085|  PASSED
          sts_serial|   4|    100000|     300|0.40203317|  PASSED
          sts_serial|   4|    100000|     300|0.66224660|  PASSED
          sts_serial|   5|    100000|     300|0.53198462|  PASSED
          sts_serial|   5|    100000|     300|0.84173906|  PASSED
          sts_serial|   6|    100000|     300|0.26228736|  PASSED
          sts_serial|   6|    100000|     300|0.28892524|  PASSED
          sts_serial|   7|    100000|     300|0.18262937|  PASSED
          sts_serial|   7|    100000|     300|0.65812449|  PASSED
          sts_serial|   8|    100000|     300|0.82166976|  PASSED
          sts_serial|   8|    100000|     300|0.98446048|  PASSED
          sts_serial|   9|    100000|     300|0.77938483|  PASSED
          sts_serial|   9|    100000|     300|0.89453172|  PASSED
          sts_serial|  10|    100000|     300|0.73608252|  PASSED
          sts_serial|  10|    100000|     300|0.43425181|  PASSED
          sts_serial|  11|    100000|     300|0.48253428|  PASSED
          sts_serial|  11|    100000|     300|0.78791083|  PASSED
          sts_serial|  12|    100000|     300|0.88283299|  PASSED
          sts_serial|  12|    100000|     300|0.91910710|  PASSED
          sts_serial|  13|    100000|     300|0.14849164|  PASSED
          sts_serial|  13|    100000|     300|0.17404951|  PASSED
          sts_serial|  14|    100000|     300|0.07092897|  PASSED
          sts_serial|  14|    100000|     300|0.68693634|  PASSED
          sts_serial|  15|    100000|     300|0.07292594|  PASSED
          sts_serial|  15|    100000|     300|0.33453619|  PASSED
          sts_serial|  16|    100000|     300|0.24296938|  PASSED
          sts_serial|  16|    100000|     300|0.27127063|  PASSED
         rgb_bitdist|   1|    100000|     100|0.58207443|  PASSED
         rgb_bitdist|   2|    100000|     100|0.50586557|  PASSED
         rgb_bitdist|   3|    100000|     100|0.57485455|  PASSED
         rgb_bitdist|   4|    100000|     100|0.18552139|  PASSED
         rgb_bitdist|   5|    100000|     100|0.46174921|  PASSED
         rgb_bitdist|   6|    100000|     100|0.44775722|  PASSED
         rgb_bitdist|   7|    100000|     100|0.23240661|  PASSED
         rgb_bitdist|   8|    100000|     100|0.58380846|  PASSED
         rgb_bitdist|   9|    100000|     100|0.56506573|  PASSED
         rgb_bitdist|  10|    100000|     100|0.83712851|  PASSED
         rgb_bitdist|  11|    100000|     100|0.06629612|  PASSED
         rgb_bitdist|  12|    100000|     100|0.44483602|  PASSED
rgb_minimum_distance|   2|     10000|    1000|0.36092432|  PASSED
rgb_minimum_distance|   3|     10000|    1000|0.58240107|  PASSED
rgb_minimum_distance|   4|     10000|    1000|0.95787522|  PASSED
rgb_minimum_distance|   5|     10000|    1000|0.06817828|  PASSED
    rgb_permutations|   2|    100000|     100|0.34215047|  PASSED
    rgb_permutations|   3|    100000|     100|0.50523841|  PASSED
    rgb_permutations|   4|    100000|     100|0.87032122|  PASSED
    rgb_permutations|   5|    100000|     100|0.69941905|  PASSED
      rgb_lagged_sum|   0|   1000000|     100|0.46428335|  PASSED
      rgb_lagged_sum|   1|   1000000|     100|0.14727432|  PASSED
      rgb_lagged_sum|   2|   1000000|     100|0.71892551|  PASSED
      rgb_lagged_sum|   3|   1000000|     100|0.38546793|  PASSED
      rgb_lagged_sum|   4|   1000000|     100|0.36791343|  PASSED
      rgb_lagged_sum|   5|   1000000|     100|0.79438348|  PASSED
      rgb_lagged_sum|   6|   1000000|     100|0.19919282|  PASSED
      rgb_lagged_sum|   7|   1000000|     100|0.84122234|  PASSED
      rgb_lagged_sum|   8|   1000000|     100|0.86148619|  PASSED
      rgb_lagged_sum|   9|   1000000|     100|0.91316663|  PASSED
      rgb_lagged_sum|  10|   1000000|     100|0.28343920|  PASSED
      rgb_lagged_sum|  11|   1000000|     100|0.91039325|  PASSED
      rgb_lagged_sum|  12|   1000000|     100|0.92830047|  PASSED
      rgb_lagged_sum|  13|   1000000|     100|0.24094548|  PASSED
      rgb_lagged_sum|  14|   1000000|     100|0.23698322|  PASSED
      rgb_lagged_sum|  15|   1000000|     100|0.03368550|  PASSED
      rgb_lagged_sum|  16|   1000000|     100|0.98322281|  PASSED
      rgb_lagged_sum|  17|   1000000|     100|0.84295778|  PASSED
      rgb_lagged_sum|  18|   1000000|     100|0.72426573|  PASSED
      rgb_lagged_sum|  19|   1000000|     100|0.18888029|  PASSED
      rgb_lagged_sum|  20|   1000000|     100|0.13951642|  PASSED
      rgb_lagged_sum|  21|   1000000|     100|0.92674954|  PASSED
      rgb_lagged_sum|  22|   1000000|     100|0.15719140|  PASSED
      rgb_lagged_sum|  23|   1000000|     100|0.69554398|  PASSED
      rgb_lagged_sum|  24|   1000000|     100|0.86181402|  PASSED
      rgb_lagged_sum|  25|   1000000|     100|0.89581317|  PASSED
      rgb_lagged_sum|  26|   1000000|     100|0.42280722|  PASSED
      rgb_lagged_sum|  27|   1000000|     100|0.33133313|  PASSED
      rgb_lagged_sum|  28|   1000000|     100|0.88611289|  PASSED
      rgb_lagged_sum|  29|   1000000|     100|0.43776542|  PASSED
      rgb_lagged_sum|  30|   1000000|     100|0.47839872|  PASSED
      rgb_lagged_sum|  31|   1000000|     100|0.99506402|   WEAK
      rgb_lagged_sum|  31|   1000000|     200|0.19943900|  PASSED
      rgb_lagged_sum|  32|   1000000|     100|0.21578875|  PASSED
     rgb_kstest_test|   0|     10000|    1000|0.16907327|  PASSED
     dab_bytedistrib|   0|  51200000|       1|0.22929639|  PASSED
             dab_dct| 256|     50000|       1|0.70678794|  PASSED
        dab_filltree|  32|  15000000|       1|0.62369069|  PASSED
        dab_filltree|  32|  15000000|       1|0.20643595|  PASSED
       dab_filltree2|   0|   5000000|       1|0.55202278|  PASSED
       dab_filltree2|   1|   5000000|       1|0.27744711|  PASSED
        dab_monobit2|  12|  65000000|       1|0.38357112|  PASSED
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
