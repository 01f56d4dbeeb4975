"""Results as HTML for notebooks: what was found, a small table and a picture."""

from functools import singledispatch
from html import escape

import numpy as np
import pandas as pd

from skn_noise.datasets._dataset import Dataset
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._dataset import class_counts, describe_dataset, draw_classes
from skn_noise.display._differences import difference_frame
from skn_noise.display._legend import add_legend
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._noise_matrix import NoiseMatrixDisplay
from skn_noise.display._scale_axis import set_scale_axis
from skn_noise.display._svg import as_svg, drawing_for_page
from skn_noise.display._tolerance import mark_tolerance
from skn_noise.results._matrix import best_training, describe_best_training
from skn_noise.results._compare import NoiseComparison
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._matrix import NoiseMatrix
from skn_noise._metrics import natural_name
from skn_noise.results._tolerance import NoiseTolerance, scale_in_words
from skn_noise.results._summary import describe_cost, lay_out

_MOST_ROWS = 10


@singledispatch
def as_html(result):
    """Return a result as HTML that takes the colours of a notebook, dark or bright."""
    raise TypeError(f"{type(result).__name__} has no HTML.")


@as_html.register
def _(curve: NoiseCurve):
    finding = describe_cost(curve)
    picture = _picture(NoiseCurveDisplay.from_curve, curve, finding)
    return _join(finding, picture, _table(lay_out(curve.summary())))


@as_html.register
def _(matrix: NoiseMatrix):
    metric = matrix.scores["metric"].iloc[0]
    best = best_training(matrix.summary(), metric)
    finding = describe_best_training(best, metric)
    n_columns, n_rows = matrix.scores[["validation_scale", "train_scale"]].nunique()
    size = np.clip([2.5 + 0.8 * n_columns, 1.5 + 0.4 * n_rows], [4, 3], [12, 9])
    picture = _picture(NoiseMatrixDisplay.from_matrix, matrix, finding, size)
    return _join(finding, picture, _table(best))


@as_html.register
def _(tolerance: NoiseTolerance):
    finding = str(tolerance)
    row = {natural_name(tolerance.metric): f"{tolerance.target:.4g}"}
    titles = ["tolerance", "from", "to"]
    names = ["scale", "lower", "upper"]
    for name, title in zip(names, titles, strict=True):
        scale = getattr(tolerance, name)
        row[title] = "none" if np.isnan(scale) else scale_in_words(tolerance, scale)
    return _join(
        f"{finding[0].upper()}{finding[1:]}.",
        _picture(_draw_tolerance, tolerance, finding, (7.0, 3.5)),
        _table(pd.DataFrame([row | {"folds": str(tolerance.n)}], index=[""])),
    )


@as_html.register
def _(comparison: NoiseComparison):
    finding = str(comparison)
    picture = _picture(NoiseComparisonDisplay.from_comparison, comparison, finding)
    frame = difference_frame(comparison.differences, comparison.metric)
    return _join(finding, picture, _table(_side_by_side(frame)))


@as_html.register
def _(dataset: Dataset):
    finding, picture = describe_dataset(dataset), ""
    if dataset.image_shape is not None:
        picture = _picture(draw_classes, dataset, finding, (7.0, 2.6))
    return _join(finding, picture, _table(class_counts(dataset)))


def _draw_tolerance(tolerance, ax):
    mark_tolerance(ax, tolerance)
    scales = tolerance.smallest_scale, tolerance.scale, tolerance.largest_scale
    set_scale_axis(ax, [scale for scale in scales if np.isfinite(scale)])
    ax.set_xlim(tolerance.smallest_scale, tolerance.largest_scale)
    ax.set_ylabel(natural_name(tolerance.metric))
    add_legend(ax)


def _side_by_side(frame):
    """Lay out differences with their intervals as text, a column a curve."""
    figures = frame[["difference", "lower", "upper"]].to_numpy()
    text = [
        f"{difference:+.4f}"
        + ("" if np.isnan(lower) else f" [{lower:+.4f}, {upper:+.4f}]")
        for difference, lower, upper in figures
    ]
    metric, reference = frame[["metric", "reference"]].iloc[0]
    table = frame.assign(text=text).pivot(index="scale", columns="curve", values="text")
    return table.rename_axis(columns=f"{metric} less that of {reference}")


def _picture(draw, result, description, size=(7.0, 4.2)):
    """Return what a function draws of a result, with words for who cannot see it."""
    with drawing_for_page(size=size) as ax:
        draw(result, ax=ax)
        return as_svg(ax.figure, description)


def _table(table):
    """Return the beginning and the end of a table; nothing of an empty one."""
    if table.empty:
        return ""
    table = table.rename(index=_in_words).map(_in_words)
    html = table.to_html(max_rows=_MOST_ROWS, border=0)
    return f'<div style="overflow-x: auto">{html}</div>'


def _in_words(value):
    return f"{value:.4g}" if isinstance(value, float) else value


def _join(finding, picture, table):
    """Put one below the other, with no script and no style sheet for the whole page."""
    lines = "<br/>".join(map(escape, finding.splitlines()))
    return f"<div><p>{lines}</p>{picture}{table}</div>"
