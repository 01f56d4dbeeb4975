"""Compare noise curves of the same samples, scale by scale."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np
import pandas as pd

from skn_noise._defaults import DEFAULT_RELATIVE
from skn_noise._metrics import check_metric, is_negated, natural_name
from skn_noise._sklearn import validate_params
from skn_noise.display._series import bounds_in_words, with_natural_sign
from skn_noise.results._area import area_difference, sum_scales
from skn_noise.results._cells import (
    FOLD,
    SIZES,
    is_of_one_model,
    n_repeats,
    validation_scores,
    with_draws,
    with_repeats,
)
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._html import comparison_html
from skn_noise.results._scores import find_difference
from skn_noise.results._summary import (
    difference_table,
    read_scales,
    split_predictions,
    training_in_words,
)
from skn_noise.results._table import (
    DIGITS,
    DIGITS_ALLOWED,
    comparison_table,
    describe_brackets,
    describe_means,
    describe_notes,
    p_in_words,
    printed,
)
from skn_noise.results._tolerance import find_band, locate, natural_target
from skn_noise.statistics._common import as_confidence
from skn_noise.statistics._holm import bonferroni

# Weight of the variance between training samples, calibrated for two classifiers.
_TRAINING_WEIGHT = 1 / 4
_THESE_FITS = (
    "The intervals are for these fits, not the algorithms: studies with n_repeats=3 "
    "include other seeds."
)
_THESE_MODELS = "The intervals are for these models, which were trained before."


@dataclass(frozen=True, eq=False, repr=False)
class NoiseComparison:
    """Differences between noise curves, and the ratios of their tolerances.

    Returned by :func:`compare_curves`. ``print`` shows the differences as a table, and
    the tolerances in sentences.

    Parameters
    ----------
    metric : str
        Name of the metric.

    reference : str
        Name of the curve that the others are compared with.

    differences : DataFrame
        One row for every curve except the reference and every scale, with the columns

        ============== =================================================================
        curve          name of the curve
        reference      name of the reference
        scale          the scale of the noise
        mean           mean validation score of the curve
        reference_mean mean validation score of the reference
        difference     `mean` minus `reference_mean`
        n              number of folds of these means, in which neither failed
        method         method of the interval in one word, ``"none"`` if there is none
        p_value        p value of the test of the difference
        lower, upper   bounds of the interval of the difference
        p_adjusted     `p_value`, adjusted for all curves and scales by Holm's method
        note           what the interval holds for, or the reason if there is none
        ============== =================================================================

    tolerances : DataFrame
        One row for each curve, with the columns curve, scale (its tolerance), lower and
        upper (bounds of the tolerance), ratio (tolerance divided by that of the
        reference), ratio_lower and ratio_upper (bounds of the ratio). An infinite scale
        is outside the scales of the curves; minus infinity counts as 0 in a ratio. A
        ratio is NaN if it is unknown. The table is empty if there is no target.

    target : float or None
        Target score of the tolerances; for a loss, a positive number. None if no
        tolerances were compared.

    confidence : float
        Confidence level of all intervals.

    unit : str or None, default=None
        Unit of the scales, in words. None if it is unknown.

    simultaneous : bool
        Whether the intervals of `differences` hold for all curves and scales together.

    notes : tuple of str
        What the means are over, and what their intervals do not include, in sentences.

    areas : DataFrame or None, default=None
        One row for every curve except the reference, with the columns curve, reference,
        axis, smallest_scale, largest_scale, area, reference_area (both as in
        :meth:`NoiseCurve.area`), and the columns of `differences` from difference on.
        None if no areas were compared.

    Examples
    --------
    >>> import pandas as pd
    >>> from skn_noise import NoiseCurve, compare_curves
    >>> table = {"scale": [1.0, 2.0], "fold": 0, "split": "validation"}
    >>> table |= {"metric": "accuracy", "value": [0.9, 0.7]}
    >>> curves = {"a": NoiseCurve(pd.DataFrame(table))}
    >>> curves["b"] = NoiseCurve(pd.DataFrame(table | {"value": [0.8, 0.7]}))
    >>> compare_curves(curves).table()[["curve", "scale", "difference"]].round(2)
      curve  scale  difference
    0     b    1.0        -0.1
    1     b    2.0         0.0
    """

    metric: str
    reference: str
    differences: pd.DataFrame
    tolerances: pd.DataFrame
    target: float | None
    confidence: float
    unit: str | None = None
    simultaneous: bool = True
    notes: tuple[str, ...] = ()
    areas: pd.DataFrame | None = None

    @validate_params({"digits": DIGITS_ALLOWED}, prefer_skip_nested_validation=True)
    def table(self, digits: int | None = None) -> pd.DataFrame:
        """Return the differences as a table for a reader.

        ``print(comparison)`` shows the table with ``digits=4``.

        Parameters
        ----------
        digits : int, default=None
            If None, the table has the numbers, without rounding. Otherwise it has text
            with that many digits, an interval stands in brackets behind its difference,
            and p values are ``".012"`` or ``"<.001"``.

        Returns
        -------
        table : DataFrame
            One row for every curve except the reference and every scale, with the
            columns `curve`, `scale`, the name of the metric (mean of the curve),
            `reference` (mean of the reference), `difference`, `lower`, `upper` (without
            `digits`) and `p` (adjusted). Losses are positive.

        See Also
        --------
        NoiseCurve.table : How to write the table to LaTeX, Markdown and CSV.
        """
        return comparison_table(self.differences, self.metric, digits)

    def __str__(self):
        """Return the table, and sentences about tolerances and areas."""
        names = self.differences["curve"].unique()
        table = self.table(digits=DIGITS).set_index(["curve", "scale"])
        held = "all scales and curves together" if self.simultaneous else "each alone"
        caption = f"Reference: {self.reference}."
        if brackets := describe_brackets(self.differences, self.confidence):
            caption += (
                f" {brackets.capitalize()} of the differences, for {held}; p values "
                "are adjusted by Holm's method."
            )
        notes = describe_notes(self.differences.assign(metric=self.metric))
        ratios = [self._ratio(name) for name in names]
        sentences = [caption, *ratios, *self._areas(), *notes, *self.notes]
        return printed(table, sentences)

    @property
    def findings(self) -> list[str]:
        """The comparison in sentences, beginning with one for each curve."""
        names = self.differences["curve"].unique()
        lines = [
            " ".join(filter(None, [self._ratio(name), self._largest(name)]))
            for name in names
        ]
        return [*lines, *self._areas(), *self.notes]

    _repr_html_ = comparison_html

    def __repr__(self):
        names = ", ".join(map(str, self.differences["curve"].unique()))
        return f"NoiseComparison({self.metric} of {names} against {self.reference})"

    def _ratio(self, name):
        """Describe the ratio of a curve's tolerance to that of the reference."""
        rows = self.tolerances[self.tolerances["curve"] == name]
        if rows.empty:
            return ""
        side = "at most" if is_negated(self.metric) else "at least"
        asked = f"for {natural_name(self.metric)} {side} {self.target:.3g}"
        ratios = rows[["ratio", "ratio_lower", "ratio_upper"]].iloc[0]
        ratio = _ratio_in_words(*ratios, self.confidence)
        return f"{name} takes {ratio} that {self.reference} takes, {asked}."

    def _areas(self):
        """Describe the differences of the mean scores over the scales."""
        if self.areas is None:
            return []
        columns = ["area", "reference_area", "difference"]
        areas = with_natural_sign(self.areas, columns, self.metric)
        unit = f", in {self.unit}" if self.unit else ""
        together = "all curves together" if self.simultaneous else "this curve alone"
        return [
            f"{row['curve']}: mean {natural_name(self.metric)} over scales "
            f"{row['smallest_scale']:g} to {row['largest_scale']:g}{unit}, on a "
            f"{row['axis']} axis, is {row['area']:.4g}, {row['difference']:+.3g} "
            f"against {row['reference']} ({self._interval(row, together)})."
            for row in areas.to_dict("records")
        ]

    def _interval(self, row, together):
        """Describe the interval of a difference."""
        if np.isnan(row["lower"]):
            return f"no interval: {row['note']}"
        return (
            f"{100 * self.confidence:g} % interval for {together}: "
            f"{row['lower']:+.3g} to {row['upper']:+.3g}, adjusted p "
            f"{p_in_words(row['p_adjusted'])}"
        )

    def _largest(self, name):
        """Describe the scale at which a curve differs most from the reference."""
        rows = self.differences[self.differences["curve"] == name]
        rows = with_natural_sign(rows, ["difference"], self.metric)
        rows = rows.dropna(subset=["difference"])
        if rows.empty:
            return f"{name}: there is no scale at which both were scored."
        row = rows.loc[rows["difference"].abs().idxmax()]
        together = "all scales together" if self.simultaneous else "this scale alone"
        unit = f", in {self.unit}" if self.unit else ""
        return (
            f"{name}: {natural_name(self.metric)} differs most at scale "
            f"{row['scale']:g}{unit}, by "
            f"{row['difference']:+.3g} ({self._interval(row, together)})."
        )


