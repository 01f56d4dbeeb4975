"""Reproducible Gaussian noise, one draw per matrix of samples."""

from __future__ import annotations

import itertools
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from numbers import Real
from typing import Literal, Self

import joblib
import numpy as np
from numpy.random import SFC64, Generator, RandomState, SeedSequence
from numpy.typing import ArrayLike
from sklearn.base import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
)
from sklearn.frozen import FrozenEstimator
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state, gen_batches
from sklearn.utils.validation import check_is_fitted

from skn_noise._aligned import empty_aligned
from skn_noise._sklearn import (
    FLOATS,
    CallbackSupportMixin,
    DocumentedMixin,
    Interval,
    StrOptions,
    check_params,
    fit_context,
    fit_task,
    validate_samples,
)
from skn_noise._training_samples import TrainingSamples

# Values that stay in the cache of a core while they are drawn, scaled and added.
_VALUES_IN_BLOCK = 2**17
# To start threads would take longer than to fill fewer blocks.
_FEWEST_BLOCKS_FOR_THREADS = 8


class GaussianNoiseTransformer(
    DocumentedMixin,
    CallbackSupportMixin,
    OneToOneFeatureMixin,
    TransformerMixin,
    BaseEstimator,
):
    r"""Add reproducible Gaussian noise to `X`, one draw per matrix.

    :meth:`fit` draws a seed. :meth:`fit_transform` adds the training noise, and
    :meth:`transform` adds the same noise again to the training samples. Every other
    matrix gets independent noise, even if some of its rows are training samples. This
    noise depends only on the seed and on the matrix: clones with the same int
    `random_state` add the same noise to the same validation samples. All scales
    multiply the same draw.

    Parameters
    ----------
    scale : float or array-like of shape (n_features,), default=1.0
        Standard deviation of the noise, in `unit`; 0 or more. The values of a pandas
        Series, which must name all features, are assigned to them by name.

    loc : float or array-like of shape (n_features,), default=0.0
        Mean of the noise, in `unit`. A Series is used as for `scale`.

    unit : {"absolute", "std"}, default="absolute"
        Unit of `scale` and `loc`. If ``"absolute"``, the units of `X`. If ``"std"``,
        standard deviations of each feature, which :meth:`fit` computes: 0.1 is noise
        of 10 % of the spread of each feature. Constant features get no noise.

    apply_to : {"both", "train", "test"}, default="both"
        Method that adds the noise. If ``"train"``, only :meth:`fit_transform`, whose
        output is what a :class:`~sklearn.pipeline.Pipeline` trains on. If ``"test"``,
        only :meth:`transform`. If ``"both"``, both methods.

    resample : bool, default=False
        Whether to draw new noise in every call, also for the same samples. With an int
        `random_state`, the sequence of calls is reproducible: after each fit on the
        same samples, the n-th call adds the same noise to the same matrix. A copy of
        the fitted transformer (pickled for another process, or deep-copied) draws from
        fresh entropy.

    random_state : int, RandomState instance or None, default=None
        Determines the seed, which is drawn in :meth:`fit`. Pass an int for
        reproducible noise. If None, each fit draws a new seed.

    Attributes
    ----------
    seed_ : int
        The seed of the noise.

    std_ : ndarray of shape (n_features,) or None
        Standard deviation of each feature, without NaN; 0 if the feature is constant.
        None if `unit` is ``"absolute"``.

    n_features_in_ : int
        Number of features seen during :term:`fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during :term:`fit`. Defined only when `X`
        has feature names that are all strings.

    See Also
    --------
    make_noise_pipeline : This transformer between a scaler and a neural network.
    noise_curve : Scores of an estimator against the scale of the noise.

    Notes
    -----
    Sample :math:`x_i` becomes :math:`x_i + \mu + \sigma z_i`, where :math:`\mu` is
    `loc`, :math:`\sigma` is `scale` (both multiplied by `std_` if `unit` is ``"std"``)
    and the :math:`z_i` are independent vectors of unit noise, drawn by
    :meth:`draw_unit_noise`. Gaussian noise is drawn by the ziggurat
    method [1]_. Matrices are compared up to rounding errors: see
    :doc:`/guide/noise` for the method and :doc:`/guide/limits` for its limits.

    Two of scikit-learn's common checks do not hold: invariance to the order of the
    rows, and to subsets of the rows. A part of a matrix is another matrix and gets
    other noise.

    NaN stays NaN. float32 and float64 are kept, and have different draws; float16
    becomes float32, other numbers become float64. NumPy guarantees the streams of its
    generators for one version of NumPy only.

    References
    ----------
    .. [1] Marsaglia, Tsang (2000). "The ziggurat method for generating random
       variables". Journal of Statistical Software 5(8).

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise import GaussianNoiseTransformer
    >>> X = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> noise = GaussianNoiseTransformer(scale=0.5, random_state=0)
    >>> noisy = noise.fit_transform(X)
    >>> noisy.shape
    (3, 2)

    The training samples get the same noise again, any other matrix gets other noise:

    >>> np.array_equal(noise.transform(X), noisy)
    True
    >>> np.array_equal(noise.transform(X[:2]), noisy[:2])
    False

    Noise of 10 % of the spread of each column, in front of a table in raw units:

    >>> from sklearn.datasets import load_wine
    >>> X, _ = load_wine(return_X_y=True)
    >>> percent = GaussianNoiseTransformer(0.1, unit="std", random_state=0)
    >>> noise = percent.fit_transform(X) - X
    >>> bool(np.allclose(noise.std(axis=0), 0.1 * X.std(axis=0), rtol=0.2))
    True
    """

    _parameter_constraints: dict = {
        "scale": [Interval(Real, 0, None, closed="left"), "array-like"],
        "loc": [Interval(Real, None, None, closed="neither"), "array-like"],
        "unit": [StrOptions({"absolute", "std"})],
        "apply_to": [StrOptions({"both", "train", "test"})],
        "resample": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        scale: ArrayLike = 1.0,
        *,
        loc: ArrayLike = 0.0,
        unit: Literal["absolute", "std"] = "absolute",
        apply_to: Literal["both", "train", "test"] = "both",
        resample: bool = False,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.scale = scale
        self.loc = loc
        self.unit = unit
        self.apply_to = apply_to
        self.resample = resample
        self.random_state = random_state

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Draw the seed of the noise; compute `std_` if `unit` is ``"std"``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples. :meth:`transform` adds the same noise to them again.

        y : None
            Ignored.

        Returns
        -------
        self : object
            Fitted transformer.

        Raises
        ------
        ValueError
            If `scale` or `loc` does not fit the features of `X`, or `X` is not a 2-D
            array of numbers without infinities; if `unit` is ``"std"`` and `X` has a
            single row, or all features with noise are constant.
        """
        self._fit(X, y)
        return self

    @fit_context
    def fit_transform(self, X: ArrayLike, y: ArrayLike | None = None) -> np.ndarray:
        """Draw the seed, then add the noise unless `apply_to` is ``"test"``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; never modified.

        y : None
            Ignored.

        Returns
        -------
        X_new : ndarray of shape (n_samples, n_features)
            Samples with noise.

        Raises
        ------
        ValueError
            As in :meth:`fit`, or if a noisy sample exceeds the range of its dtype.
        """
        X = self._fit(X, y)
        if self.apply_to == "test":
            return X
        return self._add_noise(X, self._training_samples.key)

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Add the noise unless `apply_to` is ``"train"``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; never modified.

        Returns
        -------
        X_new : ndarray of shape (n_samples, n_features)
            Samples with noise.

        Raises
        ------
        ValueError
            If a parameter is invalid, or a noisy sample exceeds the range of its
            dtype.
        """
        check_is_fitted(self)
        # set_params may have changed them since fit.
        check_params(self, "apply_to", "resample")
        X = self._validate(X, reset=False)
        if self.apply_to == "train":
            return X
        return self._add_noise(X, self._training_samples.find_key(X, self._draw))

    def draw_unit_noise(
        self, rng: Generator, shape: tuple[int, int], dtype: np.dtype
    ) -> np.ndarray:
        """Draw noise with mean 0 and standard deviation 1.

        Override this method in a subclass for noise that is not Gaussian.
        :meth:`fit_transform` and :meth:`transform` multiply the noise by `scale` and
        add `loc` and the samples. They call this method once for every block of rows,
        in several threads, so that it must not change the transformer. Rows must be
        independent of each other; the values of one row may be correlated.

        Parameters
        ----------
        rng : numpy.random.Generator
            Generator for all random numbers of this block. Use no other one.

        shape : tuple of int, (n_rows, n_features)
            Shape of the block.

        dtype : numpy.dtype
            Dtype of the samples, float32 or float64.

        Returns
        -------
        noise : ndarray of shape (n_rows, n_features)
            Noise; another dtype is converted to `dtype`.

        Examples
        --------
        Uniform noise, which has the standard deviation 1 between -sqrt(3) and sqrt(3):

        >>> import numpy as np
        >>> from skn_noise import GaussianNoiseTransformer
        >>> class UniformNoise(GaussianNoiseTransformer):
        ...     def draw_unit_noise(self, rng, shape, dtype):
        ...         return rng.uniform(-np.sqrt(3), np.sqrt(3), shape)
        >>> noisy = UniformNoise(0.5, random_state=0).fit_transform(np.zeros((1000, 2)))
        >>> bool(np.abs(noisy).max() < 0.5 * np.sqrt(3))
        True
        """
        return rng.standard_normal(shape, dtype=dtype)

    def _fit(self, X, y):
        X = self._validate(X, reset=True, n_rows=2 if self.unit == "std" else 1)
        with fit_task(self, X, y):
            self.std_ = _standard_deviations(X) if self.unit == "std" else None
            scale = self._per_feature("scale", X.dtype)
            self._per_feature("loc", X.dtype)
            if np.any(self.scale) and not scale.any():
                raise ValueError(
                    f"With unit='std', scale {self.scale!r} must belong to a feature "
                    "that varies, but all features with noise are constant, or vary "
                    "less than the dtype can hold. Pass unit='absolute'."
                )
            self._draw_seed(X)
        return X

    def _draw_seed(self, X):
        random_state = check_random_state(self.random_state)
        seed = random_state.randint(np.iinfo(np.int64).max, dtype=np.int64)
        self.seed_ = int(seed)
        self._training_samples = TrainingSamples(X, self.seed_)
        self._calls = _Calls()
        # Number of the draw that transform adds. A study counts it up to validate a
        # fit on several independent draws.
        self._draw = 0

    def _fit_to_validate(self, X):
        """Fit without training samples, in front of a model that is trained already.

        If the noise was fitted with the model, its `std_` is kept: the scales are then
        those of the samples that the model was trained on.
        """
        was_absolute = getattr(self, "std_", None) is None
        if hasattr(self, "seed_") and was_absolute == (self.unit == "absolute"):
            self._draw_seed(self._validate(X, reset=False))
        else:
            self.fit(X)
        # All samples get the noise of validation, as in any other study.
        self._training_samples.forget()

    def _validate(self, X, *, reset, n_rows=1):
        return validate_samples(
            self,
            X,
            reset=reset,
            dtype=FLOATS,
            ensure_all_finite="allow-nan",
            ensure_min_samples=n_rows,
        )

    def _add_noise(self, X, key):
        """Return noisy samples; each block of rows has its own random stream."""
        scale = self._per_feature("scale", X.dtype)
        loc = self._per_feature("loc", X.dtype)
        call = [self._calls.next()] if self.resample else []
        noisy = empty_aligned(X.shape, X.dtype)
        n_rows = max(1, _VALUES_IN_BLOCK // X.shape[1])

        def fill(rows):
            stream = SeedSequence(key, spawn_key=(rows.start, *call))
            block = noisy[rows]
            rng = Generator(SFC64(stream))
            unit_noise = self.draw_unit_noise(rng, block.shape, X.dtype)
            if np.shape(unit_noise) != block.shape:
                raise ValueError(
                    f"{type(self).__name__}.draw_unit_noise must return an array of "
                    f"shape {block.shape}, the shape it was called with; got shape "
                    f"{np.shape(unit_noise)}."
                )
            np.multiply(unit_noise, scale, out=block, casting="same_kind")
            if loc.any():
                block += loc
            block += X[rows]

        # NumPy's error settings are per thread, so that each call must set them.
        fill = np.errstate(over="raise")(fill)
        try:
            _run_all(fill, list(gen_batches(len(X), n_rows)))
        except FloatingPointError as error:
            raise ValueError(
                f"Noisy samples must be in the range of {X.dtype}, but with scale "
                f"{self.scale!r} and loc {self.loc!r} they exceed it. Pass smaller "
                "values of scale and loc, or X as float64."
            ) from error
        return noisy

    def _per_feature(self, name, dtype):
        """Check `scale` or `loc`; return it as an array that broadcasts over rows."""
        value = getattr(self, name)
        if hasattr(value, "reindex"):
            value = self._in_order_of_features(name, value)
        try:
            values = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f"{name} must be a number or one number per feature, got {value!r}. "
                "Pass a pandas Series for numbers by the names of the features."
            ) from error
        if values.ndim > 0 and values.shape != (self.n_features_in_,):
            raise ValueError(
                f"{name} must be a number, or one number per feature with shape "
                f"({self.n_features_in_},); got shape {values.shape}."
            )
        if not np.isfinite(values).all() or (name == "scale" and (values < 0).any()):
            expected = "finite and not negative" if name == "scale" else "finite"
            raise ValueError(f"{name} must be {expected}, got {value!r}.")
        if self.std_ is not None:
            with np.errstate(over="ignore"):
                values = values * self.std_
        if np.abs(values).max() > np.finfo(dtype).max:
            raise ValueError(
                f"{name} must be in the range of the dtype of X, {np.dtype(dtype)}, "
                f"got {value!r}. Pass a smaller value, or X as float64."
            )
        return values.astype(dtype)

    def _in_order_of_features(self, name, series):
        """Sort a Series by the names of the features, unless it has no names."""
        labels = list(series.index)
        features = list(getattr(self, "feature_names_in_", []))
        if labels == list(range(len(labels))):
            return series
        if not features:
            raise ValueError(
                f"{name} is a Series with names, but X has none. Pass X as a DataFrame "
                f"with these columns, or {name}.to_numpy() with one number per feature."
            )
        if sorted(labels, key=str) != sorted(features):
            lacking = [feature for feature in features if feature not in labels]
            unknown = [label for label in labels if label not in features]
            faults = [f"it lacks {lacking[0]!r}"] if lacking else []
            faults += [f"{unknown[0]!r} is no feature"] if unknown else []
            raise ValueError(
                f"The index of the Series {name} must name each feature of X once, but "
                f"{' and '.join(faults) or 'it has a name twice'}."
            )
        return series[list(features)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        tags.non_deterministic = self.resample
        return tags


def noise_in_prediction(estimator):
    """Yield the transformers that add noise in prediction, with their names."""
    if isinstance(estimator, FrozenEstimator):  # it hides its parameters
        yield from noise_in_prediction(estimator.estimator)
        return
    for name, part in estimator.get_params().items():
        if isinstance(part, FrozenEstimator):
            yield from noise_in_prediction(part)
        elif isinstance(part, GaussianNoiseTransformer) and part.apply_to != "train":
            yield name, part


def _standard_deviations(X):
    """Return the standard deviation of every feature, exactly 0 if it is constant."""
    with np.errstate(over="ignore", invalid="ignore"):
        std = np.sqrt(StandardScaler().fit(X).var_)
    # Of a feature without values, NaN, nothing is known but that it has no noise.
    std = np.where(np.fmax.reduce(X) > np.fmin.reduce(X), std, 0.0)
    if not np.isfinite(std).all():  # NaN if the mean of the squares is inf - inf
        raise ValueError(
            "With unit='std', the variance of every feature must be in the range of "
            "float64. Divide X by a constant."
        )
    return std


class _Calls:
    """Number the calls after one fit, for ``resample=True``.

    A copy (forked, pickled or deep-copied) would repeat the numbers of the original.
    Therefore it uses entropy of the operating system instead.
    """

    def __init__(self):
        self._process = os.getpid()
        self._numbers = itertools.count()

    def next(self):
        """Return an integer that differs from those of all calls in all copies."""
        if os.getpid() == self._process:
            return next(self._numbers)  # atomic, unlike n += 1
        return secrets.randbits(128)

    def __getstate__(self):
        return {"_process": None}


def _run_all(function, tasks):
    """Call the function with each task, in threads if there are enough tasks.

    Generators of NumPy and its arithmetic release the lock of Python. The result does
    not depend on the threads, as every task has its own stream and rows.
    """
    n_threads = _n_threads() if len(tasks) >= _FEWEST_BLOCKS_FOR_THREADS else 1
    if n_threads < 2:
        for task in tasks:
            function(task)
    else:
        with ThreadPoolExecutor(n_threads) as pool:
            list(pool.map(function, tasks))


def _n_threads():
    """Return the number of threads allowed, which joblib sets in its workers."""
    n_threads = os.environ.get("OMP_NUM_THREADS", "")
    return int(n_threads) if n_threads.isdecimal() else joblib.cpu_count()
