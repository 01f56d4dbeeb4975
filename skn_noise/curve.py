"""Scores of an estimator against the scale of the noise, fold by fold."""

from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.model_selection._validation import _check_groups_routing_disabled
from sklearn.utils import indexable
from sklearn.utils._param_validation import HasMethods, StrOptions, validate_params
from sklearn.utils.validation import check_is_fitted

from skn_noise._cells import Cell, fit_cells, route_metadata

_COLUMNS = [
    "scale",
    "fold",
    "split",
    "metric",
    "value",
    "fit_seconds",
    "score_seconds",
]


@dataclass(frozen=True, eq=False, repr=False)
class NoiseCurve:
    """Training and validation scores for every scale of the noise and every fold.

    :func:`noise_curve` and :meth:`from_search` make it.

    Parameters
    ----------
    scores : DataFrame
        One row a score, with the columns

        ================ ===============================================================
        scale            the scale of the noise
        fold             number of the fold, from 0
        split            ``"train"`` or ``"validation"``
        metric           name of the scorer, for instance ``"accuracy"``
        value            the score; greater is better, so errors and losses are negative
        fit_seconds      time to fit the cell, that is this scale on this fold
        score_seconds    time to score its validation samples with all metrics
        ================ ===============================================================

    n_classes : int or None, default=None
        Number of classes, for the score that chance would give.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skn_noise import GaussianNoiseTransformer, noise_curve
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> curve = noise_curve(
    ...     make_pipeline(noise, LogisticRegression(max_iter=1000)), X, y, cv=3,
    ...     scales=[0.1, 2.0], param_name="gaussiannoisetransformer__scale",
    ...     scoring="accuracy",
    ... )
    >>> curve
    NoiseCurve(2 scales x 3 folds: accuracy)
    >>> list(curve.summary())
    ['scale', 'split', 'metric', 'mean', 'std', 'n']
    """

    scores: pd.DataFrame
    n_classes: int | None = None

    @classmethod
    def from_search(cls, search, *, param_name=None):
        """Take the scores from a fitted search over the scale of the noise.

        Parameters
        ----------
        search : GridSearchCV or RandomizedSearchCV
            A fitted search; its training scores are there if it was made with
            ``return_train_score=True``.

        param_name : str, default=None
            The parameter that is the scale; None if it is the only one searched over.

        Returns
        -------
        curve : NoiseCurve
            `fit_seconds` and `score_seconds` are each scale's mean over the folds, as a
            search keeps no more.

        Raises
        ------
        ValueError
            If the search varied other parameters, or not `param_name`.
        """
        scales = _searched_scales(search, param_name)
        first = "split0_test_"
        suffixes = [
            key.removeprefix(first)
            for key in search.cv_results_
            if key.startswith(first)
        ]
        frames = [
            frame
            for split in ("train", "validation")
            for suffix in suffixes
            for frame in _search_frames(search, scales, suffix, split)
        ]
        classes = getattr(search, "classes_", None)
        return cls(
            _sorted(pd.concat(frames)),
            n_classes=None if classes is None else len(classes),
        )

    def summary(self):
        """Summarise the folds.

        Returns
        -------
        summary : DataFrame
            For every scale, split and metric the `mean` over the folds, their standard
            deviation `std` (``ddof=1``; NaN for one fold) and their number `n`. Folds
            that failed count in none of them.
        """
        groups = self.scores.groupby(["scale", "split", "metric"], sort=False)
        figures = groups["value"].agg(mean="mean", std="std", n="count")
        return figures.reset_index()

    def __repr__(self):
        n_scales, n_folds = self.scores[["scale", "fold"]].nunique()
        metrics = ", ".join(self.scores["metric"].unique())
        return f"NoiseCurve({n_scales} scales x {n_folds} folds: {metrics})"


