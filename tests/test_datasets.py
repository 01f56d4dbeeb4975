import pickle
import socket

import numpy as np
import pandas as pd
import pytest

from skn_noise import load_dataset

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 4, 4), dtype=np.uint8)
IMAGES[0, 0, 0] = 255
LABELS = np.arange(12) % 3


def write_npz(path, **changes):
    arrays = {
        "x_train": IMAGES[:9],
        "y_train": LABELS[:9],
        "x_test": IMAGES[9:],
        "y_test": LABELS[9:],
    }
    arrays.update(changes)
    np.savez(path, **{k: v for k, v in arrays.items() if v is not None})
    return path


def write_table(path, label="label"):
    table = pd.DataFrame(IMAGES.reshape(12, -1)).rename(columns=str)
    table.insert(3, label, LABELS)
    writers = {".csv": table.to_csv, ".parquet": table.to_parquet}
    writers[path.suffix](path, index=False)
    return path


# --- what comes -----------------------------------------------------------------------


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
    assert repr(dataset).startswith(f"Dataset({name!r}: {n_samples} samples")


def test_npz_in_the_layout_of_keras(tmp_path):
    dataset = load_dataset(write_npz(tmp_path / "small.npz"))
    np.testing.assert_allclose(dataset.X, IMAGES.reshape(12, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.image_shape == (4, 4)
    assert dataset.name == "small"


def test_holdout_is_the_test_part(tmp_path):
    dataset = load_dataset(write_npz(tmp_path / "small.npz"))
    ((train, test),) = dataset.holdout.split()
    np.testing.assert_array_equal(train, np.arange(9))
    np.testing.assert_array_equal(test, np.arange(9, 12))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_tables(tmp_path, suffix):
    dataset = load_dataset(write_table(tmp_path / f"small{suffix}"))
    np.testing.assert_allclose(dataset.X, IMAGES.reshape(12, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.image_shape == (4, 4)


def test_column_of_labels_by_name(tmp_path):
    path = write_table(tmp_path / "small.csv", label="digit")
    np.testing.assert_array_equal(load_dataset(path, label="digit").y, LABELS)


def test_pixels_in_unit_range_stay(tmp_path):
    images = (IMAGES / 255).astype(np.float32)
    path = write_npz(tmp_path / "small.npz", x_train=images[:9], x_test=images[9:])
    np.testing.assert_array_equal(load_dataset(path).X, images.reshape(12, -1))


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_data_sets_of_keras_come_from_its_cache(name, tmp_path, monkeypatch):
    import keras

    def from_cache():
        return (IMAGES[:9], LABELS[:9]), (IMAGES[9:], LABELS[9:])

    module = getattr(keras.datasets, name.replace("-", "_"))
    monkeypatch.setattr(module, "load_data", from_cache)
    dataset = load_dataset(name)
    assert dataset.holdout.get_n_splits() == 1
    assert dataset.name == name


# --- bad input ------------------------------------------------------------------------


def test_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match="'mnist-5k', 'digits'"):
        load_dataset("minst")


@pytest.mark.parametrize("name", ["there-is-none.npz", "there-is-none.csv"])
def test_no_such_file(name):
    with pytest.raises(FileNotFoundError, match=name):
        load_dataset(name)


def test_npz_without_the_arrays(tmp_path):
    path = write_npz(tmp_path / "small.npz", y_test=None)
    with pytest.raises(ValueError, match=r"lacks the arrays \['y_test'\]"):
        load_dataset(path)


class Trap:
    """Leaves a mark if it is ever unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (self.mark, "w")


def test_pickled_objects_in_an_npz_are_never_loaded(tmp_path):
    mark = tmp_path / "unpickled"
    objects = np.array([Trap(str(mark))] * 9, dtype=object)
    path = write_npz(tmp_path / "small.npz", x_train=objects)
    with pytest.raises(ValueError, match="pickled objects, which are never loaded"):
        load_dataset(path)
    assert not mark.exists()


def test_a_pickle_that_is_called_npz_is_never_loaded(tmp_path):
    mark, path = tmp_path / "unpickled", tmp_path / "small.npz"
    path.write_bytes(pickle.dumps(Trap(str(mark))))
    with pytest.raises(ValueError, match=r"no \.npz file"):
        load_dataset(path)
    assert not mark.exists()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_truncated_npz(tmp_path, share):
    path = write_npz(tmp_path / "small.npz")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="damaged"):
        load_dataset(path)


def test_npz_with_damaged_content(tmp_path):
    path = write_npz(tmp_path / "small.npz")
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load_dataset(path)


def test_npz_with_mismatched_lengths(tmp_path):
    path = write_npz(tmp_path / "small.npz", y_train=LABELS[:5])
    with pytest.raises(ValueError, match=r"x_train of .* holds 9 samples, but"):
        load_dataset(path)


def test_npz_with_images_of_two_shapes(tmp_path):
    path = write_npz(tmp_path / "small.npz", x_test=np.zeros((3, 5, 5)))
    with pytest.raises(ValueError, match="x_test"):
        load_dataset(path)


def test_pixels_out_of_range(tmp_path):
    path = write_npz(tmp_path / "small.npz", x_test=np.full((3, 4, 4), -1.0))
    with pytest.raises(ValueError, match="expected pixels from 0 to 1"):
        load_dataset(path)


def test_table_without_the_column_of_labels(tmp_path):
    path = write_table(tmp_path / "small.csv", label="digit")
    with pytest.raises(ValueError, match="no column 'label'"):
        load_dataset(path)


def test_table_with_text_for_pixels(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text("a,b,label\nx,1,0\n2,y,1\n")
    with pytest.raises(ValueError, match="Column 'a' of .* holds 'x' in row 0"):
        load_dataset(path)


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
    with pytest.raises(ConnectionError, match="'mnist-5k' and 'digits'"):
        load_dataset(name)
