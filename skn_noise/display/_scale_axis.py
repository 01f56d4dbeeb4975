"""The axis of the scales of the noise."""

import numpy as np

_DIGITS = range(3, 18)
_BREAK = "break in the axis"


def scale_texts(scales):
    """Return scales as text, with three digits or as many as tell them apart."""
    for digits in _DIGITS:
        texts = [f"{scale:.{digits}g}" for scale in scales]
        if len(set(texts)) == len(set(scales)):
            break
    return texts


def unit_of(*curves):
    """Return the unit of the scales if the manifests of all curves name the same."""
    units = {(curve.manifest or {}).get("unit") for curve in curves}
    return units.pop() if len(units) == 1 else None


def scale_label(unit):
    """Return the label of an axis of scales."""
    if unit is None:
        return "scale of the noise (its standard deviation)"
    return f"scale of the noise\n(in {unit})"  # in two lines, for small Axes


def set_scale_axis(ax, scales, unit=None):
    """Label the scales, on a logarithmic axis if that spaces them more evenly.

    Scales that another picture drew on the same Axes before stay on the axis.
    """
    from skn_noise.display._ticks import label_ticks, labelled_positions

    scales = np.union1d(scales, labelled_positions(ax.xaxis))
    positive = scales[scales > 0]
    if positive.size > 2 and _unevenness(np.log(positive)) < _unevenness(scales):
        if positive.size == scales.size:
            ax.set_xscale("log")
        else:
            ax.set_xscale("symlog", linthresh=positive[0], linscale=0.5)
            ax.autoscale_view(scaley=False)  # the margins are of the axis as it was
            _mark_break(ax, positive[0] / 2)
    label_ticks(ax.xaxis, dict(zip(scales.tolist(), scale_texts(scales), strict=True)))
    ax.set_xlabel(scale_label(unit))


def _mark_break(ax, position):
    """Mark by two strokes that the axis leaves out what lies between 0 and a scale."""
    for mark in ax.findobj(lambda artist: artist.get_gid() == _BREAK):
        mark.remove()  # that of a picture drawn before
    ax.annotate(
        "//",
        (position, 0),
        xycoords=ax.get_xaxis_transform(),
        ha="center",
        va="center",
        annotation_clip=True,
        bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 0},
        zorder=3,
        gid=_BREAK,
    )


def _unevenness(positions):
    gaps = np.diff(positions)
    return gaps.max() / gaps.min()
