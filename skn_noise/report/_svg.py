"""Pictures as inline SVG that takes the colours of the page."""

import io
import re
from contextlib import contextmanager
from hashlib import sha256

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

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
_SIZE = (5.0, 4.0)  # inches, so that letters can be read on a phone
_DOTS_PER_INCH = 150  # of the images in it
# How far a picture may shrink, so that letters can be read, and grow; of its size.
_LEAST, _LARGEST = 0.7, 1.3
_PIXELS_PER_POINT = 4 / 3


def in_colours_of_page():
    """Let what is drawn take the colours of the page."""
    return mpl.rc_context(_SETTINGS)


@contextmanager
def drawing_for_page(size=_SIZE):
    """Lend the axes of a figure that is to become part of a page."""
    with in_colours_of_page():
        yield Figure(figsize=size, layout="constrained").subplots()


def as_svg(figure, description):
    """Return a figure as an SVG element that says in words what it shows."""
    text = io.StringIO()
    figure.savefig(
        text, format="svg", dpi=_DOTS_PER_INCH, metadata={"Date": None, "Creator": None}
    )
    svg = text.getvalue()
    head, body = re.search(r"<svg([^>]*)>(.*)</svg>", svg, flags=re.DOTALL).groups()
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.DOTALL)
    body = _with_own_names(body, description).replace(_INK, "currentColor")
    (box,) = re.findall(r'viewBox="([^"]*)"', head)
    width = float(box.split()[2]) * _PIXELS_PER_POINT
    style = f"min-width:{_LEAST * width:.0f}px;max-width:{_LARGEST * width:.0f}px"
    return Markup(
        '<svg role="img" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" style="{style}" aria-label="{escape(description)}">'
        f"{body}</svg>"
    )


def _with_own_names(body, description):
    """Keep the names that the picture uses, and no other picture of the page does."""
    used = set(re.findall(r'href="#([^"]+)"', body))
    used |= set(re.findall(r"url\(#([^)]+)\)", body))
    body = re.sub(
        r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", body
    )
    own = sha256(f"{description}{body}".encode()).hexdigest()[:8]
    return re.sub(r'( id="|href="#|url\(#)', rf"\g<1>p{own}-", body)
