"""Intervals and paired tests: of results of single samples, and of scores of folds.

The intervals of samples (:func:`accuracy_interval`, :func:`accuracy_difference`,
:func:`log_loss_interval`, :func:`log_loss_difference`) stand on the result of every
validation and on the effective number of samples (:func:`effective_n_samples`). Those
of folds (:func:`mean_interval`, :func:`paired_difference`) are for any score; they are
twice as wide as need be in the middle of the range, and collapse near its ends.

Notes
-----
How often the stated 95 % intervals of samples cover, as simulated by::

    python benchmarks/coverage.py

Each line is the mean over 300 data sets and over five scales of the noise; its
standard error stands in brackets, in thousandths, and `least` is the scale that is
covered least. `width` is relative to the corrected t interval of the folds, of which
`t covers` tells the coverage. `n` is the number of samples; `cv` is 5 or 10 folds, a
holdout of a quarter, 3 repeats of 5 folds, or 10 shuffled splits that validate a fifth.
What is to be covered is the mean over other training sets of the folds' size.
`accuracy` is that of a scale, `cost` its difference from the accuracy without noise; in
"near 1" the accuracies are .995 and less, in "1 in 10" that is the share of the smaller
class.
::

                               accuracy                      cost
    setting             n cv   covers least width t covers   covers least width t covers
    centroids         200    5  .985(4)  .980  0.61  .986   .985(4)  .980  0.65  .982
    centroids         200   10  .979(4)  .970  0.74  .986   .982(5)  .977  0.78  .993
    centroids         200 hold  .965(6)  .943     -     -   .968(7)  .957     -     -
    centroids         200  3x5  .997(1)  .990  0.93  .993  1.000(0) 1.000  0.97  .998
    centroids         200 shuf  .994(2)  .977  0.96  .985  1.000(0) 1.000  1.00  .997
    centroids        1000    5  .983(4)  .973  0.62  .987   .981(5)  .973  0.64  .987
    centroids        1000   10  .984(4)  .970  0.74  .993   .982(5)  .973  0.75  .993
    centroids        1000 hold  .962(7)  .953     -     -   .957(9)  .950     -     -
    near 1            200    5  .987(5)  .983  0.95  .689  1.000(0) 1.000  2.46  .444
    near 1            200   10  .980(6)  .960  1.16  .692  1.000(0) 1.000  2.83  .466
    near 1            200 hold  .961(9)  .943     -     -  1.000(0) 1.000     -     -
    near 1            200  3x5  .987(5)  .977  1.42  .821  1.000(0) 1.000  3.05  .722
    near 1            200 shuf  .983(6)  .967  1.64  .761  1.000(0) 1.000  3.75  .617
    near 1           1000    5  .979(5)  .970  0.63  .983   .994(2)  .977  0.98  .854
    near 1           1000   10  .975(7)  .967  0.77  .969   .991(3)  .983  1.16  .898
    near 1           1000 hold  .959(9)  .950     -     -   .998(2)  .997     -     -
    Bayes near 1      200    5  .963(6)  .933  0.70  .764   .983(4)  .963  0.75  .864
    Bayes near 1      200   10  .971(5)  .960  0.84  .756   .988(3)  .977  0.91  .868
    Bayes near 1      200 hold  .956(7)  .913     -     -   .997(2)  .987     -     -
    Bayes near 1     1000    5  .968(5)  .940  0.62  .936   .985(4)  .980  0.62  .971
    Bayes near 1     1000   10  .973(4)  .940  0.73  .943   .983(4)  .977  0.74  .969
    Bayes near 1     1000 hold  .957(7)  .933     -     -   .978(5)  .960     -     -
    chance            200    5  .967(6)  .953  0.67  .978   .978(6)  .970  0.67  .975
    chance            200   10  .971(6)  .950  0.79  .977   .980(5)  .970  0.79  .991
    chance            200 hold  .973(5)  .960     -     -   .965(7)  .950     -     -
    chance           1000    5  .967(6)  .950  0.67  .972   .970(7)  .960  0.63  .985
    chance           1000   10  .971(5)  .963  0.81  .971   .978(6)  .967  0.77  .985
    chance           1000 hold  .970(5)  .960     -     -   .967(7)  .967     -     -
    LDA 40 features   200    5  .954(7)  .923  0.60  .969   .982(5)  .977  0.62  .983
    LDA 40 features   200   10  .967(5)  .920  0.74  .975   .974(5)  .953  0.77  .987
    LDA 40 features   200 hold  .961(6)  .943     -     -   .967(6)  .957     -     -
    LDA 40 features  1000    5  .981(4)  .967  0.62  .982   .977(6)  .970  0.62  .987
    LDA 40 features  1000   10  .983(4)  .970  0.74  .983   .977(6)  .960  0.74  .985
    LDA 40 features  1000 hold  .955(7)  .933     -     -   .963(6)  .957     -     -
    1 in 10           200    5  .979(5)  .967  0.94  .863   .987(5)  .977  0.76  .984
    1 in 10           200   10  .972(6)  .960  1.09  .902   .983(5)  .977  0.94  .983
    1 in 10           200 hold  .989(3)  .973     -     -   .993(3)  .983     -     -
    1 in 10           200  3x5  .990(3)  .983  1.42  .835   .995(3)  .990  1.20  .977
    1 in 10           200 shuf  .991(3)  .977  1.62  .767   .997(2)  .993  1.33  .958
    1 in 10          1000    5  .981(5)  .977  1.03  .833   .982(5)  .977  0.72  .973
    1 in 10          1000   10  .981(5)  .980  1.24  .842   .984(5)  .977  0.89  .980
    1 in 10          1000 hold  .985(4)  .967     -     -   .973(6)  .957     -     -
    3 unequal         200    5  .982(4)  .977  0.69  .970   .983(4)  .977  0.68  .980
    3 unequal         200   10  .977(5)  .970  0.82  .977   .979(5)  .977  0.83  .982
    3 unequal         200 hold  .974(5)  .960     -     -   .964(6)  .950     -     -
    3 unequal        1000    5  .977(5)  .963  0.72  .973   .983(4)  .977  0.69  .976
    3 unequal        1000   10  .975(5)  .953  0.85  .977   .978(6)  .963  0.81  .987
    3 unequal        1000 hold  .973(5)  .960     -     -   .961(7)  .953     -     -
    heavy tails       200    5  .983(4)  .963  0.63  .982   .984(5)  .977  0.66  .988
    heavy tails       200   10  .973(6)  .960  0.75  .986   .983(4)  .963  0.79  .989
    heavy tails       200 hold  .973(6)  .963     -     -   .979(5)  .973     -     -
    heavy tails      1000    5  .977(5)  .973  0.62  .978   .983(4)  .977  0.64  .983
    heavy tails      1000   10  .975(5)  .967  0.74  .985   .978(5)  .973  0.76  .991
    heavy tails      1000 hold  .956(7)  .943     -     -   .963(8)  .957     -     -
    1 neighbour       200    5  .967(5)  .943  0.62  .974   .985(4)  .977  0.64  .980
    1 neighbour       200   10  .957(6)  .910  0.74  .974   .978(5)  .973  0.77  .989
    1 neighbour       200 hold  .959(6)  .943     -     -   .965(6)  .960     -     -
    1 neighbour      1000    5  .959(6)  .907  0.63  .968   .973(6)  .963  0.62  .982
    1 neighbour      1000   10  .959(6)  .917  0.74  .977   .978(5)  .970  0.75  .990
    1 neighbour      1000 hold  .949(6)  .927     -     -   .956(7)  .950     -     -
    tree              200    5  .961(5)  .933  0.62  .969   .985(4)  .977  0.62  .992
    tree              200   10  .966(5)  .940  0.74  .979   .981(4)  .973  0.76  .988
    tree              200 hold  .951(6)  .940     -     -   .938(7)  .933     -     -
    tree              200  3x5  .990(3)  .973  0.91  .981   .998(2)  .997  0.92  .998
    tree              200 shuf  .995(2)  .990  0.93  .981   .998(1)  .993  0.94  .993
    tree             1000    5  .968(5)  .927  0.61  .979   .977(5)  .970  0.62  .977
    tree             1000   10  .953(6)  .900  0.74  .981   .964(7)  .950  0.75  .983
    tree             1000 hold  .955(5)  .940     -     -   .958(7)  .950     -     -

Further: how often five intervals of accuracies at confidence 1 - .05 / 5 cover all
together (`band`), then the difference between two classifiers on the same folds
(`rival`: a linear discriminant against naive Bayes, naive Bayes against a linear
discriminant and one neighbour against naive Bayes, `training_weight` 1 / 4), the mean
log loss and its cost. "-" is what has no interval, such as the losses of trees.
::

    setting             n cv   band  rival    least  loss     least  its cost least
    centroids         200    5  .993         -     -         -     -         -     -
    centroids         200   10  .983         -     -         -     -         -     -
    centroids         200 hold  .983         -     -         -     -         -     -
    centroids         200  3x5 1.000         -     -         -     -         -     -
    centroids         200 shuf 1.000         -     -         -     -         -     -
    centroids        1000    5  .993         -     -         -     -         -     -
    centroids        1000   10  .987         -     -         -     -         -     -
    centroids        1000 hold  .960         -     -         -     -         -     -
    near 1            200    5  .983         -     -         -     -         -     -
    near 1            200   10  .983         -     -         -     -         -     -
    near 1            200 hold  .937         -     -         -     -         -     -
    near 1            200  3x5  .987         -     -         -     -         -     -
    near 1            200 shuf  .983         -     -         -     -         -     -
    near 1           1000    5  .990         -     -         -     -         -     -
    near 1           1000   10  .983         -     -         -     -         -     -
    near 1           1000 hold  .973         -     -         -     -         -     -
    Bayes near 1      200    5  .920         -     -   .983(5)  .973   .982(6)  .970
    Bayes near 1      200   10  .993         -     -   .989(4)  .973   .988(5)  .983
    Bayes near 1      200 hold  .903         -     -   .975(6)  .960   .993(3)  .987
    Bayes near 1     1000    5  .973         -     -   .984(5)  .980   .989(3)  .983
    Bayes near 1     1000   10  .963         -     -   .985(4)  .980   .986(5)  .980
    Bayes near 1     1000 hold  .963         -     -   .976(6)  .970   .984(5)  .977
    chance            200    5  .983         -     -   .976(6)  .963   .964(8)  .960
    chance            200   10  .983         -     -   .980(5)  .973   .981(6)  .973
    chance            200 hold  .970         -     -   .935(9)  .923  .946(10)  .927
    chance           1000    5  .983         -     -   .972(6)  .957   .973(7)  .970
    chance           1000   10  .983         -     -   .983(4)  .960   .978(7)  .970
    chance           1000 hold  .973         -     -   .951(7)  .930   .948(9)  .933
    LDA 40 features   200    5  .977   .972(4)  .963   .954(8)  .947   .962(8)  .957
    LDA 40 features   200   10  .967   .974(4)  .963   .965(7)  .940   .966(8)  .953
    LDA 40 features   200 hold  .953   .959(6)  .947   .930(8)  .903  .923(12)  .910
    LDA 40 features  1000    5  .990   .973(4)  .960   .974(6)  .963   .978(6)  .963
    LDA 40 features  1000   10  .987   .975(4)  .957   .973(6)  .953   .973(7)  .960
    LDA 40 features  1000 hold  .977   .943(6)  .923   .953(8)  .930   .953(9)  .940
    1 in 10           200    5  .983         -     -   .981(5)  .977   .988(5)  .983
    1 in 10           200   10  .987         -     -   .983(5)  .977   .979(7)  .977
    1 in 10           200 hold  .993         -     -   .997(1)  .990   .988(4)  .983
    1 in 10           200  3x5  .993         -     -   .992(3)  .983   .998(2)  .997
    1 in 10           200 shuf  .993         -     -   .992(3)  .983   .996(2)  .987
    1 in 10          1000    5  .987         -     -   .983(6)  .977   .987(5)  .980
    1 in 10          1000   10  .990         -     -   .982(5)  .977   .982(5)  .970
    1 in 10          1000 hold  .997         -     -   .997(2)  .993   .984(5)  .973
    3 unequal         200    5  .997   .976(4)  .967   .977(5)  .973   .970(7)  .967
    3 unequal         200   10  .983   .976(5)  .957   .974(6)  .963   .971(7)  .960
    3 unequal         200 hold  .987   .985(3)  .973   .980(5)  .973   .959(8)  .950
    3 unequal        1000    5  .983   .976(4)  .957   .982(4)  .970   .978(5)  .957
    3 unequal        1000   10  .990   .976(4)  .953   .963(8)  .950   .979(6)  .970
    3 unequal        1000 hold  .983   .973(4)  .960   .973(6)  .943   .959(9)  .947
    heavy tails       200    5  .983         -     -   .964(7)  .943   .950(9)  .926
    heavy tails       200   10  .983         -     -   .961(8)  .943   .963(7)  .950
    heavy tails       200 hold  .990         -     -   .977(6)  .973   .962(7)  .940
    heavy tails      1000    5  .977         -     -  .928(11)  .878  .898(15)  .865
    heavy tails      1000   10  .983         -     -  .933(10)  .872  .915(14)  .889
    heavy tails      1000 hold  .970         -     -  .942(10)  .933  .950(10)  .933
    1 neighbour       200    5  .970   .972(4)  .953         -     -         -     -
    1 neighbour       200   10  .973   .965(5)  .943         -     -         -     -
    1 neighbour       200 hold  .980   .967(5)  .960         -     -         -     -
    1 neighbour      1000    5  .950   .963(5)  .950         -     -         -     -
    1 neighbour      1000   10  .963   .966(5)  .947         -     -         -     -
    1 neighbour      1000 hold  .977   .955(5)  .933         -     -         -     -
    tree              200    5  .973         -     -         -     -         -     -
    tree              200   10  .980         -     -         -     -         -     -
    tree              200 hold  .963         -     -         -     -         -     -
    tree              200  3x5  .990         -     -         -     -         -     -
    tree              200 shuf  .997         -     -         -     -         -     -
    tree             1000    5  .967         -     -         -     -         -     -
    tree             1000   10  .967         -     -         -     -         -     -
    tree             1000 hold  .960         -     -         -     -         -     -

Power: how often a true cost is found in 5 folds of 200 samples (900 data sets), from
the accuracy without noise, by :func:`accuracy_difference`, by the corrected t, and by
an interval that neglects the choice of the training samples (`training_weight` 0).
::

    accuracy   cost   ours corrected t  a = 0
    0.999  -0.047  .909  .270  .980
    0.995  -0.047  .861  .271  .943
    0.949  -0.048  .494  .163  .682
    0.838  -0.047  .249  .100  .450

How often :meth:`skn_noise.NoiseCurve.tolerance` covers the true one, read from fits at
31 scales: at the accuracy half-way between those of the first scale and the last
(`half`), and at .9 of that without noise, as each set estimates it (`relative`). All
sets have an interval; `open` is the share that reaches beyond the scales on one side or
both.
::

    setting             n cv   half     open  relative open
    centroids         200    5  .973(9)  .280   .980(8)  .787
    centroids         200   10  .993(5)  .230   .997(3)  .763
    centroids         200 hold  .983(7)  .943   .983(7)  .990
    Bayes near 1      200    5  .997(3)  .327   .993(5)  .993
    Bayes near 1      200   10 .967(10)  .250   .987(7)  .987
    Bayes near 1      200 hold .967(10) 1.000  .963(11)  .967
    3 unequal         200    5  .983(7)  .073   .993(5)  .637
    3 unequal         200   10  .987(7)  .080   .990(6)  .587
    3 unequal         200 hold  .980(8)  .797  .970(10)  .950
    1 neighbour       200    5  .980(8)  .023  .970(10)  .740
    1 neighbour       200   10  .987(7)  .013  .967(10)  .677

What they reach: accuracies are covered in .949 and costs in .938 of the data sets or
more, least often on holdouts, one scale of a tree in .900. Where the corrected t covers
.925 or more, 5 folds have .60 to .72 of its width for an accuracy and .62 to .76 for a
cost, 10 folds .73 to .85 and .74 to .94. What they do not reach:

* Repeated folds and shuffled splits gain nothing over the corrected t: .91 to 1 of its
  width. They count as one sample what was validated again with other training samples
  and other noise.
* Near accuracy 1 and for unbalanced classes they are as wide as the corrected t or
  wider, because that one is too narrow there: it covers .44 to .86.
* Five accuracies together are covered in .903 of the data sets for naive Bayes near
  accuracy 1 on a holdout of 50 samples, in .937 or more elsewhere but for its 5 folds.
* A cost of -.047 is found nearly always only from near accuracy 1. In the middle more
  samples change for the same cost, and 200 are too few for any honest interval.
* Tolerances are covered in .963 of the sets or more; on holdouts of 50 samples nearly
  all of their intervals are open on a side.
* Mean log losses of heavy tails are covered in .93, those of 40 features on a holdout
  in .93, and at one scale in .87; see :func:`log_loss_interval`.
"""

from skn_noise.statistics._accuracy import accuracy_difference, accuracy_interval
from skn_noise.statistics._effective import effective_n_samples
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._holm import holm_adjusted
from skn_noise.statistics._log_loss import log_loss_difference, log_loss_interval
from skn_noise.statistics._results import MeanInterval, PairedDifference
from skn_noise.statistics._wilson import wilson_interval

__all__ = [
    "MeanInterval",
    "PairedDifference",
    "accuracy_difference",
    "accuracy_interval",
    "effective_n_samples",
    "holm_adjusted",
    "log_loss_difference",
    "log_loss_interval",
    "mean_interval",
    "paired_difference",
    "wilson_interval",
]