@validate_params(
    {
        "estimator": [HasMethods(["fit", "get_params", "set_params"])],
        "X": ["array-like", "sparse matrix"],
        "y": ["array-like", None],
        "scales": ["array-like"],
        "param_name": [str],
        "groups": ["array-like", None],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
        "error_score": [StrOptions({"raise"}), Real],
        "progress": ["boolean"],
        "params": [dict, None],
    },
    prefer_skip_nested_validation=False,
)
def noise_curve(
    estimator,
    X,
    y,
    *,
    scales=(0.1, 0.5, 1.0, 2.0, 4.0),
    param_name="noise__scale",
    groups=None,
    cv=None,
    scoring=("accuracy", "neg_log_loss"),
    n_jobs=None,
    error_score=np.nan,
    progress=False,
    params=None,
):
    """Score an estimator on training and validation data for each scale of the noise.

    It is :func:`~sklearn.model_selection.validation_curve` with several metrics, every
    fold kept and a progress bar; on the same cells, that is scales and folds, the two
    agree to the last digit.

    Parameters
    ----------
    estimator : estimator object
        Any estimator with a parameter for the scale of the noise, for instance a
        pipeline with a :class:`GaussianNoiseTransformer`. Give that an int
        `random_state`: the scales then share their noise draws, and their differences
        are far less noisy.

    X : array-like of shape (n_samples, n_features)
        Samples.

    y : array-like of shape (n_samples,) or None
        Targets.

    scales : array-like of shape (n_scales,), default=(0.1, 0.5, 1.0, 2.0, 4.0)
        Scales of the noise, each once.

    param_name : str, default="noise__scale"
        The parameter of `estimator` that is the scale of the noise.

    groups : array-like of shape (n_samples,), default=None
        Groups of the samples for a splitter by groups. With metadata routing they are
        passed in `params` instead.

    cv : int, cross-validation generator or iterable, default=None
        The folds, as everywhere in scikit-learn: None means 5 of them, and an integer
        means stratified ones if `estimator` is a classifier.

    scoring : str, callable, list, tuple, dict or None, \
            default=("accuracy", "neg_log_loss")
        The metrics, as :func:`~sklearn.model_selection.cross_validate` takes them.

    n_jobs : int, default=None
        Number of cells in parallel; None means 1 unless in a
        :obj:`joblib.parallel_config`, -1 means all processors.

    error_score : "raise" or numeric, default=np.nan
        Score of a cell that fails, with a warning that names it; ``"raise"`` raises the
        error. If all cells fail, an error is raised in any case.

    progress : bool, default=False
        Whether to draw a progress bar on stderr, if that is a terminal.

    params : dict, default=None
        Parameters for the `fit` of the estimator; with metadata routing, for the
        scorers and the splitter as well.

    Returns
    -------
    curve : NoiseCurve

    Raises
    ------
    ValueError
        If `scales` is empty or holds duplicates or anything but finite numbers that are
        not negative, if `estimator` has no parameter `param_name`, or if every fit
        failed.

    See Also
    --------
    NoiseCurveDisplay : Draws the curve.
    sklearn.model_selection.validation_curve : One metric, arrays of scores.

    Notes
    -----
    The training score is that of the fitted estimator on the samples it was fitted on.
    With frozen noise (``GaussianNoiseTransformer(apply_to="both", resample=False)``)
    those are the very noisy copies that it saw: a network that has learnt their noise
    by heart scores high on them.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import make_noise_pipeline, noise_curve
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(hidden_layer_sizes=(64,), random_state=0)
    >>> curve = noise_curve(pipeline, X, y, scales=[0.5, 2.0], cv=2)
    >>> curve
    NoiseCurve(2 scales x 2 folds: accuracy, neg_log_loss)
    >>> accuracy = curve.summary().query(
    ...     "metric == 'accuracy' and split == 'validation'"
    ... ).set_index("scale")["mean"]
    >>> bool(accuracy[0.5] > accuracy[2.0])
    True
    """
    _check_groups_routing_disabled(groups)
    scales = _check_scales(scales)
    check_param_name(clone(estimator), param_name)
    X, y, groups = indexable(X, y, groups)
    cv = check_cv(cv, y, classifier=is_classifier(estimator))
    scorer = check_scoring(estimator, scoring, raise_exc=error_score == "raise")
    routed = route_metadata(estimator, cv, scorer, groups, params or {})
    folds = enumerate(cv.split(X, y, **routed.splitter.split))
    cells = [Cell(scale, fold, *split) for fold, split in folds for scale in scales]
    results = fit_cells(
        estimator,
        X,
        y,
        cells,
        param_name=param_name,
        scorer=scorer,
        routed=routed,
        n_jobs=n_jobs,
        error_score=error_score,
        progress=progress,
    )
    return NoiseCurve(
        _score_frame(cells, results, _metric_name(scoring)),
        n_classes=len(np.unique(y)) if is_classifier(estimator) else None,
    )


