"""HTML of results in notebooks: the finding, a picture and a small table."""

import numpy as np
import pandas as pd

from skn_noise._metrics import is_negated, natural_name
from skn_noise.display._by_feature import FeatureToleranceDisplay
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._heat_maps import NoiseMatrixDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._page import html_of, or_text, picture_of
from skn_noise.display._series import unit_of
from skn_noise.results._features import (
    describe_features,
    explain_features,
    lay_out_features,
    read_features,
)
from skn_noise.results._summary import describe_cost, describe_unit
from skn_noise.results._table import DIGITS, describe_notes, lay_out, matrix_table


@or_text
def curve_html(curve):
    """Return a noise curve as HTML."""
    finding = describe_cost(curve)
    picture = picture_of(NoiseCurveDisplay.from_curve, curve, finding)
    summary = curve.summary()
    finding = "\n".join([finding, *describe_notes(summary)])
    return html_of(finding, picture, lay_out(summary))


@or_text
def by_feature_html(result):
    """Return a study by feature as HTML."""
    found = read_features(result)
    finding, picture = describe_features(result, found), ""
    if found.tolerances is not None:
        frame = found.tolerances.reset_index()
        display = FeatureToleranceDisplay(frame=frame, unit=unit_of(result))
        picture = picture_of(FeatureToleranceDisplay.plot, display, finding)
    text = f"{finding}\n{explain_features(found)}"
    return html_of(text, picture, lay_out_features(found))


@or_text
def matrix_html(matrix):
    """Return a noise matrix as HTML."""
    metric = matrix.scores["metric"].iloc[0]
    best = best_training(matrix, metric)
    finding = describe_best_training(best, metric) + describe_unit(matrix.manifest)
    n_columns, n_rows = matrix.scores[["validation_scale", "train_scale"]].nunique()
    size = np.clip([2.5 + 0.8 * n_columns, 1.5 + 0.4 * n_rows], [4, 3], [12, 9])
    picture = picture_of(NoiseMatrixDisplay.from_matrix, matrix, finding, size)
    # Of a single row, as with cv="prefit", the best is the worst, too.
    return html_of(finding, picture, best if n_rows > 1 else best.iloc[:, :2])


@or_text
def tolerance_html(tolerance):
    """Return a tolerance as HTML: its sentence."""
    finding = str(tolerance)
    return html_of(f"{finding[0].upper()}{finding[1:]}.")


@or_text
def comparison_html(comparison):
    """Return a comparison of noise curves as HTML."""
    finding = "\n".join(comparison.findings)
    picture = picture_of(NoiseComparisonDisplay.from_comparison, comparison, finding)
    table = comparison.table(digits=DIGITS).set_index(["curve", "scale"])
    return html_of(finding, picture, table)


def best_training(matrix, metric):
    """Find the best and the worst scale in training for each scale in validation."""
    name, rows = natural_name(metric), []
    for scale, trained in matrix_table(matrix.scores, metric).items():
        trained = trained.dropna().sort_values(ascending=is_negated(metric))
        if trained.empty:
            continue
        row = {"scale in validation": scale}
        for which, place in {"best": 0, "worst": -1}.items():
            row[f"{which} in training"] = trained.index[place]
            row[f"{name} of the {which}"] = trained.iloc[place]
        rows.append(row)
    table = pd.DataFrame(rows)
    return table if table.empty else table.set_index("scale in validation")


def describe_best_training(table, metric):
    """Describe the best training scale for the greatest validation scale."""
    if table.empty:
        return "No fit could be scored."
    scale = table.index[-1]
    best, best_score, worst, worst_score = table.iloc[-1]
    text = (
        f"Validated at scale {scale:g}, {natural_name(metric)} is {best_score:.3f} "
        f"after training at scale {best:g}"
    )
    if best == worst:
        return f"{text}."
    return f"{text}, the best, and {worst_score:.3f} at scale {worst:g}, the worst."
