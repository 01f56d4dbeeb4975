"""Pictures as inline SVG that takes the colours of the page."""

import io
import re
from contextlib import contextmanager
from html import escape

import matplotlib as mpl
from matplotlib.figure import Figure

# What a picture draws in this colour takes the page's, dark or bright.
_INK = "#010203"
_INK_SETTINGS = dict.fromkeys(
    [
        "axes.edgecolor",
        "axes.labelcolor",
        "axes.titlecolor",
        "legend.labelcolor",
        "lines.color",
        "text.color",
        "xtick.color",
        "ytick.color",
    ],
    _INK,
)
_SETTINGS = _INK_SETTINGS | {
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "legend.framealpha": 0,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",  # the same on every machine, whatever fonts it has
    "svg.hashsalt": "skn_noise",  # the same bytes from the same scores
}


@contextmanager
def drawing_for_page(n_panels=1, size=(7.0, 4.2)):
    """Lend the axes of a figure that is to become part of a page."""
    width, height = size
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(width * n_panels, height), layout="constrained")
        yield figure.subplots(1, n_panels)


def as_svg(figure, description):
    """Return a figure as an SVG element that says in words what it shows."""
    text = io.StringIO()
    with mpl.rc_context(_SETTINGS):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()[text.getvalue().index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace(_INK, "currentColor")
    label = escape(description, quote=True)
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
