"""Pictures as inline SVG that takes the colours of the page that it stands in."""

import io
import re
from contextlib import contextmanager
from hashlib import sha256
from html import escape

# What a picture draws in this colour takes the page's, dark or bright.
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
_DOTS_PER_INCH = 150  # of the images in it


def in_colours_of_page():
    """Let what is drawn take the colours of the page."""
    import matplotlib as mpl  # importing skn_noise stays light

    return mpl.rc_context(_SETTINGS)


@contextmanager
def drawing_for_page(size=(7.0, 4.2)):
    """Lend the axes of a figure that is to become part of a page."""
    from matplotlib.figure import Figure  # importing skn_noise stays light

    with in_colours_of_page():
        yield Figure(figsize=size, layout="constrained").subplots()


def as_svg(figure, description):
    """Return a figure as an SVG element that says in words what it shows.

    The width that it was drawn with is left to style sheets, as ``--width``.
    """
    text = io.StringIO()
    nothing = {"Date": None, "Creator": None}
    with in_colours_of_page():
        figure.savefig(text, format="svg", dpi=_DOTS_PER_INCH, metadata=nothing)
    svg = text.getvalue()[text.getvalue().index("<svg") :].rstrip()
    # In a page, its style sheet would be one for all.
    svg = re.sub(r"<(metadata|style).*?</\1>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r"<!--.*?-->\s*", "", svg, flags=re.DOTALL
    )  # they tell all texts again
    svg = _with_own_names(svg, description).replace(_INK, "currentColor")
    style = f"--width:{figure.get_figwidth():g}in;{_STYLE}"
    words = f'role="img" aria-label="{escape(description)}" style="{style}"'
    return svg.replace("<svg", f"<svg {words}", 1)


def _with_own_names(svg, description):
    """Keep the names that the picture uses, and no other picture of the page does."""
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(
        r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", svg
    )
    own = sha256(f"{description}{svg}".encode()).hexdigest()[:8]
    return re.sub(r'( id="|href="#|url\(#)', rf"\g<1>p{own}-", svg)
