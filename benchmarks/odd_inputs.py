"""Throw odd inputs at all public names and the command line; count what is no answer.

    python benchmarks/odd_inputs.py [--only PATTERN ...] [--list raw nonsense ...]

Every name is called once with all arguments fine, and then with one of them replaced by
each odd value: those of `ODD`; for arrays also what `distorted` makes of the array that
is fine, and for tables what `distorted_tables` makes of it. `show_versions` takes no
argument. Where a row says "then", a curve or matrix is made of odd tables and asked.
The commands get odd options, and the folders of sweeps with every kind of damage.
An input is

- *refused* if a ValueError, TypeError, OSError or ImportError (an ImportError for what
  is not installed) is raised on purpose, by a `raise` of this package or scikit-learn,
  in a sentence that names the argument;
- *unnamed* if it is raised on purpose, but the sentence does not name the argument;
- *raw* if any other error comes out: of another type, or out of the depths of Python or
  of another library; or if nothing comes out within 20 seconds of processor time, of a
  command within 240 seconds;
- *nonsense* if there is a result that is not finite where that of the fine call is, or
  NumPy warns of an overflow or the like in this package;
- *worked* otherwise. ``--list worked`` prints them, to be read one by one.

Measured on 28 November 2026, all on one state, but for `NoiseCurve` and `NoiseMatrix`,
alone or with "then", which are of the next, after their checks had changed::

                                           inputs worked refused unnamed raw nonsense
    GaussianNoiseTransformer                  265     33     225       7   0        0
    GaussianNoiseTransformer, fitted          290     76     200      14   0        0
    GlobalStandardScaler                       65     15      43       7   0        0
    GaussianParzenClassifier                  275     37     221      17   0        0
    make_noise_pipeline                       120     13     107       0   0        0
    layers.InputNoise                          80      7      73       0   0        0
    noise_grid                                185      9     176       0   0        0
    noise_grid, searched                      185      9     176       0   0        0
    validation_curve                           40      6      34       0   0        0
    fit_accuracy                              275     22     253       0   0        0
    AccuracyFit.predict                        65     27      38       0   0        0
    AccuracyFit.tolerance                      40      6      34       0   0        0
    Dataset                                   250    113     137       0   0        0
    load_dataset                              160      5     155       0   0        0
    load_dataset, npz                         252     36     216       0   0        0
    load_dataset, csv                          65     41      24       0   0        0
    statistics.accuracy_interval              290     30     260       0   0        0
    statistics.accuracy_difference            355     35     320       0   0        0
    statistics.log_loss_interval              290     29     261       0   0        0
    statistics.log_loss_difference            355     35     320       0   0        0
    statistics.effective_n_samples            185     30     155       0   0        0
    statistics.mean_interval                  145     17     128       0   0        0
    statistics.paired_difference              210     21     189       0   0        0
    statistics.wilson_interval                120      8     112       0   0        0
    statistics.holm_adjusted                   65     14      51       0   0        0
    KerasMLPClassifier                        909     91     767      51   0        0
    noise_curve                               795     55     739       1   0        0
    NoiseCurve                                632    120     512       0   0        0
    NoiseCurve, then cost                     512    109     398       5   0        0
    NoiseCurve, then tolerance                512    112     398       2   0        0
    NoiseCurve, then by_class                 512     82     430       0   0        0
    NoiseCurve, then confusion                512     81     431       0   0        0
    NoiseCurve, then samples                  512     82     430       0   0        0
    NoiseCurve, then fit_accuracy             512    109     398       5   0        0
    NoiseCurve, then save                     512    104     398      10   0        0
    NoiseCurve, then plot                     512    114     398       0   0        0
    NoiseCurve, then repr                     512    114     398       0   0        0
    NoiseCurve, then spread                   290     54     235       1   0        0
    NoiseCurve, then epochs                   194     29     164       1   0        0
    NoiseCurve.by_class                        80      3      77       0   0        0
    NoiseCurve.from_search                    250     28     221       1   0        0
    NoiseCurve.concat                          40      0      40       0   0        0
    NoiseCurve.concat, a part                  40      0      40       0   0        0
    NoiseCurveDisplay.from_curve              358     14     344       0   0        0
    NoiseComparisonDisplay.from_curves        238      8     230       0   0        0
    NoiseComparisonDisplay.from_comparison    198      8     190       0   0        0
    ClassRecallDisplay.from_curve             239      8     231       0   0        0
    NoiseMatrixDisplay.from_matrix            239      8     231       0   0        0
    EpochCurveDisplay.from_curve              239     11     228       0   0        0
    NoiseCurveDisplay.from_estimator          450     24     426       0   0        0
    NoiseMatrixDisplay.from_estimator         370     23     347       0   0        0
    NoisySamplesDisplay.from_estimator        425     65     359       1   0        0
    noise_matrix                              700     63     636       1   0        0
    NoiseMatrix                               268     53     215       0   0        0
    NoiseMatrix, then save                    268     54     214       0   0        0
    NoiseMatrix, then plot                    268     53     215       0   0        0
    NoiseMatrix, then repr                    268     54     214       0   0        0
    NoiseCurve.summary                         80      3      77       0   0        0
    NoiseCurve.cost                           120      6     114       0   0        0
    NoiseCurve.tolerance                      160      8     152       0   0        0
    NoiseCurve.confusion                       80      3      77       0   0        0
    NoiseCurve.save                            40      1      39       0   0        0
    NoiseCurve.load                            40      1      39       0   0        0
    NoiseCurve.load, damaged                    6      1       5       0   0        0
    compare_curves                            240     13     227       0   0        0
    compare_curves, one of them                40      0      40       0   0        0
    NoiseMatrix.summary                        80      3      77       0   0        0
    NoiseMatrix.save                           40      1      39       0   0        0
    NoiseMatrix.load                           40      1      39       0   0        0
    NoiseCurve.plot                           278     13     265       0   0        0
    NoiseMatrix.plot                          199      8     191       0   0        0
    EpochCurveDisplay.from_estimator          450     27     423       0   0        0
    NoisySamplesDisplay.from_curve            530     14     515       1   0        0
    NoiseCurveDisplay.plot                    158      7     151       0   0        0
    NoiseComparisonDisplay.plot               118      3     115       0   0        0
    ClassRecallDisplay.plot                    79      2      77       0   0        0
    NoiseMatrixDisplay.plot                    79      2      77       0   0        0
    EpochCurveDisplay.plot                    119      6     113       0   0        0
    NoisySamplesDisplay.plot                   40      1      39       0   0        0
    write_report                              240      8     232       0   0        0
    write_report, one of the curves            40      0      40       0   0        0
    write_report, one of those lost            40      0      40       0   0        0
    write_report, a setting                    40     40       0       0   0        0
    report FOLDER                              65     10      55       0   0        0
    compare FOLDER                             77     25      52       0   0        0
    sweep                                     137      9     124       4   0        0
    all                                     20648   2623   17896     129   0        0
"""

