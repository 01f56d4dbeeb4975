"""Pictures of samples with and without noise."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy import ndarray
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.model_selection import check_cv
from sklearn.pipeline import Pipeline

from skn_noise._defaults import SCALES
from skn_noise._sklearn import Interval, safe_split, validate_params
from skn_noise._sklearn import n_samples as count_samples
from skn_noise.display._mosaic import (
    check_image_shape,
    draw_bars,
    draw_images,
    frame_cells,
    label_cells,
)
from skn_noise.display._style import (
    check_result,
    lay_out,
    letters,
    middle,
    prepare_axes,
    scale_texts,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_NAMES = 16
_LONGEST_LINE = 42

_checks_n_samples = validate_params(
    {"n_samples": [Interval(Integral, 1, None, closed="left")]},
    prefer_skip_nested_validation=False,
)


class NoisySamplesDisplay:
    """Draw samples without noise and with noise of each scale.

    Create it with :meth:`from_estimator`, or with :meth:`from_curve` for the samples
    that a study lost first and last. There is a row for each sample and a column for
    each panel, such as a scale.

    Parameters
    ----------
    panels : dict of str to ndarray of shape (n_samples, n_features)
        Values to draw, by the label of the column.

    samples : array-like of shape (n_samples,)
        Row numbers of the samples in X.

    image_shape : tuple of int, default=None
        Shape of one image, (height, width) or (height, width, 3). If None, a sample is
        drawn as bars, one for each feature.

    same_greys : bool, default=False
        Whether all columns have the same grey levels, or the same heights of bars.

    row_labels : list of str, default=None
        Labels of the samples. If None, they have no labels.

    is_wrong : ndarray of bool of shape (n_samples, n_panels), default=None
        Cells to frame, in which the prediction was wrong. If None, none is framed.

    feature_names : list of str, default=None
        Names of the features, written below the picture if there are at most 16 bars.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the samples.

    figure_ : matplotlib Figure
        Figure that contains the Axes.

    Notes
    -----
    Each column has its own grey levels: its smallest value is black, its largest is
    white, and the label of the column gives both. So the images of all scales have the
    same contrast. With ``same_greys=True`` all columns share their grey levels, which
    shows how the noise grows with the scale.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import NoisySamplesDisplay, make_noise_pipeline
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(random_state=0)
    >>> display = NoisySamplesDisplay.from_estimator(
    ...     pipeline, X, scales=[0.5, 2.0], image_shape=(8, 8)
    ... )
    >>> list(display.panels)
    ['no noise', 'noise alone', 'scale 0.5', 'scale 2']
    """

    def __init__(
        self,
        *,
        panels: dict[str, ndarray],
        samples: Sequence[int] | ndarray,
        image_shape: tuple[int, ...] | None = None,
        same_greys: bool = False,
        row_labels: list[str] | None = None,
        is_wrong: ndarray | None = None,
        feature_names: list[str] | None = None,
    ) -> None:
        self.panels = panels
        self.samples = samples
        self.image_shape = image_shape
        self.same_greys = same_greys
        self.row_labels = row_labels
        self.is_wrong = is_wrong
        self.feature_names = feature_names

    @classmethod
    @_checks_n_samples
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        image_shape: tuple[int, ...] | None = None,
        scales: ArrayLike = SCALES,
        param_name: str = "noise__scale",
        n_samples: int = 5,
        same_greys: bool = False,
        ax: Axes | None = None,
    ) -> Self:
        """Draw samples with the noise of an estimator.

        Parameters
        ----------
        estimator : estimator object
            A :class:`GaussianNoiseTransformer`, or a pipeline that holds one. If the
            pipeline ends in a classifier or regressor, the steps before it are used.

        X : array-like of shape (n_samples, n_features)
            Samples to fit the steps on. Those drawn are spread evenly over the rows.

        y : array-like of shape (n_samples,), default=None
            Targets, for steps that are fitted on them.

        image_shape : tuple of int, default=None
            Shape of one image, for instance (28, 28). If None, a sample is drawn as
            bars, one for each feature.

        scales : array-like of shape (n_scales,), default=(0.1, 0.5, 1.0, 2.0, 4.0)
            Scales of the noise.

        param_name : str, default="noise__scale"
            Parameter of `estimator` that is the scale of the noise.

        n_samples : int, default=5
            Number of samples to draw. If X has fewer, all are drawn.

        same_greys : bool, default=False
            Whether all columns have the same grey levels, or the same heights of bars.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : NoisySamplesDisplay

        Raises
        ------
        ValueError
            If `estimator` has no parameter `param_name`, a scale or `n_samples` is
            invalid, or the features do not fill `image_shape`.

        TypeError
            If `estimator` has no steps that transform samples, or `ax` is not an Axes.

        Notes
        -----
        The panel "no noise" has scale and `loc` 0. The panel "noise alone" is the noise
        with the scale and the `loc` that `estimator` has.
        """
        X = _as_table(X)
        shape = check_image_shape(image_shape, X.shape[1])
        steps = _steps_before_predictor(estimator)
        clean = _without_noise(steps, param_name)
        n_all = count_samples(X)
        rows = np.linspace(0, n_all - 1, min(n_samples, n_all)).astype(int)
        samples, _ = safe_split(steps, X, None, rows)
        # The steps are fitted once, so that the columns differ in their noise only.
        steps.fit(X, y)
        noisy = _as_array(steps.transform(samples))
        panels = {"no noise": _as_array(steps.set_params(**clean).transform(samples))}
        panels["noise alone"] = noisy - panels["no noise"]
        steps.set_params(**{name: estimator.get_params()[name] for name in clean})
        for label, scale in _labelled(scales).items():
            steps.set_params(**{param_name: scale})
            panels[label] = _as_array(steps.transform(samples))
        display = cls(
            panels=panels,
            samples=rows,
            image_shape=shape,
            same_greys=same_greys,
            feature_names=_names_of(X),
        )
        return display.plot(ax)

    @classmethod
    @_checks_n_samples
    def from_curve(
        cls,
        curve: Any,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike,
        *,
        cv: Any = None,
        groups: ArrayLike | None = None,
        param_name: str = "noise__scale",
        image_shape: tuple[int, ...] | None = None,
        scales: ArrayLike | None = None,
        n_samples: int = 6,
        same_greys: bool = False,
        ax: Axes | None = None,
    ) -> Self:
        """Draw the samples that a study lost first and last, with the noise it had.

        Parameters
        ----------
        curve : NoiseCurve
            Result of :func:`noise_curve` for a classifier, with predictions.

        estimator : Pipeline
            Estimator of the study. Its steps before the classifier are fitted again on
            the training samples of the folds.

        X : array-like of shape (n_samples, n_features)
            Samples of the study.

        y : array-like of shape (n_samples,)
            Targets of the study.

        cv, groups, param_name : object
            The same as those of the study.

        image_shape : tuple of int, default=None
            Shape of one image, for instance (28, 28). If None, a sample is drawn as
            bars, one for each feature.

        scales : array-like of shape (n_scales,), default=None
            Scales to draw, a subset of those of the curve. If None, all scales.

        n_samples : int, default=6
            Number of samples to draw. The first half are those lost at the smallest
            scales, the second half those lost at the largest scales or never. Ties are
            broken by the probability that the classifier gave to the true class.

        same_greys : bool, default=False
            Whether all columns have the same grey levels, or the same heights of bars.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : NoisySamplesDisplay

        Raises
        ------
        ValueError
            If the curve has no predictions, `cv` gives other folds than the study had,
            or the noise has no int `random_state`, so that it cannot be drawn again.

        TypeError
            If `curve` is not a noise curve, `estimator` has no steps that transform
            samples, or `ax` is not an Axes.

        Notes
        -----
        A frame marks a wrong prediction. If several folds validated a sample, the first
        of them is drawn; if there were several repeats or draws, the first.

        The samples are drawn as they enter the classifier. Pass the estimator as it was
        passed to the study: only `param_name` is set. If steps between the noise and
        the classifier are fitted, and the study was not trained on frozen noise, set
        ``apply_to="test"`` of the noise as well.

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import (
        ...     GaussianNoiseTransformer, NoisySamplesDisplay, noise_curve
        ... )
        >>> X, y = load_digits(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[1, 8], scoring="accuracy")
        >>> display = NoisySamplesDisplay.from_curve(
        ...     curve, pipeline, X, y, image_shape=(8, 8), n_samples=2
        ... )
        >>> list(display.panels)
        ['no noise', 'scale 1', 'scale 8']
        """
        check_result(curve, "samples", "curve", "noise_curve")
        X = _as_table(X)
        # Errors about the arguments come first: the steps may take long to fit.
        shape = check_image_shape(image_shape, X.shape[1])
        fates = _first_and_last(curve.samples(), n_samples)
        predictions = _first_validations(curve.predictions)
        folds = _check_folds(predictions, estimator, X, y, cv, groups)
        steps = _steps_before_predictor(estimator)
        settings = {"no noise": _without_noise(steps, param_name)}
        _check_draws_again(steps, param_name)
        labelled = _labelled(_check_run(scales, predictions))
        settings |= {label: {param_name: scale} for label, scale in labelled.items()}
        places = _places(fates["sample"], folds)
        display = cls(
            panels={
                label: _seen(clone(steps).set_params(**params), X, y, folds, places)
                for label, params in settings.items()
            },
            samples=fates["sample"].to_numpy(dtype=np.int64),
            image_shape=shape,
            same_greys=same_greys,
            row_labels=[_in_words(fate) for fate in fates.itertuples()],
            is_wrong=_is_wrong(predictions, labelled.values(), fates["sample"], places),
            feature_names=_names_of(X),
        )
        return display.plot(ax)

    @property
    def frame(self) -> DataFrame:
        """The table that is drawn, one row for every feature of every sample.

        Its columns are panel, sample (row number in X), feature (number or name),
        value, and level, from 0 (black or lowest) to 1 (white or highest).
        """
        values, levels = np.array(list(self.panels.values())), self._levels()
        panel, position, feature = np.indices(values.shape).reshape(3, -1)
        names = self.feature_names
        return pd.DataFrame(
            {
                "panel": np.array(list(self.panels), dtype=object)[panel],
                "sample": np.asarray(self.samples)[position],
                "feature": feature if names is None else np.array(names)[feature],
                "value": values.ravel(),
                "level": levels.ravel(),
            }
        )

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the samples.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : NoisySamplesDisplay
        """
        beside = 0.4 if self.row_labels is None else 2.0
        width = max(1.1 * len(self.panels), 3.0)  # for the sentence below
        size = width + beside, 1.1 * len(self.samples) + 1.2
        self.ax_ = prepare_axes(ax, size)
        self.figure_ = self.ax_.figure
        if self.image_shape is None:
            low, high = self._limits().T
            draw_bars(self.ax_, self._levels(), _level(0.0, low, high))
        else:
            draw_images(self.ax_, self._levels(), self.image_shape)
        if self.is_wrong is not None:
            frame_cells(self.ax_, self.is_wrong)
        label_cells(self.ax_, self._column_labels(), self.row_labels)
        words = textwrap.fill(self._key(), _LONGEST_LINE, break_long_words=False)
        lay_out(self.ax_)
        self.ax_.set_xlabel(words, fontsize="small", x=middle(self.ax_))
        return self

    def _limits(self):
        """Return the lowest and the highest value of the drawing, by panel."""
        values = np.array(list(self.panels.values()), dtype=float)
        values[~np.isfinite(values)] = np.nan
        low, high = np.nanmin(values, axis=(1, 2)), np.nanmax(values, axis=(1, 2))
        if self.same_greys:
            low[:], high[:] = low.min(), high.max()
        if self.image_shape is None:  # bars begin at 0
            low, high = low.clip(max=0), high.clip(min=0)
        return np.column_stack([low, high])

    def _levels(self):
        low, high = self._limits().T[:, :, np.newaxis, np.newaxis]
        return _level(np.array(list(self.panels.values())), low, high)

    def _column_labels(self):
        if self.same_greys:
            return [letters(panel) for panel in self.panels]
        return [
            f"{letters(panel)}\n{low:.3g} to {high:.3g}"
            for panel, (low, high) in zip(self.panels, self._limits(), strict=True)
        ]

    def _key(self):
        """Return the sentence that explains grey levels or heights."""
        is_image, names = self.image_shape is not None, self.feature_names
        low, high = (f"{limit:.3g}" for limit in self._limits()[0])
        if not self.same_greys:
            drawn = "greys from black to white" if is_image else "heights"
            words = f"each column has its own {drawn}, with the limits given above it"
        elif is_image:
            words = f"all columns: black is {low}, white is {high}"
        else:
            words = f"all columns: heights from {low} to {high}"
        if is_image or names is None or len(names) > _MOST_NAMES:
            return words
        bars = ", ".join(letters(name, 20) for name in names)
        return f"{words}; bars from left to right: {bars}"