def compare_curves(
    curves: Mapping[str, NoiseCurve],
    *,
    reference: str | None = None,
    metric: str | None = None,
    target: float | None = None,
    relative: float | None = None,
    confidence: float = 0.95,
    simultaneous: bool = True,
    area: Literal["log", "linear"] | None = None,
) -> NoiseComparison:
    """Compare noise curves of the same samples, folds and scales.

    Parameters
    ----------
    curves : dict of NoiseCurve
        Two or more curves with their names as keys, for instance of several regimes or
        classifiers.

    reference : str, default=None
        Name of the curve that the others are compared with. If None, the first curve.

    metric : str, default=None
        Name of the metric. If None, the first metric of the reference.

    target : float, default=None
        Target score of the tolerances, as in :meth:`NoiseCurve.tolerance`.

    relative : float, default=None
        Target of the tolerances as a fraction of the score of the reference at the
        smallest scale. If both `target` and `relative` are None, 0.9 is used. For
        losses and for scores that are not above 0, no tolerances are compared then.

    confidence : float, default=0.95
        Confidence level of the intervals, between 0 and 1.

    simultaneous : bool, default=True
        Whether the intervals of the differences hold for all curves and scales together
        with that confidence (Bonferroni), as needed for the largest difference. If
        False, each holds by itself, for a scale that was chosen before.

    area : {"log", "linear"}, default=None
        Axis of the scales on which the areas of the curves are compared, as in
        :meth:`NoiseCurve.area`. If None, no areas are compared. Their intervals hold
        for all curves together if `simultaneous`.

    Returns
    -------
    comparison : NoiseComparison
        The paired `differences` at every scale, and the `tolerances` with their ratios
        to the tolerance of the reference.

    Raises
    ------
    ValueError
        If there are fewer than two curves; if the curves are not of the same samples,
        folds, scales, unit and number of draws of the noise; if `reference` is not one
        of their names; or if another argument is out of its range.

    See Also
    --------
    NoiseCurve.cost : Compare the scales of one curve.
    NoiseComparisonDisplay : Plot several curves in one picture.

    Notes
    -----
    If both curves have predictions, metrics that are means over samples (accuracy, log
    loss, errors) are compared on the same samples, by
    :func:`skn_noise.statistics.accuracy_difference` with `training_weight` 1 / 4, or by
    :func:`skn_noise.statistics.loss_difference`. Otherwise the scores of the same folds
    are compared, by :func:`skn_noise.statistics.paired_difference`. Then only the
    numbers of samples in the folds can show that the curves are of different samples.

    The intervals include other samples of the same kind, but not other seeds of the
    classifiers, unless the curves have repeats (`n_repeats`).

    The ratio of two tolerances is at least the lower bound of the one divided by the
    upper bound of the other, and at most the upper bound divided by the lower one.
    These are its bounds. They are far apart if the scales are, even for two equal
    curves, whose ratio is 1.

    Examples
    --------
    Training with the noise against training without it:

    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, compare_curves, noise_curve
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> logistic = LogisticRegression(max_iter=500)
    >>> pipeline = Pipeline([("noise", noise), ("logistic", logistic)])
    >>> curves = {
    ...     training: noise_curve(pipeline, X, y, scales=[0.2, 1, 3], training=training)
    ...     for training in ["clean", "frozen"]
    ... }
    >>> comparison = compare_curves(curves)
    >>> comparison
    NoiseComparison(accuracy of frozen against clean)
    >>> comparison.differences["scale"].tolist()
    [0.2, 1.0, 3.0]
    >>> comparison.tolerances["curve"].tolist()
    ['clean', 'frozen']
    """
    confidence = as_confidence(confidence)
    reference = _check_reference(curves, reference)
    metric = check_metric(curves[reference].scores, metric)
    _check_comparable(curves, reference, metric)
    totals = {}
    if area is not None:
        totals = {name: sum_scales(one, metric, area) for name, one in curves.items()}
    first, others = curves[reference], [name for name in curves if name != reference]
    target = _find_target(first, target, relative, metric, confidence)
    level = level_of_areas = confidence
    if simultaneous:
        n_scales = validation_scores(first.scores, metric)["scale"].nunique()
        level = bonferroni(confidence, n_scales * len(others))
        level_of_areas = bonferroni(confidence, len(others))
    # One family of tests: all curves at all scales.
    differences = difference_table(
        {
            (name, reference, *point): found
            for name in others
            for point, found in _differences(curves[name], first, metric, level).items()
        },
        ["curve", "reference", "scale", "mean", "reference_mean"],
    )
    names = [] if target is None else [reference, *others]
    tolerances = _tolerances(
        {name: _band(curves[name], metric, confidence) for name in names},
        -target if names and is_negated(metric) else target,
    )
    return NoiseComparison(
        metric,
        reference,
        differences,
        tolerances,
        target,
        confidence,
        _unit(curves),
        simultaneous,
        (
            _describe_means(curves, reference, metric),
            *_describe_intervals(curves.values()),
        ),
        _areas(totals, reference, level_of_areas) if totals else None,
    )