import argparse
import ast
import dataclasses
import os
import re
import signal
import tempfile
import traceback
import warnings
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from odd_inputs_calls import fine_calls
from odd_inputs_commands import throw_at_commands, wanted
from odd_inputs_parts import CannotBeMadeError
from odd_inputs_tables import distorted_tables
from scipy import sparse

# What matplotlib takes is its own, as in scikit-learn, and so is what a function gives
# that a user hands to Keras as an activation.
LEFT_TO_OTHERS = {(name, "dict") for name in ("line_kw", "fill_between_kw", "im_kw")}
LEFT_TO_OTHERS |= {("activation", "function")}
OUTCOMES = ["worked", "refused", "unnamed", "raw", "nonsense"]
SECONDS = 20  # of the processor, whatever else it does
EXPECTED = (ValueError, TypeError, OSError, ImportError)
ON_PURPOSE = re.compile(r"/(skn_noise|sklearn)/")
CHECKS_OF_SKLEARN = re.compile(r"/sklearn/utils/(validation|_array_api)")
# Their docstrings say where a NaN stays one, or tells that there is no number.
NAN_IS_AN_ANSWER = re.compile(
    "GaussianNoiseTransformer|GlobalStandardScaler|statistics.log_loss|holm_adjusted|"
    "from_search|AccuracyFit.tolerance|NoisySamplesDisplay.from_estimator|"
    "NoiseMatrix, then plot|NoiseCurve, then (by_class|samples|spread|epochs)"
)

