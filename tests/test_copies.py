"""Samples are copied no more often than they must be, and values stay as they are."""

import gc
import weakref

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    KerasMLPClassifier,
)
from skn_noise._aligned import as_aligned, empty_aligned
from skn_noise._sklearn import safe_split
from skn_noise.study._samples import samples_of

OURS = make_pipeline(GaussianNoiseTransformer(), GaussianParzenClassifier())
NEIGHBOURS, SCATTERED = np.arange(3, 9), np.array([0, 1, 2, 4])
X = np.random.default_rng(0).random((10, 5), dtype=np.float32)
y = np.array(list("aabbababab"))


def memory_mapped(folder):
    np.save(folder / "X.npy", X)
    return np.load(folder / "X.npy", mmap_mode="r")


@pytest.mark.parametrize("indices", [NEIGHBOURS, np.arange(5), np.array([3])])
def test_neighbouring_rows_are_not_copied(indices):
    assert np.shares_memory(samples_of(OURS, X, y, indices)[0], X)


def test_rows_that_are_not_copied_cannot_be_written_to():
    rows, _ = samples_of(OURS, X, y, NEIGHBOURS)
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 0
    assert X.flags.writeable


@pytest.mark.parametrize(
    "indices",
    [NEIGHBOURS, SCATTERED, NEIGHBOURS[::-1], [-2, -1], [-1, 0], np.arange(0)],
)
@pytest.mark.parametrize("is_mapped", [False, True])
@pytest.mark.parametrize("targets", [y, None])
def test_samples_of_a_fold_are_those_that_scikit_learn_chooses(
    tmp_path, indices, is_mapped, targets
):
    samples = memory_mapped(tmp_path) if is_mapped else X
    ours = samples_of(OURS, samples, targets, np.array(indices))
    theirs = safe_split(OURS, samples, targets, np.array(indices))
    for our, their in zip(ours, theirs, strict=True):
        assert type(our) is type(their)
        assert_array_equal(our, their)


@pytest.mark.parametrize(
    "step", [StandardScaler(copy=False), LogisticRegression(), GaussianParzenClassifier]
)
def test_rows_are_copied_for_a_step_of_others(step):
    if isinstance(step, type):  # a class of the user's that inherits from ours
        step = type("Users", (step,), {"__module__": "users"})()
    rows, _ = samples_of(make_pipeline(step), X, y, NEIGHBOURS)
    assert not np.shares_memory(rows, X)
    assert rows.flags.writeable


def test_a_kernel_of_a_fold_has_a_column_for_each_sample_of_its_fit():
    kernel, svc = X @ X.T, SVC(kernel="precomputed")
    rows, _ = samples_of(svc, kernel, y, NEIGHBOURS, SCATTERED)
    assert_array_equal(rows, kernel[np.ix_(NEIGHBOURS, SCATTERED)])


def test_rows_in_the_order_of_columns_are_copied_as_scikit_learn_does():
    rows, _ = samples_of(OURS, np.asfortranarray(X), y, NEIGHBOURS)
    assert rows.flags.writeable


@pytest.mark.parametrize("shape", [(1,), (1, 1), (7, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_an_aligned_array_begins_where_tensorflow_needs_it(shape, dtype):
    array = empty_aligned(shape, dtype)
    assert array.shape == shape
    assert array.dtype == dtype
    assert array.ctypes.data % 64 == 0
    assert as_aligned(array, dtype) is array


def misaligned():
    array = empty_aligned((8, 3), np.float32)[1:]
    array[...] = X[:7, :3]
    return array


def read_only():
    array = as_aligned(X, np.float32).copy()
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "array", [misaligned(), read_only(), np.asfortranarray(X), X.astype(np.float64)]
)
def test_any_other_array_is_copied_to_be_aligned(array):
    aligned = as_aligned(array, np.float32)
    assert aligned.dtype == np.float32
    assert aligned.ctypes.data % 64 == 0
    assert not np.shares_memory(aligned, array)
    assert_array_equal(aligned, array)


def test_the_noisy_samples_are_aligned():
    noisy = GaussianNoiseTransformer(random_state=0).fit_transform(X)
    assert as_aligned(noisy, np.float32) is noisy


def test_the_samples_are_not_kept_until_garbage_is_collected():
    # Tracing the graph, which the first fit does, leaves its frame as garbage.
    KerasMLPClassifier((4,), epochs=1).fit(X, y)
    samples = np.array(X)
    gc.collect()
    gc.disable()
    try:
        KerasMLPClassifier((4,), epochs=1).fit(samples, y)
        reference = weakref.ref(samples)
        del samples
        assert reference() is None
    finally:
        gc.enable()
