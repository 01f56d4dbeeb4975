"""Named data sets and files of images."""

import gzip
import http.client
import os
import pickle
import socket
import struct
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.model_selection import PredefinedSplit

from skn_noise import NoisySamplesDisplay, load_dataset, make_noise_pipeline

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 4, 4), dtype=np.uint8)
IMAGES[0, 0, 0] = 255
UNIT = (IMAGES / 255).astype(np.float32)
LABELS = np.arange(12) % 3
PIXELS = IMAGES.reshape(12, -1) / np.float32(255)


# --- names ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "n_samples", "image_shape"),
    [("digits", 1797, (8, 8)), ("mnist-5k", 5000, (28, 28))],
)
def test_data_sets_that_are_shipped(name, n_samples, image_shape):
    dataset = load_dataset(name)
    assert dataset.X.shape == (n_samples, np.prod(image_shape))
    assert dataset.X.dtype == np.float32
    assert (dataset.X.min(), dataset.X.max()) == (0.0, 1.0)
    assert len(np.unique(dataset.y)) == 10
    assert dataset.image_shape == image_shape
    assert dataset.holdout is None
    assert dataset.feature_names is None
    assert repr(dataset).startswith(f"Dataset({name!r}: {n_samples} samples")


def test_shipped_data_as_their_grey_levels():
    assert load_dataset("digits", pixels=False).X.max() == 16


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_data_sets_of_keras_come_from_its_cache(name, monkeypatch):
    import keras

    def from_cache():
        return (IMAGES[:9], LABELS[:9]), (IMAGES[9:], LABELS[9:])

    module = getattr(keras.datasets, name.replace("-", "_"))
    monkeypatch.setattr(module, "load_data", from_cache)
    dataset = load_dataset(name)
    assert dataset.holdout.get_n_splits() == 1
    assert dataset.name == name
    np.testing.assert_array_equal(dataset.X, PIXELS)


@pytest.mark.parametrize("as_read", [np.asarray, csr_array])
def test_a_data_set_of_openml(as_read, monkeypatch):
    names = [f"p{i}" for i in range(16)]

    def fetch(name, *, as_frame):
        assert (name, as_frame) == ("mnist_784", False)
        data = as_read(IMAGES.reshape(12, -1))
        return SimpleNamespace(data=data, target=LABELS.tolist(), feature_names=names)

    monkeypatch.setattr("skn_noise.datasets._load.fetch_openml", fetch)
    dataset = load_dataset("openml:mnist_784", white=255)
    assert dataset.name == "openml:mnist_784"
    np.testing.assert_array_equal(dataset.X, PIXELS)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert load_dataset("openml:mnist_784", pixels=False).feature_names == names


@pytest.fixture
def no_network(monkeypatch, tmp_path):
    def refuse(*args, **kwargs):
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))


@pytest.mark.usefixtures("no_network")
@pytest.mark.filterwarnings("ignore:A network error occurred")
@pytest.mark.parametrize("name", ["mnist", "openml:mnist_784"])
def test_no_network_names_the_offline_choices(name, monkeypatch):
    import keras.src.utils.file_utils as file_utils

    monkeypatch.setattr(
        file_utils.config, "keras_home", lambda: file_utils.os.environ["KERAS_HOME"]
    )
    with pytest.raises(ConnectionError, match="'mnist-5k', 'digits' or a file"):
        load_dataset(name)


@pytest.mark.parametrize(
    "error",
    [http.client.IncompleteRead(b"12"), EOFError("ended"), gzip.BadGzipFile("no gzip")],
)
def test_a_download_that_breaks_off(error, monkeypatch):
    def break_off(*args, **kwargs):
        raise error

    monkeypatch.setattr("skn_noise.datasets._load.fetch_openml", break_off)
    with pytest.raises(ConnectionError, match="try again"):
        load_dataset("openml:mnist_784")


# --- archives -------------------------------------------------------------------------


def write_npz(path, images=IMAGES, **changes):
    """Save images with their labels, the last three as the test part."""
    labels = LABELS[: len(images)]
    arrays = {"x_train": images[:-3], "y_train": labels[:-3]}
    arrays |= {"x_test": images[-3:], "y_test": labels[-3:]} | changes
    np.savez(path, **{name: one for name, one in arrays.items() if one is not None})
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "small.npz"