def _names_of(X):
    """Return the names of the columns of a data frame, None of an array."""
    columns = getattr(X, "columns", None)
    return None if columns is None else [str(name) for name in columns]


def _level(values, low, high):
    """Return where values lie between the lowest and the highest, from 0 to 1."""
    return (values - low) / np.where(high > low, high - low, 1.0)


def _as_table(X):
    """Return samples as they are if they have rows and columns, else as an array."""
    X = X if hasattr(X, "shape") else np.asarray(X)
    if len(X.shape) != 2:
        raise ValueError(
            "X must have one row for each sample, shape (n_samples, n_features); got "
            f"shape {tuple(X.shape)}. Flatten images with X.reshape(len(X), -1)."
        )
    return X


def _as_array(values):
    """Return the values of a transformer, an array, a frame or sparse, as an array."""
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def _steps_before_predictor(estimator):
    """Return a clone of a transformer, or of a pipeline without its predictor."""
    predicts = is_classifier(estimator) or is_regressor(estimator)
    if predicts and isinstance(estimator, Pipeline) and len(estimator) > 1:
        return clone(estimator)[:-1]
    if predicts or not hasattr(estimator, "transform"):
        raise TypeError(
            "estimator must be a transformer, or a pipeline with one before its "
            f"classifier, got {type(estimator).__name__}. Put a "
            "GaussianNoiseTransformer before it."
        )
    return clone(estimator)


