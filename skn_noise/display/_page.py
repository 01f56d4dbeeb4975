"""Pictures, tables and sentences as parts of an HTML page.

The pictures are inline SVG in the colours of the page, dark or bright.
"""

import io
import logging
import re
from functools import wraps
from hashlib import sha256
from html import escape

import pandas as pd

_LOGGER = logging.getLogger("skn_noise")
_MOST_ROWS = 10

# Everything drawn in this colour takes that of the text of the page.
_INK = "#010203"
_INKED = [
    "axes.edgecolor",
    "axes.labelcolor",
    "axes.titlecolor",
    "legend.labelcolor",
    "lines.color",
    "text.color",
    "xtick.color",
    "ytick.color",
]
_SETTINGS = dict.fromkeys(_INKED, _INK) | {
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "legend.frameon": False,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",  # the same on every machine, whatever fonts it has
    "svg.hashsalt": "skn_noise",  # the same bytes from the same scores
}
_STYLE = "max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt"
_DOTS_PER_INCH = 150  # of the images in a picture


def in_colours_of_page():
    """Return a context in which pictures are drawn in the colours of the page."""
    import matplotlib as mpl  # importing skn_noise stays light

    return mpl.rc_context(_SETTINGS)


def new_page_axes(size):
    """Return the Axes of a new figure that pyplot does not know, and so never shows."""
    from matplotlib.figure import Figure  # importing skn_noise stays light

    return Figure(figsize=size, layout="constrained").subplots()


def as_svg(figure, description):
    """Return a figure as an SVG element with a description for screen readers.

    Style sheets find the width of the figure in inches as ``--width``.
    """
    text = io.StringIO()
    nothing = {"Date": None, "Creator": None}
    with in_colours_of_page():
        figure.savefig(text, format="svg", dpi=_DOTS_PER_INCH, metadata=nothing)
    svg = text.getvalue()[text.getvalue().index("<svg") :].rstrip()
    # A style sheet inside of an SVG element would hold for the whole page, and the
    # comments repeat all texts.
    svg = re.sub(r"<(metadata|style).*?</\1>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = _with_own_names(svg, description).replace(_INK, "currentColor")
    style = f"--width:{figure.get_figwidth():g}in;{_STYLE}"
    words = f'role="img" aria-label="{escape(description)}" style="{style}"'
    return svg.replace("<svg", f"<svg {words}", 1)


def _with_own_names(svg, description):
    """Keep the ids that the picture uses, and make them unique in the page."""
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(
        r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", svg
    )
    own = sha256(f"{description}{svg}".encode()).hexdigest()[:8]
    return re.sub(r'( id="|href="#|url\(#)', rf"\g<1>p{own}-", svg)


def or_text(as_html):
    """Decorate a `_repr_html_` so that an error leaves the plain text of a result."""

    @wraps(as_html)
    def as_html_or_none(result):
        try:
            return as_html(result)
        except Exception:
            _LOGGER.debug("There is no HTML of %r.", result, exc_info=True)
            return None

    return as_html_or_none


def html_of(finding, picture="", table=None):
    """Return a finding, a picture and the first and last rows of a table as HTML."""
    lines = "<br/>".join(map(escape, finding.splitlines()))
    html = ""
    if table is not None and not table.empty:
        html = table_html(table, _MOST_ROWS)
        html = f'<div style="overflow-x: auto">{html}</div>'
    return f"<div><p>{lines}</p>{picture}{html}</div>"


def picture_of(draw, result, description, size=(7.0, 4.2)):
    """Return the SVG element of a result that a function draws on Axes."""
    with in_colours_of_page():
        ax = new_page_axes(size)
        draw(result, ax=ax)
        return as_svg(ax.figure, description)


def table_html(table, max_rows=None):
    """Return a table as HTML: floats with four digits, missing values as blanks."""
    table = table.rename(index=_as_text).map(_as_text)
    if table.columns.nlevels == table.index.nlevels == 1:
        # The name of the index stands beside those of the columns, not in a row below.
        table = table.rename_axis(index=None, columns=table.index.name)
    return table.to_html(max_rows=max_rows, border=0)


def _as_text(value):
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
