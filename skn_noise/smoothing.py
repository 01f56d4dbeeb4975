"""Certified radii for any classifier, by votes over noisy copies of each sample."""

from __future__ import annotations

import hashlib
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.random import SFC64, Generator, RandomState, SeedSequence
from numpy.typing import ArrayLike
from pandas import DataFrame
from scipy import special
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    clone,
    is_classifier,
)
from sklearn.utils import check_random_state, gen_batches, get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from skn_noise._sklearn import (
    FLOATS,
    DocumentedMixin,
    HasMethods,
    Interval,
    StrOptions,
    check_params,
    fit_context,
    refuse_mixed_types,
    routing_enabled,
    validate_params,
    validate_samples,
)
from skn_noise.noise import GaussianNoiseTransformer, noise_in_prediction
from skn_noise.statistics import wilson_interval

# Values of the noisy copies that are predicted in one call, 32 MiB in float64.
_VALUES_IN_BLOCK = 2**22
# Noisy copies are rounded to multiples of the largest power of 2 that is at most this
# part of the scale, so that their last bits do not reveal the sample.
_GRID = 2.0**-12
# Error of a noisy value before it is rounded to the grid, relative to the sizes of the
# sample and of the noise: three roundings of float64, and the tails of the generator.
_ERROR = 2.0**-50
# No draw of the generator exceeds this, in standard deviations, nor does a radius.
_LARGEST_DRAW = 32
# Relative errors of the quantiles of SciPy are far below this.
_ERROR_OF_QUANTILES = 1e-12
_SELECTION, _ESTIMATION = 0, 1