def _without_noise(steps, param_name):
    """Return the parameters with which the noise adds nothing."""
    params = steps.get_params()
    if param_name not in params:
        raise ValueError(
            f"estimator has no parameter {param_name!r} before its classifier. Pass "
            "the parameter that is the scale of the noise as param_name; "
            "estimator.get_params() lists all."
        )
    # A transformer of the user's own may have a scale, but no loc.
    loc = f"{param_name.rpartition('scale')[0]}loc"
    return {param_name: 0.0} | ({loc: 0.0} if loc in params else {})


def _labelled(scales):
    """Return scales by the labels of their columns."""
    scales = np.ravel(scales).tolist()
    texts = scale_texts(scales)
    return {f"scale {text}": scale for text, scale in zip(texts, scales, strict=True)}


def _check_draws_again(steps, param_name):
    """Raise an error if the noise of a study cannot be drawn a second time."""
    params, step = steps.get_params(), param_name.rpartition("scale")[0]
    if params.get(f"{step}random_state", 0) is None or params.get(f"{step}resample"):
        raise ValueError(
            f"The noise of the study cannot be drawn again: {step}random_state is None "
            f"or {step}resample is True. Run the study with an int random_state and "
            "resample=False."
        )


def _check_run(scales, predictions):
    run = sorted(predictions["scale"].unique().tolist())
    scales = run if scales is None else np.ravel(scales).tolist()
    if not scales or not set(scales) <= set(run):
        raise ValueError(
            f"scales must be some of those that have predictions, {run}; got {scales}."
        )
    return scales