ODD = {
    "None": None,
    "True": True,
    "0": 0,
    "-1": -1,
    "0.5": 0.5,
    "nan": np.nan,
    "inf": np.inf,
    "-inf": -np.inf,
    "10**400": 10**400,
    "1e300": 1e300,
    "Fraction": Fraction(1, 3),
    "Decimal": Decimal("NaN"),
    "complex": 1j,
    "empty text": "",
    "text": "abc",
    "text of a number": "1",
    "bytes": b"abc",
    "missing path": Path("there-is-none.npz"),
    "object": object(),
    "type": int,
    "function": lambda *args: args,
    "dict": {"a": 1},
    "empty list": [],
    "list of None": [None],
    "list of text": ["a", "b"],
    "mixed list": [1, "a"],
    "ragged list": [[1], [1, 2]],
    "negative list": [-1, -2],
    "list of nan": [np.nan, 1.0],
    "list of 10**400": [10**400, 1],
    "0-d": np.array(3.0),
    "3-d": np.zeros((2, 2, 2)),
    "object array": np.array([1, "a", None], dtype=object),
    "dates": np.array(["2020-01-01"], dtype="M8[D]"),
    "Series": pd.Series([1, 2], index=["a", "a"]),
    "DataFrame": pd.DataFrame({"a": [1, 2]}),
    "sparse": sparse.csr_array(np.eye(3)),
    "masked": np.ma.masked_array([1.0, 2.0], [True, False]),
    "pd.NA": pd.NA,
    "Generator": np.random.default_rng(0),
}


def distorted(array):
    """Yield names and functions that make an odd array of one that is fine."""
    yield "a nan", lambda: with_first(array.astype(float), np.nan)
    yield "an inf", lambda: with_first(array.astype(float), np.inf)
    yield "a None", lambda: with_first(array.astype(object), None)
    yield "a text among numbers", lambda: with_first(array.astype(object), "a")
    yield "all text", lambda: array.astype(str)
    yield "huge", lambda: array.astype(float) * 1e300
    yield "denormal", lambda: array.astype(float) * 5e-324
    yield "float16", lambda: array.astype(np.float16)
    yield "negative", lambda: -1.0 - array
    yield "complex", lambda: array * 1j
    yield "boolean", lambda: array > np.median(array)
    yield "constant", lambda: np.zeros_like(array)
    yield "as dates", lambda: array.astype("M8[D]")
    yield "one row", lambda: array[:1]
    yield "no rows", lambda: array[:0]
    yield "a row too many", lambda: np.concatenate([array, array[:1]])
    yield "no columns", lambda: array.reshape(len(array), -1)[:, :0]
    yield "a further dimension", lambda: array[..., None]
    yield "transposed", lambda: array.reshape(len(array), -1).T
    yield "masked values", lambda: np.ma.masked_greater(array, np.median(array))
    yield "sparse values", lambda: sparse.csr_array(array)
    yield "read-only", lambda: read_only(array)
    yield "as Series", lambda: pd.Series(list(array), index=["a"] * len(array))
    yield "as DataFrame", lambda: pd.DataFrame(array).assign(text="a")
    yield "with pd.NA", lambda: with_first(array.astype(object), pd.NA)


def with_first(array, value):
    """Replace the first value."""
    array = array.copy()
    array.flat[0] = value
    return array


def read_only(array):
    """Forbid changes."""
    array = array.copy()
    array.flags.writeable = False
    return array


def odd_values(fine):
    """Yield names and odd values for an argument."""
    yield from ODD.items()
    kinds = {np.ndarray: distorted, pd.DataFrame: distorted_tables}
    for name, make in kinds.get(type(fine), lambda fine: ())(fine):
        try:
            yield name, make()
        except (OverflowError, TypeError, ValueError):  # there is no such array
            continue


def judge(function, arguments, changed, is_finite):
    """Return an outcome and what it was; None if the input could not be made."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            result = function(**arguments)
        except CannotBeMadeError:
            return None
        except Exception as error:
            return judge_error(error, changed)
        except SystemExit as error:
            return "raw", repr(error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    for warning in caught:
        if issubclass(warning.category, RuntimeWarning) and "/skn_noise/" in (
            warning.filename
        ):
            return "nonsense", f"RuntimeWarning: {warning.message}"
    if is_finite and not all_finite(result):
        return "nonsense", f"not finite: {result!r:.200}"
    return "worked", f"{result!r:.100}"


def judge_error(error, changed):
    """Tell a refusal from an error that nobody has thought of."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.filename is not None:
        return "refused", text  # the system's own sentence, which names the file
    if not isinstance(error, EXPECTED) or not raised_on_purpose(error):
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return "raw", f"{text:.300} [{Path(frame.filename).name}:{frame.lineno}]"
    named = any(re.search(word, str(error), re.IGNORECASE) for word in words(changed))
    return "refused" if named else "unnamed", text[:300]