def test_npz_in_the_layout_of_keras(path):
    dataset = load_dataset(write_npz(path))
    np.testing.assert_array_equal(dataset.X, PIXELS)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.image_shape == (4, 4)
    assert dataset.name == "small"
    assert isinstance(dataset.holdout, PredefinedSplit)
    ((train, test),) = dataset.holdout.split()
    np.testing.assert_array_equal(train, np.arange(9))
    np.testing.assert_array_equal(test, np.arange(9, 12))


@pytest.mark.parametrize(
    ("X", "y", "train"),
    [("{}_images", "{}_labels", "train"), ("X_{}", "Y_{}", "TRAIN")],
    ids=["images and labels", "capitals"],
)
def test_other_names_of_the_arrays(tmp_path, X, y, train):
    path = tmp_path / "SMALL.NPZ"
    with path.open("wb") as file:
        parts = {X.format(train): IMAGES[:9], y.format(train): LABELS[:9]}
        np.savez(
            file,
            **parts,
            **{X.format("test"): IMAGES[9:], y.format("test"): LABELS[9:]},
        )
    dataset = load_dataset(path)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.name == "SMALL"


def test_a_path_from_the_home_folder(path, monkeypatch):
    monkeypatch.setenv("HOME", str(path.parent))
    write_npz(path)
    assert load_dataset("~/small.npz").name == "small"


def test_a_name_of_a_file_that_is_not_utf_8(tmp_path):
    path = write_npz(tmp_path / os.fsdecode(b"m\xfcll.npz"))
    assert load_dataset(path).name == "m\N{REPLACEMENT CHARACTER}ll"


@pytest.mark.parametrize("labels", [np.eye(3)[LABELS], LABELS[:, None]])
def test_one_hot_labels_and_a_column_of_labels(path, labels):
    dataset = load_dataset(write_npz(path, y_train=labels[:9], y_test=labels[9:]))
    np.testing.assert_array_equal(dataset.y, LABELS)