def _check_scales(scales):
    try:
        values = np.asarray(scales, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"scales must be numbers, got {scales!r}.") from error
    if values.ndim != 1 or values.size == 0:
        raise ValueError(
            f"scales must be a list of at least one number, got {scales!r}."
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError(f"scales must be finite and not negative, got {scales!r}.")
    if len(np.unique(values)) < len(values):
        raise ValueError(f"scales must hold each scale once, got {scales!r}.")
    return values.tolist()


def check_param_name(estimator, param_name):
    """Raise an error that names the near ones if there is no such parameter."""
    names = estimator.get_params()
    if param_name in names:
        return
    near = get_close_matches(param_name, names) or [
        name for name in names if name.endswith("scale")
    ]
    hint = f"The nearest are {near}. " if near else ""
    raise ValueError(
        f"{type(estimator).__name__} has no parameter {param_name!r}. {hint}Pass the "
        "parameter that is the scale of the noise as param_name; "
        "estimator.get_params() lists them all."
    )


def _score_frame(cells, results, metric_name):
    rows = []
    for cell, result in zip(cells, results, strict=True):
        seconds = result["fit_time"], result["score_time"]
        for split, key in (("train", "train_scores"), ("validation", "test_scores")):
            scores = result[key]
            if not isinstance(scores, dict):
                scores = {metric_name: scores}
            for metric, value in scores.items():
                rows.append((cell.scale, cell.fold, split, metric, value, *seconds))
    return _sorted(pd.DataFrame(rows, columns=_COLUMNS))


def _sorted(scores):
    return scores.sort_values(["scale", "fold"], kind="stable", ignore_index=True)


def _metric_name(scoring):
    """Name a single metric."""
    return scoring if isinstance(scoring, str) else "score"


def _searched_scales(search, param_name):
    """Return the scale of every candidate of a search that varied nothing else."""
    check_is_fitted(search, "cv_results_")
    candidates = search.cv_results_["params"]
    varied = {name for candidate in candidates for name in candidate}
    if param_name is None and len(varied) == 1:
        (param_name,) = varied
    if varied != {param_name}:
        raise ValueError(
            "from_search expects a search over the scale of the noise alone"
            f"{'' if param_name is None else f', {param_name!r}'}; this one varied "
            f"{sorted(varied)}. Search over one parameter, and set the others before."
        )
    return [float(candidate[param_name]) for candidate in candidates]


def _search_frames(search, scales, suffix, split):
    """Return a frame for every fold, of one metric on one split that was scored."""
    results = search.cv_results_
    key = "train" if split == "train" else "test"
    metric = suffix if search.multimetric_ else _metric_name(search.scoring)
    columns = [f"split{fold}_{key}_{suffix}" for fold in range(search.n_splits_)]
    return [
        pd.DataFrame(
            {
                "scale": scales,
                "fold": fold,
                "split": split,
                "metric": metric,
                "value": results[column],
                "fit_seconds": results["mean_fit_time"],
                "score_seconds": results["mean_score_time"],
            },
            columns=_COLUMNS,
        )
        for fold, column in enumerate(columns)
        if column in results
    ]
