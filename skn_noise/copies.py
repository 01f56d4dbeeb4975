"""Meta-estimator that trains any classifier or regressor on noisy copies."""

from __future__ import annotations

import os
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import (
    BaseEstimator,
    MetaEstimatorMixin,
    clone,
    is_classifier,
    is_regressor,
)
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skn_noise._sklearn import (
    FLOATS,
    DocumentedMixin,
    HasMethods,
    Interval,
    StrOptions,
    check_method_params,
    fit_context,
    routing_enabled,
    validate_samples,
    warn_user,
)
from skn_noise.noise import GaussianNoiseTransformer

_LARGEST_PART_OF_MEMORY = 0.5


def _estimator_has(method):
    """Make a check that fails, with the reason, if the estimator lacks a method."""

    def check(self):
        getattr(getattr(self, "estimator_", self.estimator), method)
        return True

    return check


class NoisyCopies(DocumentedMixin, MetaEstimatorMixin, BaseEstimator):
    """Train a classifier or regressor on noisy copies of the training samples.

    :meth:`fit` makes `n_copies` copies of the training samples, each with its own draw
    of Gaussian noise, and fits a clone of `estimator` on all of them. Predictions are
    those of the fitted estimator, without noise.

    Parameters
    ----------
    estimator : estimator object
        Classifier or regressor, which is cloned.

    scale : float or array-like of shape (n_features,)
        Standard deviation of the noise, in `unit`; 0 or more. The values of a pandas
        Series are assigned to the features by name. If all are 0, the estimator is
        fitted on the samples themselves, once.
        ``noise_curve(training="fresh")`` sets `scale` to that of the validation noise,
        the other regimes set it to 0.

    n_copies : int, default=5
        Number of noisy copies of each training sample.

    unit : {"absolute", "std"}, default="absolute"
        Unit of `scale`, as for :class:`GaussianNoiseTransformer`: the units of `X`, or
        standard deviations of each feature of the training samples.

    random_state : int, RandomState instance or None, default=None
        Determines the noise. Pass an int for reproducible results. If None, each fit
        draws other noise. The `random_state` of `estimator` is not changed.

    Attributes
    ----------
    estimator_ : estimator object
        The fitted clone of `estimator`.

    classes_ : ndarray of shape (n_classes,)
        The class labels. Defined only if `estimator` is a classifier.

    n_features_in_ : int
        Number of features seen during :term:`fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during :term:`fit`. Defined only when `X`
        has feature names that are all strings.

    See Also
    --------
    noise_curve : Trains on noisy copies with ``training="fresh"``.
    GaussianNoiseTransformer : Adds noise in prediction, too.
    KerasMLPClassifier : Draws noise for every batch by its parameter `input_noise`.

    Notes
    -----
    Training with noise is a form of regularisation [1]_. A single noisy copy can be
    memorised; several copies show the estimator that the noise changes and the target
    does not.

    `estimator` sees `n_copies` times as many samples as there are. Divide parameters
    that depend on the number of samples, such as `C` of a support vector machine, by
    `n_copies` to keep their meaning. If `estimator` splits its samples itself, for
    early stopping or cross-validation, copies of one sample are on both sides of the
    split, and its score is too high.

    All copies are in memory at once, in float32 if `X` is float32, else in float64. If
    `X` is a data frame, `estimator` gets data frames with its columns, too.

    References
    ----------
    .. [1] Bishop (1995). "Training with noise is equivalent to Tikhonov
       regularization". Neural Computation 7(1).

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, NoisyCopies, noise_curve
    >>> X, y = load_digits(n_class=6, return_X_y=True)
    >>> pipeline = Pipeline([
    ...     ("noise", GaussianNoiseTransformer(random_state=0)),
    ...     ("knn", NoisyCopies(KNeighborsClassifier(), scale=1.0, random_state=0)),
    ... ])
    >>> for training in ["frozen", "fresh"]:
    ...     curve = noise_curve(pipeline, X, y, scales=[8.0], training=training, cv=2)
    ...     accuracy = curve.summary().query(
    ...         "split == 'validation' and metric == 'accuracy'"
    ...     )["mean"].item()
    ...     print(f"{training}: {accuracy:.2f}")
    frozen: 0.66
    fresh: 0.71
    """

    # The parameter that noise_curve(training="fresh") sets to the scale of the noise.
    _noise_scale_in_training = "scale"

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"])],
        "scale": [Interval(Real, 0, None, closed="left"), "array-like"],
        "n_copies": [Interval(Integral, 1, None, closed="left")],
        "unit": [StrOptions({"absolute", "std"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: BaseEstimator,
        *,
        scale: ArrayLike,
        n_copies: int = 5,
        unit: Literal["absolute", "std"] = "absolute",
        random_state: int | RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.scale = scale
        self.n_copies = n_copies
        self.unit = unit
        self.random_state = random_state

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike, **params: Any) -> Self:
        """Fit the estimator on noisy copies of the training samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples without noise.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        **params : dict
            Parameters of the `fit` of `estimator`, such as `sample_weight`. Those with
            one value per sample are repeated with the copies. If metadata routing is
            enabled, they are passed on as `estimator` requests.

        Returns
        -------
        self : object
            Fitted estimator.

        Raises
        ------
        ValueError
            If `estimator` is neither a classifier nor a regressor, if a parameter is
            invalid, or if `X` is not a 2-D array of numbers.

        MemoryError
            If the copies would take more than half of the memory of the machine.
        """
        if not (is_classifier(self.estimator) or is_regressor(self.estimator)):
            raise ValueError(
                "NoisyCopies expects estimator to be a classifier or a regressor, got "
                f"{self.estimator!r:.80}."
            )
        if routing_enabled():
            params = process_routing(self, "fit", **params).estimator.fit
        samples, y = validate_samples(
            self, X, y, dtype=FLOATS, ensure_all_finite="allow-nan", multi_output=True
        )
        if np.any(self.scale):
            self._warn_of_further_noise()
            _check_memory(self.n_copies, samples)
            samples = self._copy_with_noise(X, samples)
            of_sample = np.tile(np.arange(len(y)), self.n_copies)
            params = check_method_params(y, params, of_sample)
            y = y[of_sample]
        samples = self._with_names(samples)
        self.estimator_ = clone(self.estimator).fit(samples, y, **params)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the targets of samples, to which no noise is added.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions of the fitted estimator.
        """
        return self._fitted().predict(self._validate(X))

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Compute the probability of every class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return self._fitted().predict_proba(self._validate(X))

    @available_if(_estimator_has("predict_log_proba"))
    def predict_log_proba(self, X: ArrayLike) -> np.ndarray:
        """Compute the logarithm of the probability of every class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        return self._fitted().predict_log_proba(self._validate(X))

    @available_if(_estimator_has("decision_function"))
    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Compute the decision function of the fitted estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        decisions : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Decision function.
        """
        return self._fitted().decision_function(self._validate(X))

    @available_if(_estimator_has("score"))
    def score(self, X: ArrayLike, y: ArrayLike, **params: Any) -> float:
        """Score the predictions as the fitted estimator does.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        **params : dict
            Parameters of the `score` of `estimator`, such as `sample_weight`.

        Returns
        -------
        score : float
            Accuracy of a classifier, or R2 of a regressor, unless `estimator` has
            another score.
        """
        estimator = self._fitted()
        if routing_enabled():
            params = process_routing(self, "score", **params).estimator.score
        return estimator.score(self._validate(X), y, **params)

    @property
    def classes_(self) -> np.ndarray:
        """The class labels."""
        return self.estimator_.classes_

    @property
    def _estimator_type(self):  # a pipeline of some versions asks its last step for it
        return get_tags(self.estimator).estimator_type

    def get_metadata_routing(self) -> MetadataRouter:
        """Return how metadata is routed to `estimator`.

        Returns
        -------
        routing : MetadataRouter
            Both `fit` and `score` pass metadata to the same method of `estimator`.
        """
        methods = MethodMapping().add(caller="fit", callee="fit")
        methods.add(caller="score", callee="score")
        router = MetadataRouter(owner=type(self).__name__)
        return router.add(estimator=self.estimator, method_mapping=methods)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        of_estimator = get_tags(self.estimator)
        tags.estimator_type = of_estimator.estimator_type
        tags.classifier_tags = of_estimator.classifier_tags
        tags.regressor_tags = of_estimator.regressor_tags
        tags.target_tags = of_estimator.target_tags
        tags.non_deterministic = of_estimator.non_deterministic
        tags.input_tags.allow_nan = of_estimator.input_tags.allow_nan
        return tags

    def _fitted(self):
        check_is_fitted(self)
        return self.estimator_

    def _validate(self, X):
        samples = validate_samples(
            self, X, reset=False, dtype=FLOATS, ensure_all_finite="allow-nan"
        )
        return self._with_names(samples)

    def _with_names(self, samples):
        """Return samples as a data frame if the training samples have names.

        The estimator may select its columns by name.
        """
        names = getattr(self, "feature_names_in_", None)
        return samples if names is None else DataFrame(samples, None, names, copy=False)

    def _copy_with_noise(self, X, samples):
        """Return the copies. Each has its own seed, and so its own draw."""
        random_state = check_random_state(self.random_state)
        noise = GaussianNoiseTransformer(self.scale, unit=self.unit)
        copies = np.empty((self.n_copies, *samples.shape), samples.dtype)
        for copy in copies:
            seed = random_state.randint(np.iinfo(np.int32).max)
            # X may be a data frame, whose names a Series of scales refers to.
            copy[...] = noise.set_params(random_state=seed).fit_transform(X)
        return copies.reshape(-1, samples.shape[1])

    def _warn_of_further_noise(self):
        for name, part in ({"": self.estimator} | self.estimator.get_params()).items():
            if _adds_noise_in_training(part):
                owner = type(part).__name__ + (f" ({name!r})" if name else "")
                warn_user(
                    f"Noise is added twice in training: by NoisyCopies and by {owner} "
                    "inside its estimator. Set the scale of one of them to 0."
                )


def _adds_noise_in_training(part):
    if isinstance(part, GaussianNoiseTransformer):
        return part.apply_to != "test" and np.any(part.scale)
    name = getattr(part, "_noise_scale_in_training", None)
    return name is not None and np.any(getattr(part, name))


def _check_memory(n_copies, samples):
    needed, available = n_copies * samples.nbytes, _memory_of_machine()
    if needed > _LARGEST_PART_OF_MEMORY * available:
        raise MemoryError(
            f"NoisyCopies needs {needed / 2**30:.1f} GiB for {n_copies} copies of X, "
            f"more than half of the memory of this machine, {available / 2**30:.1f} "
            "GiB. Pass fewer n_copies, or X as float32."
        )


def _memory_of_machine():
    """Return the size of the memory in bytes, infinity where it is not known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return np.inf
