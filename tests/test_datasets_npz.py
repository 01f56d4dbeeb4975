import pickle
import re
import zipfile

import numpy as np
import pytest
from sklearn.model_selection import PredefinedSplit

from skn_noise import NoisySamplesDisplay, load_dataset, make_noise_pipeline
from skn_noise.datasets._part import Part
from skn_noise.datasets._pixels import to_pixels

IMAGES = np.random.default_rng(0).integers(0, 256, size=(12, 4, 4), dtype=np.uint8)
IMAGES[0, 0, 0] = 255
UNIT = (IMAGES / 255).astype(np.float32)
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


def write_images(path, images):
    """Save images with labels of as many samples, the last three for validation."""
    labels = np.arange(len(images)) % 2
    parts = {"x_train": images[:-3], "y_train": labels[:-3]}
    np.savez(path, **parts, x_test=images[-3:], y_test=labels[-3:])
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "small.npz"


def test_npz_in_the_layout_of_keras(path):
    dataset = load_dataset(write_npz(path))
    np.testing.assert_allclose(dataset.X, IMAGES.reshape(12, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.image_shape == (4, 4)
    assert dataset.name == "small"


def test_holdout_is_the_test_part(path):
    dataset = load_dataset(write_npz(path))
    assert isinstance(dataset.holdout, PredefinedSplit)
    ((train, test),) = dataset.holdout.split()
    np.testing.assert_array_equal(train, np.arange(9))
    np.testing.assert_array_equal(test, np.arange(9, 12))


def test_npz_in_the_layout_of_images_and_labels(path):
    parts = {"train_images": IMAGES[:9], "train_labels": LABELS[:9]}
    np.savez(path, **parts, test_images=IMAGES[9:], test_labels=LABELS[9:])
    np.testing.assert_array_equal(load_dataset(path).y, LABELS)


def test_capitals_in_names_do_not_matter(tmp_path):
    path = tmp_path / "SMALL.NPZ"
    with path.open("wb") as file:
        parts = {"X_train": IMAGES[:9], "y_train": LABELS[:9]}
        np.savez(file, **parts, X_test=IMAGES[9:], y_test=LABELS[9:])
    assert load_dataset(path).name == "SMALL"


def test_a_path_from_the_home_folder(path, monkeypatch):
    monkeypatch.setenv("HOME", str(path.parent))
    write_npz(path)
    assert load_dataset("~/small.npz").name == "small"


# --- labels ---------------------------------------------------------------------------


def test_one_hot_labels_become_the_number_of_their_column(path):
    one_hot = np.eye(3)[LABELS]
    dataset = load_dataset(write_npz(path, y_train=one_hot[:9], y_test=one_hot[9:]))
    np.testing.assert_array_equal(dataset.y, LABELS)


def test_labels_in_a_column(path):
    dataset = load_dataset(write_npz(path, y_train=LABELS[:9, None]))
    np.testing.assert_array_equal(dataset.y, LABELS)


@pytest.mark.parametrize(
    ("labels", "match"),
    [
        (np.ones((9, 2)), "not one-hot"),
        (np.full((9, 3), 1 / 3), "not one-hot"),
        (np.array(3), "y_train of .* a single value"),
        (LABELS[:5], "x_train of .* holds 9 samples, but y_train of .* 5 labels"),
        (np.r_[np.nan, LABELS[:8]], "holds nan in row 0, which is no label"),
        (LABELS[:9].astype("S"), "numbers or text"),
        (LABELS[:9].astype(complex), "numbers or text"),
        (LABELS[:9].astype("U"), "y_train of .* holds text, but y_test"),
    ],
)
def test_labels_that_are_none(path, labels, match):
    with pytest.raises(ValueError, match=match):
        load_dataset(write_npz(path, y_train=labels))


# --- pixels ---------------------------------------------------------------------------


def test_pixels_in_unit_range_stay(path):
    dataset = load_dataset(write_images(path, UNIT))
    np.testing.assert_array_equal(dataset.X, UNIT.reshape(12, -1))


def test_white_divides_all_pixels(path):
    dataset = load_dataset(write_images(path, IMAGES // 16), white=16)
    np.testing.assert_array_equal(dataset.X, (IMAGES // 16).reshape(12, -1) / 16)


def test_white_divides_dark_images_too(path):
    dark = np.ones((6, 4, 4))
    np.testing.assert_array_equal(
        load_dataset(write_images(path, dark), white=4).X, 0.25
    )


def test_numbers_that_are_no_pixels(path):
    numbers = np.random.default_rng(0).normal(size=(12, 16))
    dataset = load_dataset(write_images(path, numbers), pixels=False)
    np.testing.assert_array_equal(dataset.X, numbers)
    assert dataset.image_shape is None


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("i8", "f8"), ("u1", "f4"), ("g", "f8")],
)
def test_numbers_that_are_no_pixels_keep_their_digits(path, dtype, expected):
    numbers = np.arange(12).reshape(6, 2).astype(dtype)
    dataset = load_dataset(write_images(path, numbers), pixels=False)
    np.testing.assert_array_equal(dataset.X, numbers)
    assert dataset.X.dtype == expected


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"x_test": np.full((3, 4, 4), -1.0)}, "expected pixels from 0 to 1"),
        ({"x_test": np.full((3, 4, 4), 256)}, "grey levels from 0 to 255"),
        ({"x_train": UNIT[:9]}, "x_train of .* up to 1, but x_test of .* one range"),
        ({"x_test": UNIT[9:]}, "x_test of .* up to .*, but x_train of .* one range"),
        ({"x_test": np.full((3, 5, 5), 1)}, r"\(4, 4\), but those of x_test .*\(5, 5"),
        ({"x_test": IMAGES[:0], "y_test": LABELS[:0]}, "x_test of .* no samples"),
        ({"x_train": np.zeros((9, 0))}, "x_train of .* holds no pixels"),
        ({"x_train": np.array(3)}, r"x_train of .* has shape \(\)"),
        ({"x_train": np.zeros(9)}, r"x_train of .* has shape \(9,\)"),
        ({"x_train": np.full((9, 4), "a")}, "expected real numbers"),
        ({"x_train": np.full((9, 4), 1j)}, "expected real numbers"),
        ({"x_train": np.full((9, 4), np.nan)}, r"x_train of .* \(0, 0\) holds nan"),
        ({"x_train": np.full((9, 4), np.inf)}, r"x_train of .* \(0, 0\) holds inf"),
    ],
)
def test_pixels_that_are_none(path, changes, match):
    with pytest.raises(ValueError, match=match):
        load_dataset(write_npz(path, **changes))