def _areas(totals, reference, confidence):
    """Return the paired difference of the area of every curve to the reference."""
    theirs = totals[reference]
    place = reference, theirs.axis, theirs.scales[0], theirs.scales[-1]
    rows = {
        (name, *place, total.mean, theirs.mean): (
            area_difference(total, theirs, confidence)
        )
        for name, total in totals.items()
        if name != reference
    }
    names = ["curve", "reference", "axis", "smallest_scale", "largest_scale"]
    return difference_table(rows, [*names, "area", "reference_area"])


def _unit(curves):
    """Return the unit of the scales, which a curve without a manifest does not say."""
    units = [(curve.manifest or {}).get("unit") for curve in curves.values()]
    return next((unit for unit in units if unit), None)


def _describe_means(curves, reference, metric):
    """Say what the means are over, and the regime if it is the same for all curves."""
    regimes = {training_in_words(curve.manifest) for curve in curves.values()}
    known = [curve.manifest for curve in curves.values() if curve.manifest]
    training = regimes.pop() if len(regimes) == 1 else ""
    manifest = curves[reference].manifest or next(iter(known), None)
    scores = [validation_scores(one.scores, metric) for one in curves.values()]
    return describe_means(pd.concat(scores), manifest, training=training)


def _describe_intervals(curves):
    """Say what the intervals do not include."""
    if any(is_of_one_model(curve.scores) for curve in curves):
        return (_THESE_MODELS,)
    has_one = any(n_repeats(curve.scores) == 1 for curve in curves)
    return (_THESE_FITS,) if has_one else ()