class SmoothedClassifier(
    DocumentedMixin, ClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    r"""Classify by a vote over noisy copies of each sample, with certified radii.

    :meth:`predict` adds Gaussian noise to a sample `n_draws` times, and returns the
    class that `estimator` predicts most often. :meth:`certify` computes a radius for
    each sample: no sample at a smaller distance (in the L2 norm) has another class,
    with the probability `confidence`. See :doc:`/guide/smoothing`.

    Parameters
    ----------
    estimator : estimator object
        Classifier, which is cloned and fitted. Pass a fitted one as
        ``FrozenEstimator(classifier)``. Train it on noise of the same `scale`: use
        :class:`NoisyCopies`, or `input_noise` of :class:`KerasMLPClassifier`. A
        classifier that was trained without noise often errs on noisy copies, and then
        its radii are small.

    scale : float
        Standard deviation of the noise, in `unit`; greater than 0. A larger scale
        allows larger radii, but reduces the accuracy. It is used in prediction only,
        and can be changed after `fit`.

    n_draws : int, default=1000
        Number of noisy copies of each sample. It limits the radius: see Notes.

    n_selection : int, default=100
        Number of further copies by which :meth:`certify` chooses the class whose
        probability it then bounds.

    confidence : float, default=0.999
        Probability that the radius of a sample is right, between 0 and 1.

    unit : {"absolute", "std"}, default="absolute"
        Unit of `scale` and of the radii: the units of `X`, or standard deviations of
        each feature of the training samples. With ``"std"``, a feature that is constant
        in training gets no noise, and the radius does not allow it to change.

    random_state : int, RandomState instance or None, default=None
        Determines the seed of the noise, which is drawn in :meth:`fit`. Pass an int for
        reproducible votes. The `random_state` of `estimator` is not changed.

    n_jobs : int, default=None
        Number of threads in which blocks of samples are predicted. None means 1 unless
        in a :obj:`joblib.parallel_config` context. -1 means all processors.

    Attributes
    ----------
    estimator_ : estimator object
        The fitted classifier.

    classes_ : ndarray of shape (n_classes,)
        The class labels.

    seed_ : int
        The seed of the noise.

    std_ : ndarray of shape (n_features,) or None
        Standard deviation of each feature; 0 if it is constant. None if `unit` is
        ``"absolute"``.

    n_features_in_ : int
        Number of features seen during :term:`fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during :term:`fit`. Defined only when `X`
        has feature names that are all strings.

    See Also
    --------
    CertifiedAccuracyDisplay : Plot the certified accuracy against the radius.
    NoisyCopies : Train any classifier on noisy copies.
    noise_curve : Score a smoothed classifier at several scales, with
        ``param_name="scale"``.

    Notes
    -----
    Randomised smoothing [1]_. Let :math:`p` be the probability that `estimator` assigns
    class :math:`c` to a noisy copy of a sample :math:`x`. If :math:`p > 1/2`, class
    :math:`c` wins the vote for all samples closer to :math:`x` than

    .. math:: R = \sigma \Phi^{-1}(p)

    where :math:`\sigma` is `scale` and :math:`\Phi` the normal distribution.
    :meth:`certify` chooses :math:`c` by `n_selection` copies. Of `n_draws` other,
    independent copies, it takes the lower bound of :math:`p` of Clopper and Pearson
    [2]_, :math:`\underline p`. If all copies vote for :math:`c`, this is
    :math:`(1 - \text{confidence})^{1 / n}` for :math:`n` copies, which limits the
    radius: to 2.46 `scale` for 1 000 copies at the default confidence, to 3.20 for
    10 000. A single copy certifies nothing.

    Rounding in floating point could undo the guarantee, as the last bits of a noisy
    copy can reveal the sample [3]_. Therefore noise is added in float64, and the sum
    is rounded to a grid of about `scale` / 4096: the classifier sees grid points
    only. Rounding before the grid changes the grid point of a copy with a probability
    of at most :math:`\delta = 2^{-36} \sum_j (|x_j| / \sigma_j + 64)` over all features
    :math:`j` (2e-6 at most for 784 features up to 100 `scale`). The radius is

    .. math:: \sigma \left(\Phi^{-1}(\underline p - \delta)
        - \Phi^{-1}(1/2 + \delta)\right)

    reduced by 1e-12 of itself for errors of the quantiles.

    The noise of a sample depends on `seed_` and on its values only, so that calls
    repeat, and a prediction does not depend on the other rows of `X`. Somebody who
    knows the seed could search for a sample with unlucky draws. The guarantee is for
    samples that were chosen without the seed.

    References
    ----------
    .. [1] Cohen, Rosenfeld, Kolter (2019). "Certified adversarial robustness via
       randomized smoothing". ICML.
    .. [2] Clopper, Pearson (1934). "The use of confidence or fiducial limits
       illustrated in the case of the binomial". Biometrika 26(4).
    .. [3] Voráček, Hein (2023). "Sound randomized smoothing in floating-point
       arithmetic". ICLR.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skn_noise import NoisyCopies, SmoothedClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> logistic = LogisticRegression(max_iter=1000)
    >>> copies = NoisyCopies(logistic, scale=0.5, random_state=0)
    >>> smoothed = SmoothedClassifier(copies, scale=0.5, random_state=0).fit(X, y)
    >>> smoothed.certify(X[::60]).round(2)
       prediction  radius  lower
    0           0    1.14   0.99
    1           1    0.96   0.97
    2           2    0.88   0.96
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"])],
        "scale": [Interval(Real, 0, None, closed="neither")],
        "n_draws": [Interval(Integral, 1, None, closed="left")],
        "n_selection": [Interval(Integral, 1, None, closed="left")],
        "confidence": [Interval(Real, 0, 1, closed="neither")],
        "unit": [StrOptions({"absolute", "std"})],
        "random_state": ["random_state"],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        estimator: BaseEstimator,
        *,
        scale: float,
        n_draws: int = 1000,
        n_selection: int = 100,
        confidence: float = 0.999,
        unit: Literal["absolute", "std"] = "absolute",
        random_state: int | RandomState | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.scale = scale
        self.n_draws = n_draws
        self.n_selection = n_selection
        self.confidence = confidence
        self.unit = unit
        self.random_state = random_state
        self.n_jobs = n_jobs

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike, **params: Any) -> Self:
        """Fit the classifier on the samples as they are, and draw the seed.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.

        y : array-like of shape (n_samples,)
            Class labels.

        **params : dict
            Parameters of the `fit` of `estimator`, such as `sample_weight`. If metadata
            routing is enabled, they are passed on as `estimator` requests.

        Returns
        -------
        self : object
            Fitted classifier.

        Raises
        ------
        ValueError
            If `estimator` is no classifier or adds noise in prediction, or if `X`, `y`
            or a parameter is invalid.
        """
        self._check_estimator()
        if routing_enabled():
            params = process_routing(self, "fit", **params).estimator.fit
        samples, y = validate_samples(self, X, y, dtype=FLOATS)
        refuse_mixed_types(y)
        check_classification_targets(y)
        random_state = check_random_state(self.random_state)
        noise = GaussianNoiseTransformer(unit=self.unit, random_state=random_state)
        noise.fit(samples)
        self.seed_, self.std_ = noise.seed_, noise.std_
        # The names of a data frame may matter to the classifier.
        self.estimator_ = clone(self.estimator).fit(X, y, **params)
        self.classes_ = np.asarray(self.estimator_.classes_)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the class with most votes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels. In a tie, the first of these classes.
        """
        shares = self.predict_proba(X)
        return self.classes_[shares.argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Compute the share of votes of every class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        shares : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        X = self._validate(X)
        return self._count_votes(X, self.n_draws, _ESTIMATION) / self.n_draws

    @validate_params({"simultaneous": ["boolean"]}, prefer_skip_nested_validation=True)
    def certify(self, X: ArrayLike, *, simultaneous: bool = False) -> DataFrame:
        """Compute for each sample a radius within which its class does not change.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        simultaneous : bool, default=False
            Whether all radii together are right with the probability `confidence`
            (Bonferroni), and not each of them.

        Returns
        -------
        certificates : DataFrame
            One row per sample, with the columns

            ========== =================================================================
            prediction class chosen by `n_selection` draws
            radius     certified L2 radius, in `unit`; 0 if no radius can be certified
            lower      lower bound of the probability that a noisy copy has this class
            ========== =================================================================
        """
        X = self._validate(X)
        selected = self._count_votes(X, self.n_selection, _SELECTION).argmax(axis=1)
        votes = self._count_votes(X, self.n_draws, _ESTIMATION)
        of_selected = votes[np.arange(len(X)), selected]
        risk = (1 - self.confidence) / (len(X) if simultaneous else 1)
        lower = _lower_bound(of_selected, self.n_draws, risk)
        radius = self.scale * _radius(lower, self._risk_of_rounding(X))
        return DataFrame(
            {"prediction": self.classes_[selected], "radius": radius, "lower": lower}
        )

    @validate_params(
        {
            "radii": ["array-like", None],
            "confidence": [Interval(Real, 0, 1, closed="neither")],
        },
        prefer_skip_nested_validation=True,
    )
    def certified_accuracy(
        self,
        X: ArrayLike,
        y: ArrayLike,
        radii: ArrayLike | None = None,
        *,
        confidence: float = 0.95,
    ) -> DataFrame:
        """Compute the share of samples that are right within each radius.

        A sample counts if :meth:`certify` predicts its label and certifies the radius.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples that the classifier was not trained on.

        y : array-like of shape (n_samples,)
            Class labels.

        radii : array-like of shape (n_radii,), default=None
            L2 radii, in `unit`; 0 or more. If None, 101 radii from 0 to the largest
            that `n_draws` can certify.

        confidence : float, default=0.95
            Confidence level of the intervals.

        Returns
        -------
        table : DataFrame
            One row per radius, with the columns radius, accuracy, and the bounds lower
            and upper of its interval over samples (Wilson).

        Raises
        ------
        ValueError
            If `X` and `y` differ in length, or `radii` has a negative number.
        """
        check_consistent_length(X, y)
        if radii is None:
            bound = _lower_bound(self.n_draws, self.n_draws, 1 - self.confidence)
            radii = np.linspace(0, self.scale * _radius(bound, 0.0), 101)
        radii = _check_radii(radii)
        table = self.certify(X)
        is_right = table["prediction"].to_numpy() == column_or_1d(y)
        reach = np.where(is_right, table["radius"], 0.0)
        shares = [float(np.mean((reach > 0) & (reach >= radius))) for radius in radii]
        bounds = [
            wilson_interval(share, n_samples=len(reach), confidence=confidence)
            for share in shares
        ]
        intervals = DataFrame(bounds, columns=["lower", "upper"])
        table = DataFrame({"radius": radii, "accuracy": shares})
        return pd.concat([table, intervals], axis=1)

    def get_metadata_routing(self) -> MetadataRouter:
        """Return how metadata is routed to `estimator`.

        Returns
        -------
        routing : MetadataRouter
            The method `fit` passes metadata to `fit` of `estimator`.
        """
        methods = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=type(self).__name__).add_self_request(self)
        return router.add(estimator=self.estimator, method_mapping=methods)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        of_estimator = get_tags(self.estimator)
        tags.classifier_tags = of_estimator.classifier_tags
        tags.non_deterministic = of_estimator.non_deterministic
        return tags

    def _check_estimator(self):
        if not is_classifier(self.estimator):
            raise ValueError(
                "SmoothedClassifier expects estimator to be a classifier, got "
                f"{self.estimator!r:.80}."
            )
        for name, _ in noise_in_prediction(self.estimator):
            raise ValueError(
                "SmoothedClassifier adds the noise in prediction itself, but "
                f"{name!r} of its estimator adds noise, too, which depends on all "
                f"samples that are predicted together. Set {name}__apply_to to "
                "'train', or pass the estimator without it."
            )

    def _validate(self, X):
        check_is_fitted(self)
        check_params(self)  # set_params may have changed them since fit
        return validate_samples(self, X, reset=False, dtype=FLOATS)

    def _scales(self):
        """Return the standard deviation of the noise of every feature."""
        std = np.ones(self.n_features_in_) if self.std_ is None else self.std_
        return self.scale * std

    def _count_votes(self, X, n_draws, role):
        """Count how many noisy copies of each sample are assigned to each class."""
        n_rows = max(1, _VALUES_IN_BLOCK // (n_draws * X.shape[1]))
        count = delayed(self._count_votes_of_block)
        counts = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            count(X[rows], n_draws, role) for rows in gen_batches(len(X), n_rows)
        )
        return np.concatenate(counts)

    def _count_votes_of_block(self, X, n_draws, role):
        n_classes = len(self.classes_)
        counts = np.zeros((len(X), n_classes), dtype=np.int64)
        streams = [_stream(self.seed_, role, sample) for sample in X]
        n_at_once = max(1, _VALUES_IN_BLOCK // X.size)
        for draws in gen_batches(n_draws, n_at_once):
            copies = self._add_noise(X, streams, draws.stop - draws.start)
            labels = self.estimator_.predict(self._as_trained(copies))
            # The classes of an estimator of others may be in any order.
            votes = pd.Index(self.classes_).get_indexer(labels).reshape(len(X), -1)
            if (votes < 0).any():
                raise ValueError(
                    "The estimator must predict labels in its classes_, "
                    f"{self.classes_.tolist()}, but it predicted another one. Correct "
                    "its method predict."
                )
            votes += n_classes * np.arange(len(X))[:, np.newaxis]
            counts += np.bincount(votes.ravel(), minlength=counts.size).reshape(
                counts.shape
            )
        return counts

    def _add_noise(self, X, streams, n_draws):
        """Return noisy copies of each sample in turn, rounded to the grid."""
        scales = self._scales()
        grid = np.exp2(np.floor(np.log2(np.where(scales > 0, _GRID * scales, 1))))
        copies = np.empty((len(X), n_draws, X.shape[1]))
        for stream, copies_of_sample in zip(streams, copies, strict=True):
            stream.standard_normal(out=copies_of_sample)
        copies *= scales
        copies += X[:, np.newaxis]
        # A division by a power of 2 is exact.
        copies /= grid
        np.rint(copies, out=copies)
        copies *= grid
        if not scales.all():
            copies[..., scales == 0] = X[:, np.newaxis, scales == 0]
        return copies.reshape(-1, X.shape[1]).astype(X.dtype, copy=False)

    def _as_trained(self, copies):
        """Return the copies as a data frame if the classifier was fitted on one."""
        names = getattr(self.estimator_, "feature_names_in_", None)
        return copies if names is None else DataFrame(copies, columns=names, copy=False)

    def _risk_of_rounding(self, X):
        """Bound the probability that rounding moves a copy to another grid point."""
        scales = self._scales()
        varies = scales > 0
        size = np.abs(X[:, varies]) / scales[varies] + 2 * _LARGEST_DRAW
        # An error of e moves a value across one of two borders of a cell of width h
        # with a probability of 2 e / h; h is at least half of the part of the scale.
        return np.minimum(4 * _ERROR / _GRID * size.sum(axis=1), 0.5)


def _stream(seed, role, sample):
    """Return the generator of the noise of one sample."""
    values = np.asarray(sample, dtype=np.float64) + 0.0  # turns -0.0 into 0.0
    digest = hashlib.blake2b(values.tobytes(), digest_size=16).digest()
    words = np.frombuffer(digest, dtype=np.uint32).tolist()
    return Generator(SFC64(SeedSequence([seed, role, *words])))


def _lower_bound(n_hits, n_draws, risk):
    """Return the lower bound of Clopper and Pearson for a share of hits."""
    n_hits = np.asarray(n_hits, dtype=np.float64)
    bound = special.betaincinv(np.maximum(n_hits, 1), n_draws - n_hits + 1, risk)
    return np.where(n_hits > 0, bound, 0.0)


def _radius(lower, risk_of_rounding):
    """Return the certified radius in scales; 0 unless the class has a majority."""
    radius = special.ndtri(np.maximum(lower - risk_of_rounding, 0)) - special.ndtri(
        0.5 + risk_of_rounding
    )
    return np.maximum(radius * (1 - _ERROR_OF_QUANTILES), 0.0)


def _check_radii(radii):
    try:
        radii = np.asarray(radii, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"radii must be numbers, got {radii!r}.") from error
    if radii.ndim != 1 or not (radii >= 0).all():
        raise ValueError(
            f"radii must be a list of numbers, none negative, got {radii!r}."
        )
    return radii