def with_two_pixels_of(value):
    images = UNIT.copy()
    images[[3, 10], 2, 1] = value  # one in each part
    return images


@pytest.mark.parametrize(
    "images", [IMAGES // 16, with_two_pixels_of(2), with_two_pixels_of(200)]
)
def test_pixels_whose_white_is_in_doubt(path, images):
    with pytest.raises(ValueError, match=r"not clear which value is white.*white=255"):
        load_dataset(write_images(path, images))


def part_of(*pixels):
    return Part(np.array([pixels]), np.array([1]), "X", "y")


@pytest.mark.parametrize("pixels", [(2, 0.5, 0.5, 255, 0), (128, 0.5), (255, 1, 0, 0)])
def test_half_the_pixels_above_1_are_enough(pixels):
    read = to_pixels([part_of(*pixels)], None)
    np.testing.assert_allclose(read[0], np.array(pixels) / 255, rtol=1e-6)


@pytest.mark.parametrize("pixels", [(127.5, 100), (255, 255, 1, 1, 1)])
def test_dark_pixels_and_less_than_half_above_1_are_not(pixels):
    with pytest.raises(ValueError, match="not clear which value is white"):
        to_pixels([part_of(*pixels)], None)


def test_a_part_that_is_all_black_says_nothing_of_white():
    parts = [part_of(0, 0), part_of(255, 51)]
    np.testing.assert_allclose(to_pixels(parts, None), [[0, 0], [1, 0.2]])


def test_an_archive_that_cannot_be_opened_is_named(path):
    path.write_bytes(b"PK, and no more")
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} cannot be read"):
        load_dataset(path)


def test_one_pixel_of_2_among_0_to_1(path):
    images = UNIT.copy()
    images[3, 2, 1] = 2
    with pytest.raises(ValueError, match="Bring them to one range"):
        load_dataset(write_images(path, images))


# --- images ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((16,), (4, 4)),
        ((4,), (2, 2)),
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
    dataset = load_dataset(write_images(path, images))
    assert dataset.image_shape == expected
    if expected is not None:
        transformer = make_noise_pipeline(random_state=0)[:-1]
        NoisySamplesDisplay.from_estimator(
            transformer, dataset.X, image_shape=expected, scales=[1.0], n_samples=2
        )


def test_channels_first_are_put_last(path):
    images = np.random.default_rng(0).uniform(size=(6, 3, 5, 7)).astype(np.float32)
    dataset = load_dataset(write_images(path, images))
    drawn = dataset.X.reshape(6, *dataset.image_shape)
    np.testing.assert_array_equal(drawn[..., 1], images[:, 1])


# --- files that are none --------------------------------------------------------------


def test_npz_without_the_arrays(path):
    with pytest.raises(ValueError, match=r"lacks the arrays \['y_test'\]"):
        load_dataset(write_npz(path, y_test=None))


class Trap:
    """Leaves a mark if it is ever unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (self.mark, "w")


def test_pickled_objects_in_an_npz_are_never_loaded(path):
    mark = path.with_name("unpickled")
    objects = np.array([Trap(str(mark))] * 9, dtype=object)
    with pytest.raises(
        ValueError, match=r"x_train of .* pickled objects, which are never"
    ):
        load_dataset(write_npz(path, x_train=objects))
    assert not mark.exists()


def test_a_pickle_that_is_called_npz_is_never_loaded(path):
    mark = path.with_name("unpickled")
    path.write_bytes(pickle.dumps(Trap(str(mark))))
    with pytest.raises(ValueError, match=r"no \.npz file"):
        load_dataset(path)
    assert not mark.exists()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_truncated_npz(path, share):
    content = write_npz(path).read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="damaged"):
        load_dataset(path)


def test_npz_with_damaged_content(path):
    content = bytearray(write_npz(path).read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
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


def test_an_npy_that_is_called_npz(path):
    with path.open("wb") as file:
        np.save(file, IMAGES)
    with pytest.raises(ValueError, match=r"no \.npz file"):
        load_dataset(path)


def test_a_zip_of_other_files(path):
    with zipfile.ZipFile(path, "w") as file:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            file.writestr(name, "1,2,3")
    with pytest.raises(ValueError, match=r"x_train of .* has shape \(\)"):
        load_dataset(path)