def raised_on_purpose(error):
    """Tell whether a `raise`, or a check of scikit-learn's, is what stopped it."""
    frames = traceback.extract_tb(error.__traceback__)
    if any(CHECKS_OF_SKLEARN.search(frame.filename) for frame in frames):
        return True
    last = frames[-1]
    is_ours = ON_PURPOSE.search(last.filename) is not None
    return is_ours and (last.lineno, last.colno) in where_raised(last.filename)


@cache
def where_raised(filename):
    """Return the line and column of every `raise`.

    An error in the sentence that it makes has another column.
    """
    tree = ast.parse(Path(filename).read_text(encoding="utf-8"))
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Raise))
    return {(node.lineno, node.col_offset) for node in statements}


def words(name):
    """Return what a sentence may call an argument."""
    name = name.removesuffix("_later").removesuffix("_val")
    called = {
        "X": r"\bX\b|arrays?\b|input|samples?\b|features?\b|data\b|x_train",
        "y": r"\by\b|labels?\b|targets?\b|class|samples\b|y_train",
        "ax": r"\bax\b|axes",
        "cv": r"\bcv\b|\bfolds?\b|split",
        "groups": r"groups|samples",
        "params": r"param",
        "scoring": r"scor",
        "name_or_path": r"data set|file",
        "part": "curves",
        "curve_b": r"curves\b",
        "setting": r"settings\b",
    }
    return [called.get(name, rf"\b{re.escape(name)}\b"), name.replace("_", "[_ ]")]


def all_finite(result):
    """Tell whether all numbers of a result are finite, or it says in words why not."""
    if isinstance(result, pd.DataFrame):
        if "method" in result:
            result = result[~result["method"].str.startswith("none")]
        if "std" in result:  # NaN for one fold
            result = result.assign(std=result["std"].where(result["n"] > 1, 0.0))
        result = result.select_dtypes("number").to_numpy()
    if dataclasses.is_dataclass(result):
        return all(all_finite(value) for value in vars(result).values())
    if isinstance(result, tuple | list):
        return all(all_finite(value) for value in result)
    try:
        return bool(np.isfinite(np.asarray(result)).all())
    except (TypeError, ValueError):  # no numbers
        return True


def throw_at(name, function, fine):
    """Yield an argument, an odd value's name, an outcome and what it was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            is_finite = all_finite(function(**fine)) and not NAN_IS_AN_ANSWER.search(
                name
            )
        except Exception as error:  # the name has changed: mend odd_inputs_calls.py
            yield name, "all", "fine", "raw", f"the call that is fine fails: {error!r}"
            return
    for argument, value in fine.items():
        for odd, odd_value in odd_values(value):
            if (argument, odd) in LEFT_TO_OTHERS:
                continue
            found = judge(function, fine | {argument: odd_value}, argument, is_finite)
            if found is not None:
                yield name, argument, odd, *found


def main():
    """Throw everything at everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="PATTERN", default=[])
    parser.add_argument("--list", nargs="+", choices=OUTCOMES, default=[])
    args = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    signal.signal(signal.SIGPROF, raise_timeout)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # where odd paths may leave something
        for found in all_throws(Path(folder), args.only):
            rows.append(found)
            if found[3] in args.list:
                print("{3}: {0}, {1} = {2}: {4}".format(*found), flush=True)
        os.chdir("/")
    print_table(rows)


def raise_timeout(number, frame):
    """End a call that takes too long."""
    raise TimeoutError(f"nothing came within {SECONDS} seconds")


def all_throws(folder, only):
    """Yield what came of every input."""
    for name, (function, fine) in fine_calls(folder).items():
        if wanted(name, only):
            yield from throw_at(name, function, fine)
    yield from throw_at_commands(folder, only)


def print_table(rows):
    """Print the counts of every outcome by name."""
    counts = {}
    for name, _, _, outcome, _ in rows:
        counts.setdefault(name, Counter())[outcome] += 1
    counts["all"] = sum(counts.values(), Counter())
    width = max(map(len, counts))
    print(" ".join([" " * width, "inputs", *(f"{word:>8}" for word in OUTCOMES)]))
    for name, by_outcome in counts.items():
        numbers = (f"{by_outcome[word]:8}" for word in OUTCOMES)
        print(f"{name:{width}} {by_outcome.total():6}", *numbers)


if __name__ == "__main__":
    main()
