"""Paired differences between noise curves, scale by scale."""

from skn_noise.display._series import count_studies, draw_curves
from skn_noise.display._style import text_color
from skn_noise._metrics import is_negated, natural_name

_COLUMNS = ["curve", "reference", "scale", "difference", "lower", "upper"]


def check_comparison(comparison):
    """Raise an error unless it holds differences, as that of compare_curves does."""
    table = getattr(comparison, "differences", None)
    if not set(_COLUMNS) <= set(getattr(table, "columns", [])):
        raise TypeError(
            "comparison must be what compare_curves returns, got "
            f"{type(comparison).__name__}."
        )


def difference_frame(differences, metric):
    """Return a row for every curve and scale, with the natural sign of the metric."""
    frame = differences[_COLUMNS].reset_index(drop=True)
    if is_negated(metric):
        drawn = ["difference", "lower", "upper"]
        frame[drawn] = -frame[["difference", "upper", "lower"]].to_numpy()
    frame.insert(0, "metric", natural_name(metric))
    return frame


def draw_differences(ax, frame, confidence, **options):
    """Draw a line a curve, and one at 0 for the reference; return the former."""
    # The reference has the first style of a picture of the curves themselves.
    n_before = count_studies(ax) + 1
    means = frame.rename(columns={"difference": "mean"}).assign(fold=0)
    lines = draw_curves(ax, means, n_before, confidence=confidence, **options)
    reference, metric = frame[["reference", "metric"]].iloc[0]
    ax.axhline(0, color=text_color(), linewidth=0.8, label=f"{reference} (reference)")
    ax.set_ylabel(f"validation {metric}, less that of {reference}")
    return lines