def _first_validations(predictions):
    """Return the predictions of the first repeat and the first draw of the noise.

    These have the random states of the estimator that was passed to the study.
    """
    for number in ("repeat", "draw"):
        if number in predictions:
            predictions = predictions[predictions[number] == 0]
    return predictions


def _first_and_last(fates, n):
    """Return the samples lost first, the most fragile on top, then those lost last."""
    # Of samples lost at the same scale, the one of the lowest scores is more fragile.
    order = ["lost_at", "accuracy", "probability", "sample"]
    fates = fates.sort_values(order, ignore_index=True)
    n = min(n, len(fates))
    return pd.concat([fates.head(n - n // 2), fates.tail(n // 2)], ignore_index=True)


def _check_folds(predictions, estimator, X, y, cv, groups):
    """Return training and validation samples of each fold of the study, by number."""
    # Folds may be given as masks; the curve has the numbers of the samples.
    numbers = np.arange(count_samples(X))
    cv = check_cv(cv, y, classifier=is_classifier(estimator))
    folds = dict(enumerate(cv.split(X, y, groups)))
    of_study = {}
    for fold, table in predictions.groupby("fold"):
        validated = table.loc[table["scale"] == table["scale"].iloc[0], "sample"]
        train, validation = (numbers[part] for part in folds.get(fold, ([], [])))
        if validation.tolist() != validated.tolist():
            raise ValueError(
                f"Fold {fold} of the study validated other samples than cv gives. Pass "
                "the cv, groups, X and y of the study; a splitter that shuffles needs "
                "an int random_state."
            )
        of_study[fold] = train, validation
    return of_study


def _places(samples, folds):
    """Return the first fold that validated each sample, and its position therein."""
    places = {}
    for fold in sorted(folds, reverse=True):
        for position, sample in enumerate(folds[fold][1].tolist()):
            places[sample] = fold, position
    return [places[sample] for sample in samples]


def _seen(steps, X, y, folds, places):
    """Return the samples at some places as they enter the classifier."""
    values = {}
    for fold in {fold for fold, _ in places}:
        train, validation = folds[fold]
        fitted = clone(steps).fit(*safe_split(steps, X, y, train))
        # The noise depends on the matrix, so all samples of the fold are transformed.
        samples, _ = safe_split(steps, X, y, validation, train)
        values[fold] = _as_array(fitted.transform(samples))
    return np.stack([values[fold][position] for fold, position in places])


def _is_wrong(predictions, scales, samples, places):
    """Return where predictions are wrong: a row for each sample, a column per panel."""
    targets, predicted = (
        predictions[name].to_numpy() for name in ("target", "prediction")
    )
    cells = predictions.loc[targets != predicted, ["scale", "fold", "sample"]]
    wrong = set(cells.itertuples(index=False, name=None))
    return np.array(
        [
            # The first panel, without noise, has no prediction.
            [False, *((scale, fold, sample) in wrong for scale in scales)]
            for sample, (fold, _) in zip(samples, places, strict=True)
        ]
    )


def _in_words(fate):
    name = f"sample {fate.sample}: {letters(fate.target, 16)}"
    if np.isinf(fate.lost_at):
        return f"{name}\nnever lost"
    taken_for = letters(fate.taken_for, 16)
    return f"{name}\ntaken for {taken_for} from scale {fate.lost_at:.3g} on"