class Trap:
    """Leaves a mark if it is ever unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (self.mark, "w")


def test_pickled_objects_are_never_loaded(path):
    mark = path.with_name("unpickled")
    trap = Trap(str(mark))
    write_npz(path, x_train=np.array([trap] * 9, dtype=object))
    with pytest.raises(ValueError, match=r"x_train of .* pickled objects"):
        load_dataset(path)
    path.write_bytes(pickle.dumps(trap))
    with pytest.raises(ValueError, match=r"not an \.npz file"):
        load_dataset(path)
    assert not mark.exists()


def cut_to(share):
    return lambda content: content[: int(share * len(content))]


def flip_a_byte(content):
    return content[:200] + bytes([content[200] ^ 0xFF]) + content[201:]


@pytest.mark.parametrize("damage", [cut_to(0), cut_to(0.5), cut_to(0.99), flip_a_byte])
def test_a_damaged_npz(path, damage):
    path.write_bytes(damage(write_npz(path).read_bytes()))
    with pytest.raises(ValueError, match=r"small.npz cannot be read .*damaged"):
        load_dataset(path)


def test_a_time_out_of_the_caller_is_no_damage(path, monkeypatch):
    def time_out(*args, **kwargs):
        raise TimeoutError("after a second")

    write_npz(path)
    monkeypatch.setattr(np, "load", time_out)
    with pytest.raises(TimeoutError, match="after a second"):
        load_dataset(path)


def test_encrypted_npz(path):
    content = bytearray(write_npz(path).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags' places
        start = content.find(mark)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(mark, start + 4)
    path.write_bytes(content)
    with pytest.raises(ValueError, match="encrypted"):
        load_dataset(path)


def test_an_archive_whose_header_promises_more_than_there_is(path):
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999,)}\n"
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    with zipfile.ZipFile(path, "w") as file:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            file.writestr(f"{name}.npy", start)
    with pytest.raises(ValueError, match=r"x_train of .* cannot be read"):
        load_dataset(path)


# --- pixels ---------------------------------------------------------------------------


def test_pixels_from_0_to_1_are_kept(path):
    np.testing.assert_array_equal(load_dataset(write_npz(path, UNIT)).X, PIXELS)


@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_whole_numbers_of_eight_bits_are_divided_by_255(path, dtype):
    write_npz(path, IMAGES.astype(dtype))
    np.testing.assert_array_equal(load_dataset(path).X, PIXELS)


def test_uint8_is_divided_by_255_however_dark_it_is(path):
    dataset = load_dataset(write_npz(path, IMAGES // 200))
    np.testing.assert_array_equal(dataset.X * np.float32(255), PIXELS * 255 // 200)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_white_divides_all_pixels(path, dtype):
    dataset = load_dataset(write_npz(path, (IMAGES // 16).astype(dtype)), white=16)
    np.testing.assert_array_equal(dataset.X, (IMAGES // 16).reshape(12, -1) / 16)


@pytest.mark.parametrize(
    ("images", "high"),
    [
        (IMAGES.astype(int) // 16, "15"),
        (IMAGES.astype(int) * 2, "510"),
        (IMAGES - 0.5, "254.5"),
        (np.where(UNIT == 1, 2, UNIT), "2"),
    ],
    ids=["4 bits", "9 bits", "fractions", "one above 1"],
)
def test_pixels_whose_white_only_the_user_can_tell(path, images, high):
    match = rf"maximum of {high}; expected uint8.*Pass the value of a white pixel"
    with pytest.raises(ValueError, match=match):
        load_dataset(write_npz(path, images))


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("i8", "f8"), ("u1", "f4"), ("g", "f8")],
)
def test_numbers_that_are_no_pixels_keep_their_digits(path, dtype, expected):
    numbers = np.arange(24).reshape(6, 4).astype(dtype)
    dataset = load_dataset(write_npz(path, numbers), pixels=False)
    np.testing.assert_array_equal(dataset.X, numbers)
    assert dataset.X.dtype == expected
    assert dataset.image_shape is None


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((16,), (4, 4)),
        ((15,), None),
        ((1,), None),
        ((4, 6), (4, 6)),
        ((4, 6, 1), (4, 6)),
        ((4, 6, 3), (4, 6, 3)),
        ((4, 6, 4), None),
        ((1, 5, 6), (5, 6)),
        ((3, 5, 6), (5, 6, 3)),
        ((5, 6, 2), None),
        ((2, 5, 6), None),
        ((2, 5, 6, 3), None),
    ],
)
def test_image_shape_can_be_drawn(path, shape, expected):
    images = np.random.default_rng(0).uniform(size=(6, *shape))
    dataset = load_dataset(write_npz(path, images))
    assert dataset.image_shape == expected
    if len(shape) == 3 and expected is not None:
        transformer = make_noise_pipeline(random_state=0)[:-1]
        NoisySamplesDisplay.from_estimator(
            transformer, dataset.X, image_shape=expected, scales=[1.0], n_samples=2
        )


def test_channels_first_are_put_last(path):
    images = np.random.default_rng(0).uniform(size=(6, 3, 5, 7)).astype(np.float32)
    dataset = load_dataset(write_npz(path, images))
    drawn = dataset.X.reshape(6, *dataset.image_shape)
    np.testing.assert_array_equal(drawn[..., 1], images[:, 1])


# --- folders of idx files -------------------------------------------------------------

FILES = {
    "train-images-idx3-ubyte": IMAGES[:9],
    "train-labels-idx1-ubyte": LABELS[:9],
    "t10k-images-idx3-ubyte": IMAGES[9:],
    "t10k-labels-idx1-ubyte": LABELS[9:],
}


def as_idx(array):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def write_folder(folder, ending="", rename=lambda name: name):
    pack = gzip.compress if ending == ".gz" else bytes
    for name, array in FILES.items():
        (folder / (rename(name) + ending)).write_bytes(pack(as_idx(array)))
    return folder


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_folder_as_mnist_comes(tmp_path, ending):
    dataset = load_dataset(write_folder(tmp_path, ending))
    np.testing.assert_array_equal(dataset.X, PIXELS)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.image_shape == (4, 4)
    assert dataset.name == tmp_path.name
    ((train, test),) = dataset.holdout.split()
    assert (len(train), len(test)) == (9, 3)


def test_packed_files_beside_the_unpacked(tmp_path):
    dataset = load_dataset(write_folder(write_folder(tmp_path), ".gz"))
    np.testing.assert_array_equal(dataset.X, PIXELS)


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name.replace("-idx", ".idx"),
        lambda name: "emnist-letters-" + name.replace("t10k", "test"),
    ],
    ids=["point", "emnist"],
)
def test_other_names_of_the_same_files(tmp_path, rename):
    dataset = load_dataset(str(write_folder(tmp_path, rename=rename)))
    np.testing.assert_array_equal(dataset.X, PIXELS)


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("n_bytes", [0, 7, 30])
def test_a_truncated_file(tmp_path, ending, n_bytes):
    path = write_folder(tmp_path, ending) / f"t10k-images-idx3-ubyte{ending}"
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=r"t10k-images.* is damaged"):
        load_dataset(tmp_path)
