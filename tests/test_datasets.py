import gzip
import http.client
import socket

import numpy as np
import pytest
from scipy.sparse import csr_array

from skn_noise import Dataset, NoisySamplesDisplay, load_dataset, make_noise_pipeline

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 4, 4), dtype=np.uint8)
LABELS = np.arange(12) % 3


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
    np.testing.assert_allclose(dataset.X, IMAGES.reshape(12, -1) / 255, rtol=1e-6)


@pytest.mark.parametrize("part", ["train", "test"])
def test_an_array_of_keras_is_named_where_it_is_at_fault(part, monkeypatch):
    import keras

    labels = {"train": LABELS[:9], "test": LABELS[9:]} | {part: LABELS[:2]}
    parts = (IMAGES[:9], labels["train"]), (IMAGES[9:], labels["test"])
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: parts)
    with pytest.raises(ValueError, match=f"^x_{part} of mnist .* y_{part} of mnist 2"):
        load_dataset("mnist")


@pytest.mark.parametrize("as_read", [np.asarray, csr_array])
def test_a_data_set_of_openml(as_read, monkeypatch):
    asked = {}

    def fetch(name, **options):
        asked.update(name=name, **options)
        return as_read(IMAGES.reshape(12, -1)), LABELS.tolist()

    monkeypatch.setattr("skn_noise.datasets._named.fetch_openml", fetch)
    dataset = load_dataset("openml:mnist_784", white=255)
    assert asked == {"name": "mnist_784", "return_X_y": True, "as_frame": False}
    assert dataset.name == "openml:mnist_784"
    np.testing.assert_allclose(dataset.X, IMAGES.reshape(12, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(dataset.y, LABELS)


def test_every_image_shape_is_drawn():
    dataset = load_dataset("digits")
    display = NoisySamplesDisplay.from_estimator(
        make_noise_pipeline(random_state=0)[:-1],
        dataset.X[:20],
        image_shape=dataset.image_shape,
    )
    assert display.ax_.images


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["minst", "", "digits.txt", "~nobody/data"])
def test_unknown_name_lists_the_known(name):
    with pytest.raises(ValueError, match="'mnist-5k', 'digits'"):
        load_dataset(name)


@pytest.mark.parametrize("name", [None, 3, b"digits", ["digits"], np.zeros(3)])
def test_a_name_that_is_no_text(name):
    with pytest.raises(TypeError, match="name of a data set or a path"):
        load_dataset(name)


@pytest.mark.parametrize("name", ["there-is-none.npz", "there-is-none.csv.gz"])
def test_no_such_file(name):
    with pytest.raises(FileNotFoundError, match=name):
        load_dataset(name)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"label": 3}, "name of a column as label"),
        ({"pixels": "no"}, "pixels=True or False"),
        ({"white": "255"}, "number as white"),
        ({"white": True}, "number as white"),
    ],
)
def test_an_option_of_a_wrong_type(options, match):
    with pytest.raises(TypeError, match=match):
        load_dataset("digits", **options)


@pytest.mark.parametrize("white", [0, -1, np.nan, np.inf, 1e-300, 10**400, -(10**400)])
def test_a_white_by_which_nothing_can_be_divided(white):
    with pytest.raises(ValueError, match="Expected white to be a positive number"):
        load_dataset("digits", white=white)


def test_white_is_for_pixels():
    with pytest.raises(ValueError, match="white=16 is for pixels"):
        load_dataset("digits", white=16, pixels=False)


@pytest.mark.parametrize(
    ("X", "y", "image_shape"),
    [
        (np.zeros(4), np.zeros(4), None),
        (np.zeros((4, 2)), np.zeros(3), None),
        (np.zeros((4, 2)), np.zeros((4, 1)), None),
        ([[0.0]], [0], None),
        (None, None, None),
        (np.zeros((4, 2)), np.zeros(4), (2, 2)),
        (np.zeros((4, 2)), np.zeros(4), 2),
        (np.zeros((4, 2)), np.zeros(4), ("a", 2)),
    ],
)
def test_a_dataset_holds_arrays_that_fit(X, y, image_shape):
    with pytest.raises(ValueError, match=r"Expected an array X|does not fill"):
        Dataset(X, y, "mine", image_shape)


# --- downloads ------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    "error",
    [http.client.IncompleteRead(b"12"), EOFError("ended"), gzip.BadGzipFile("no gzip")],
)
def test_a_download_that_breaks_off(error, monkeypatch):
    def break_off(*args, **kwargs):
        raise error

    monkeypatch.setattr("skn_noise.datasets._named.fetch_openml", break_off)
    with pytest.raises(ConnectionError, match="try again"):
        load_dataset("openml:mnist_784")


def test_a_download_by_keras_that_breaks_off(monkeypatch):
    import keras

    def break_off():
        raise Exception("ended")

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", break_off)
    with pytest.raises(ConnectionError) as error:
        load_dataset("fashion-mnist")
    assert str(error.value) == (
        "Keras could not download 'fashion-mnist': ended. Check the network, delete "
        "what has broken off from Keras's folder of data sets (~/.keras/datasets), or "
        "use data that is here: 'mnist-5k' and 'digits' need no network, nor does the "
        "path to a file."
    )