def _check_reference(curves, reference):
    if not (isinstance(curves, dict) and len(curves) > 1):
        raise ValueError(
            "curves must be a dict of two or more noise curves, with their names as "
            f"keys, got {curves!r}. Compare the scales of one curve by its method cost."
        )
    for name, curve in curves.items():
        if not isinstance(curve, NoiseCurve):
            raise ValueError(
                "curves must be a dict of noise curves, but "
                f"{name!r} is a {type(curve).__name__}. noise_curve makes them."
            )
    is_name = isinstance(reference, str | Real) and reference in curves
    if not (reference is None or is_name):
        raise ValueError(
            f"reference must be the name of a curve, one of {list(curves)}; got "
            f"{reference!r}."
        )
    return next(iter(curves)) if reference is None else reference


def _check_comparable(curves, reference, metric):
    """Raise an error unless all curves are of the same scales, folds and samples."""
    expected = _scores(curves[reference], metric)
    unit = (curves[reference].manifest or {}).get("unit")
    for name, curve in curves.items():
        found = _scores(curve, metric)
        other_unit = (curve.manifest or {}).get("unit")
        # An unknown unit may be the same.
        if unit and other_unit and unit != other_unit:
            what = "unit of the noise"
            raise _not_the_same(what, name, other_unit, reference, unit)
        # With other draws, no validation of a sample has its pair.
        keys = {"scales": ["scale"], "folds": FOLD, "draws of the noise": ["draw"]}
        for what, key in keys.items():
            ours, theirs = _rows(found[key]), _rows(expected[key])
            if ours != theirs:
                raise _not_the_same(what, name, ours, reference, theirs)
        if curve.predictions is None or curves[reference].predictions is None:
            sizes = [
                _rows(table.reindex(columns=[*FOLD, *SIZES]).dropna())
                for table in (found, expected)
            ]
            if all(sizes) and sizes[0] != sizes[1]:
                what = "repeats, folds and numbers of training and validation samples"
                raise _not_the_same(what, name, sizes[0], reference, sizes[1])
        else:
            _check_samples(name, curve, reference, curves[reference])


def _scores(curve, metric):
    check_metric(curve.scores, metric)
    return with_draws(with_repeats(validation_scores(curve.scores, metric)))


