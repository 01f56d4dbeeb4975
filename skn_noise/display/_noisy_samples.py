"""Pictures of samples with and without noise."""

from __future__ import annotations

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
from skn_noise._sklearn import n_samples as count_samples
from skn_noise._sklearn import safe_split
from skn_noise.display._checks import (
    check_ax,
    check_image_shape,
    check_result,
    checks_options,
)
from skn_noise.display._mosaic import (
    draw_images,
    draw_vectors,
    frame_cells,
    label_columns,
    label_rows,
)
from skn_noise.display._series import estimator_in_words, make_title
from skn_noise.display._style import (
    as_letters,
    new_figure,
    scale_texts,
    set_title,
    short,
    wrapped,
)
from skn_noise.statistics._common import as_floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_MOST_NAMES = 16


class NoisySamplesDisplay:
    """Draw samples without noise and with noise at each scale.

    Create it with :meth:`from_estimator`, or with :meth:`from_curve` for the samples
    that a study lost first and last. There is a row for each sample and a column for
    each panel, such as a scale.

    Parameters
    ----------
    panels : dict of str to ndarray of shape (n_samples, n_features)
        The values to draw, by the label of the column.

    samples : array-like of shape (n_samples,)
        The numbers of the samples in X.

    image_shape : tuple of int, default=None
        Shape of one image; None draws up to 32 features as bars, more as a line.

    same_greys : bool, default=False
        Whether all columns have the same grey levels.

    row_labels : list of str, default=None
        Labels of the samples.

    is_wrong : ndarray of bool of shape (n_samples, n_panels), default=None
        The cells to frame, in which the classifier was wrong.

    title : str, default=None
        Title of the picture. If None, there is no title.

    feature_names : list of str, default=None
        Names of the features, written below the picture if there are at most 16 bars.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the mosaic of samples.

    figure_ : matplotlib Figure
        Figure containing the Axes.

    Notes
    -----
    Each column has its own grey levels, from its smallest value, black, to its largest,
    white; the label of the column gives both. So the images of all scales have the same
    contrast. With ``same_greys=True`` all columns share their grey levels, which shows
    how the noise grows.

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
        title: str | None = None,
        feature_names: list[str] | None = None,
    ) -> None:
        self.panels = panels
        self.samples = samples
        self.image_shape = image_shape
        self.same_greys = same_greys
        self.row_labels = row_labels
        self.is_wrong = is_wrong
        self.title = title
        self.feature_names = feature_names

    @classmethod
    @checks_options
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
        title: bool | str = False,
        ax: Axes | None = None,
    ) -> Self:
        """Draw samples with the noise of an estimator.

        Parameters
        ----------
        estimator : estimator object
            A :class:`GaussianNoiseTransformer`, or a pipeline that holds one. If the
            pipeline ends in a classifier or regressor, the steps before it are used.

        X : array-like of shape (n_samples, n_features)
            Samples to fit the steps on; those drawn are spread evenly over them.

        y : array-like of shape (n_samples,), default=None
            Targets, for steps that are fitted on them.

        image_shape : tuple of int, default=None
            Shape of one image, for instance (28, 28); None draws up to 32 features as
            bars, more as a line.

        scales : array-like of shape (n_scales,), default=(0.1, 0.5, 1.0, 2.0, 4.0)
            Scales of the noise.

        param_name : str, default="noise__scale"
            The parameter of `estimator` that is the scale of the noise.

        n_samples : int, default=5
            Number of samples to draw; all if there are fewer.

        same_greys : bool, default=False
            Whether all columns have the same grey levels, or the same height of bars.

        title : bool or str, default=False
            The title; True composes one of the estimator and the data.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        Returns
        -------
        display : NoisySamplesDisplay

        Raises
        ------
        ValueError
            If `estimator` has no parameter `param_name`, a scale is invalid, or the
            features do not fill `image_shape`.

        TypeError
            If `estimator` has no steps that transform samples, or `ax` is no Axes.

        Notes
        -----
        The panel "no noise" has scale and `loc` 0. The panel "noise alone" is the noise
        with the scale and the `loc` that `estimator` has.
        """
        check_ax(ax)
        X = _as_table(X)
        n_samples = _check_n_samples(n_samples, X)
        steps = _steps_before_predictor(estimator)
        clean = _without_noise(steps, param_name)
        rows = np.linspace(0, count_samples(X) - 1, n_samples).astype(int)
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
        if title is True:
            n, n_features = X.shape
            words = estimator_in_words(estimator)
            title = f"{words}\n{n} samples of {n_features} features"
        display = cls(
            panels=panels,
            samples=rows,
            image_shape=check_image_shape(image_shape, noisy.shape[1]),
            same_greys=same_greys,
            title=title or None,
            feature_names=_names_of(X),
        )
        return display.plot(ax=ax)

    @classmethod
    @checks_options
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
        title: bool | str = False,
        ax: Axes | None = None,
    ) -> Self:
        """Draw the samples that a study lost first and last, with the noise it had.

        Parameters
        ----------
        curve : NoiseCurve
            A curve of :func:`noise_curve` with predictions.

        estimator : Pipeline
            The estimator of the study. Its steps before the classifier are fitted again
            on the training samples of the folds.

        X : array-like of shape (n_samples, n_features)
            The samples of the study.

        y : array-like of shape (n_samples,)
            The targets of the study.

        cv, groups, param_name : object
            The same as those of the study.

        image_shape : tuple of int, default=None
            Shape of one image, for instance (28, 28); None draws up to 32 features as
            bars, more as a line.

        scales : array-like of shape (n_scales,), default=None
            Scales to draw, a subset of those of the curve. If None, all scales.

        n_samples : int, default=6
            Number of samples to draw: the first half are those lost at the smallest
            scales, the second half those lost at the largest or never. Ties are broken
            by the probability that the classifier gave to the true class.

        same_greys : bool, default=False
            Whether all columns have the same grey levels, or the same height of bars.

        title : bool or str, default=False
            The title; True composes one of the estimator, the data and the folds.

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
            If `curve` is no noise curve, `estimator` has no steps that transform
            samples, or `ax` is no Axes.

        Notes
        -----
        A frame marks a wrong prediction. If several folds validated a sample, the first
        one is drawn, and the first of several repeats.

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
        check_ax(ax)
        expected = "a NoiseCurve, as noise_curve returns it"
        check_result(curve, ["samples", "predictions"], expected)
        X = _as_table(X)
        # Errors about the arguments come first: the steps may take long to fit.
        fates = _first_and_last(curve.samples(), _check_n_samples(n_samples, X))
        predictions = _first_draw(curve.predictions)
        folds = _check_folds(predictions, estimator, X, y, cv, groups)
        steps = _steps_before_predictor(estimator)
        settings = {"no noise": _without_noise(steps, param_name)}
        _check_draws_again(steps, param_name)
        labelled = _labelled(_check_run(scales, predictions))
        settings |= {label: {param_name: scale} for label, scale in labelled.items()}
        places = _places(fates["sample"], folds)
        panels = {
            label: _seen(clone(steps).set_params(**params), X, y, folds, places)
            for label, params in settings.items()
        }
        display = cls(
            panels=panels,
            samples=fates["sample"].to_numpy(dtype=np.int64),
            image_shape=check_image_shape(image_shape, panels["no noise"].shape[1]),
            same_greys=same_greys,
            row_labels=[_in_words(fate) for fate in fates.itertuples()],
            is_wrong=_is_wrong(predictions, labelled.values(), fates["sample"], places),
            title=make_title(title, curve),
            feature_names=_names_of(X),
        )
        return display.plot(ax=ax)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row for every feature of every sample: panel, sample (its number in X),
            feature (its number or name), value, and level, from 0 (black or lowest) to
            1 (white or highest).
        """
        names = None if self.feature_names is None else np.array(self.feature_names)
        frames = []
        for (panel, values), levels in zip(
            self.panels.items(), self._levels(), strict=True
        ):
            position, feature = np.indices(values.shape).reshape(2, -1)
            columns = {
                "panel": panel,
                "sample": np.asarray(self.samples)[position],
                "feature": feature if names is None else names[feature],
                "value": values.ravel(),
                "level": levels.ravel(),
            }
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

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
        check_ax(ax)
        if ax is None:
            rows = [
                line for label in self.row_labels or [] for line in label.split("\n")
            ]
            beside = 0.4 + 0.08 * max(map(len, rows), default=0)
            width = max(1.1 * len(self.panels), 3.3)  # the x-label needs 3.3 inches
            size = width + beside, 1.1 * len(self.samples) + 0.9
            ax = new_figure(size).subplots()
        self.ax_, self.figure_ = ax, ax.figure
        levels = np.array(self._levels())
        if self.image_shape is None:
            zeros = [_level(0.0, *limits) for limits in self._limits()]
            cell = draw_vectors(self.ax_, levels, np.array(zeros))
        else:
            cell = draw_images(self.ax_, levels, self.image_shape)
        if self.row_labels is None:
            self.ax_.set_yticks([])
            self.ax_.set_ylabel("samples")
        else:
            label_rows(self.ax_, cell, self.row_labels)
        if self.is_wrong is not None:
            frame_cells(self.ax_, cell, self.is_wrong)
        label_columns(self.ax_, cell, self._column_labels())
        width = self.ax_.get_window_extent().width / self.figure_.dpi
        key = wrapped(self._key(), width, n_lines=None)
        as_letters(self.ax_.set_xlabel(key, fontsize="small"))
        set_title(self.ax_, self.title)
        return self

    def _limits(self):
        """Return the lowest and the highest value of the drawing, by panel."""
        limits = np.array([_extremes(values) for values in self.panels.values()])
        if self.same_greys:
            limits[:] = limits[:, 0].min(), limits[:, 1].max()
        if self.image_shape is None:  # bars begin at 0
            limits = np.column_stack([limits[:, 0].clip(max=0), limits[:, 1].clip(0)])
        return limits

    def _levels(self):
        panels = zip(self.panels.values(), self._limits(), strict=True)
        return [_level(values, *limits) for values, limits in panels]

    def _column_labels(self):
        if self.same_greys:
            return list(self.panels)
        return [
            f"{panel}\n{low:.3g} to {high:.3g}"
            for panel, (low, high) in zip(self.panels, self._limits(), strict=True)
        ]

    def _key(self):
        """Return the sentence that explains grey levels or heights."""
        is_image = self.image_shape is not None
        if not self.same_greys:
            drawn = "greys from black to white" if is_image else "heights"
            words = f"each column has its own {drawn}, with the limits given above it"
            return f"{words}{self._bars()}"
        low, high = self._limits()[0]
        if is_image:
            return f"all columns: black is {low:.3g}, white is {high:.3g}"
        return f"all columns: heights from {low:.3g} to {high:.3g}{self._bars()}"

    def _bars(self):
        """Return the names of the bars, if they are few enough to be counted."""
        names, is_image = self.feature_names, self.image_shape is not None
        if names is None or is_image or len(names) > _MOST_NAMES:
            return ""
        return f"; bars from left to right: {', '.join(short(n, 20) for n in names)}"


def _names_of(X):
    """Return the names of the columns of a data frame, None of an array."""
    columns = getattr(X, "columns", None)
    return None if columns is None else [str(name) for name in columns]


def _extremes(values):
    known = values[np.isfinite(values)]
    return (known.min(), known.max()) if known.size else (0.0, 0.0)


def _level(values, low, high):
    """Return where values lie between the lowest and the highest, from 0 to 1."""
    with np.errstate(invalid="ignore"):
        return (values - low) / (high - low) if high > low else 0.0 * values


def _as_table(X):
    """Return samples as they are if they have rows and columns, else as an array."""
    try:
        X = X if hasattr(X, "shape") else np.asarray(X)
    except ValueError as error:
        raise ValueError(f"X must have rows of the same length: {error}.") from error
    if len(X.shape) != 2:
        raise ValueError(
            "X must have one row for each sample, shape (n_samples, n_features); got "
            f"shape {tuple(X.shape)}. Flatten images with X.reshape(len(X), -1)."
        )
    return X


def _as_array(values):
    """Return the values of a transformer, an array, a frame or sparse, as an array."""
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def _check_n_samples(n_samples, X):
    if not isinstance(n_samples, Integral) or n_samples < 1:
        raise ValueError(f"n_samples must be an int of at least 1, got {n_samples!r}.")
    return min(int(n_samples), count_samples(X))


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
    loc = f"{param_name.rpartition('scale')[0]}loc"
    return {param_name: 0.0} | ({loc: 0.0} if loc in params else {})


def _labelled(scales):
    """Return scales by the labels of their columns."""
    values = as_floats(scales)
    is_list = values is not None and values.ndim == 1 and values.size > 0
    if not (is_list and np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError(
            f"scales must be a list of finite numbers of at least 0, got {scales!r}."
        )
    scales = values.tolist()
    return {
        f"scale {text}": scale
        for text, scale in zip(scale_texts(scales), scales, strict=True)
    }


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


def _first_draw(predictions):
    """Return the predictions of the noise that the steps would add."""
    for name in ("repeat", "draw"):
        if name in predictions:
            predictions = predictions[predictions[name] == 0]
    return predictions


def _first_and_last(fates, n):
    """Return the samples lost first, the most fragile on top, then those lost last."""
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
    is_wrong = (predictions["target"] != predictions["prediction"]).set_axis(
        pd.MultiIndex.from_frame(predictions[["scale", "fold", "sample"]])
    )
    folds = [fold for fold, _ in places]
    columns = [np.zeros(len(places), dtype=bool)]  # without noise: not predicted
    for scale in scales:
        index = list(zip([scale] * len(folds), folds, samples, strict=True))
        columns.append(is_wrong.reindex(index, fill_value=False).to_numpy(dtype=bool))
    return np.column_stack(columns)


def _in_words(fate):
    name = f"sample {fate.sample}: {short(fate.target)}"
    if np.isinf(fate.lost_at):
        return f"{name}\nnever lost"
    taken_for = short(fate.taken_for)
    return f"{name}\ntaken for {taken_for}\nfrom scale {fate.lost_at:.3g} on"
