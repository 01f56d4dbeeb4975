import gzip
import struct

import numpy as np
import pytest

from skn_noise import load_dataset

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 4, 5), dtype=np.uint8)
LABELS = (np.arange(12) % 3).astype(np.uint8)
FILES = {
    "train-images-idx3-ubyte": IMAGES[:9],
    "train-labels-idx1-ubyte": LABELS[:9],
    "t10k-images-idx3-ubyte": IMAGES[9:],
    "t10k-labels-idx1-ubyte": LABELS[9:],
}


def as_idx(array):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def write_folder(folder, ending="", rename=lambda name: name):
    pack = gzip.compress if ending == ".gz" else bytes
    for name, array in FILES.items():
        (folder / (rename(name) + ending)).write_bytes(pack(as_idx(array)))
    return folder


def check(dataset):
    np.testing.assert_array_equal(dataset.X, IMAGES.reshape(12, -1) / np.float32(255))
    np.testing.assert_array_equal(dataset.y, LABELS)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_folder_as_mnist_comes(tmp_path, ending):
    dataset = load_dataset(write_folder(tmp_path, ending))
    check(dataset)
    assert dataset.image_shape == (4, 5)
    assert dataset.name == tmp_path.name
    ((train, test),) = dataset.holdout.split()
    assert (len(train), len(test)) == (9, 3)


def test_packed_files_beside_the_unpacked(tmp_path):
    check(load_dataset(write_folder(write_folder(tmp_path), ".gz")))


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name.replace("-idx", ".idx"),
        lambda name: "emnist-letters-" + name.replace("t10k", "test"),
    ],
    ids=["point", "emnist"],
)
def test_other_names_of_the_same_files(tmp_path, rename):
    check(load_dataset(str(write_folder(tmp_path, rename=rename))))


def test_a_folder_without_the_files(tmp_path):
    with pytest.raises(ValueError, match="no file train-images-idx3-ubyte"):
        load_dataset(tmp_path)


def test_a_folder_of_two_data_sets(tmp_path):
    for kind in ("letters", "digits"):
        write_folder(tmp_path, rename=f"emnist-{kind}-{{}}".format)
    with pytest.raises(ValueError, match="holds several data sets"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("n_bytes", [0, 3, 7, 30])
def test_a_truncated_file(tmp_path, ending, n_bytes):
    path = write_folder(tmp_path, ending) / f"t10k-images-idx3-ubyte{ending}"
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=r"t10k-images.* is damaged"):
        load_dataset(tmp_path)


def test_a_file_with_more_than_it_says(tmp_path):
    path = write_folder(tmp_path) / "t10k-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes() + b"\x00")
    with pytest.raises(ValueError, match=r"4 bytes for an array of shape \(3,\)"):
        load_dataset(tmp_path)