def _rows(table):
    """List the different rows of a table in order."""
    rows = table.drop_duplicates().to_numpy().tolist()
    return sorted(row[0] if len(row) == 1 else tuple(row) for row in rows)


def _check_samples(name, curve, reference, expected):
    """Compare which samples are validated in each fold, their targets and groups."""
    ours, theirs = (_labels_of_samples(each.predictions) for each in (curve, expected))
    # A fold that failed at every scale has no samples in the table.
    folds = [table.index.droplevel("sample").unique() for table in (ours, theirs)]
    ours, theirs = (
        table[table.index.droplevel("sample").isin(folds[0].intersection(folds[1]))]
        for table in (ours, theirs)
    )
    if not ours.index.equals(theirs.index):
        repeat, fold, sample = ours.index.symmetric_difference(theirs.index)[0]
        row = repeat, fold, sample
        found = [f"{'' if row in t.index else 'no '}{sample}" for t in (ours, theirs)]
        what = f"validation samples in fold {fold}"
        raise _not_the_same(what, name, found[0], reference, found[1])
    for label in ("target", "group"):
        is_other = (ours[label] != theirs[label]).to_numpy()
        if is_other.any():
            row = np.argmax(is_other)
            found = [table[label].iloc[row] for table in (ours, theirs)]
            what = f"{label} of sample {ours.index[row][2]}"
            raise _not_the_same(what, name, found[0], reference, found[1])


def _labels_of_samples(predictions):
    """Return target and group of every sample of a fold."""
    key = [*FOLD, "sample"]
    table = with_repeats(predictions)
    table = table if "group" in table else table.assign(group="none")
    table = table[[*key, "target", "group"]].drop_duplicates()
    table = table.astype(dict.fromkeys(key, int))
    # As objects, because categories of two curves may not be compared.
    return table.set_index(key).astype(object).sort_index()


def _not_the_same(what, name, ours, reference, theirs):
    return ValueError(
        f"compare_curves expects curves of the same {what}, but {name!r} has {ours} "
        f"and {reference!r} has {theirs}. Run noise_curve for both with the same data, "
        "scaler, cv, scales and n_draws."
    )


def _scored(curve, metric):
    predictions = split_predictions(curve.predictions)
    return read_scales(validation_scores(curve.scores, metric), predictions)


def _differences(curve, reference, metric, confidence):
    """Return the paired difference of a curve to the reference at every scale."""
    scored, theirs = _scored(curve, metric), _scored(reference, metric)
    differences = {}
    for scale, one in scored.items():
        pair = one, theirs[scale]
        folds = pair[0].values.index.intersection(pair[1].values.index)
        means = (float(each.values[folds].mean()) for each in pair)
        found = find_difference(*pair, confidence, _TRAINING_WEIGHT)
        differences[scale, *means] = found
    return differences


def _band(curve, metric, confidence):
    scores = validation_scores(curve.scores, metric)
    return find_band(scores, curve.predictions, confidence)


def _find_target(first, target, relative, metric, confidence):
    """Return the target of all tolerances; None if there are no tolerances."""
    band = _band(first, metric, confidence)
    if target is None and relative is None:
        if not band["mean"].iloc[0] > 0:
            return None
        relative = DEFAULT_RELATIVE
    return natural_target(band, target, relative, metric)


def _tolerances(bands, least):
    """Find the tolerance of every curve, and its ratio to that of the first."""
    rows = [(name, *locate(band, least)) for name, band in bands.items()]
    names = ["scale", "lower", "upper"]
    table = pd.DataFrame(rows, columns=["curve", *names])
    # No scale is negative: a bound of minus infinity is as good as one of 0.
    scale, lower, upper = np.maximum(table[names].to_numpy(dtype=float).T, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["ratio"] = scale / scale[:1]
        table["ratio_lower"] = lower / upper[:1]
        table["ratio_upper"] = upper / lower[:1]
    table.loc[:0, ["ratio", "ratio_lower", "ratio_upper"]] = 1, np.nan, np.nan
    return table


def _ratio_in_words(ratio, lower, upper, confidence):
    """Describe a ratio with its interval; only the interval if it is unknown."""
    interval = "no interval"
    if not np.isnan([lower, upper]).any():
        interval = f"{100 * confidence:g} % interval: {bounds_in_words(lower, upper)}"
    times = "an unknown multiple of"  # outside the scales that were run
    if 0 < ratio < np.inf:
        times = f"{ratio:#.2g}".removesuffix(".") + " times"
    return f"{times} the noise ({interval})"
