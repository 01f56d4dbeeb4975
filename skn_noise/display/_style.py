"""What the pictures share: colours, lines and new figures."""

# Colours that people with any colour vision can tell apart (Okabe and Ito 2008); line
# styles and markers tell the same once more, for print in black and white.
_BLUE, _VERMILLION, _GREEN = "#0072B2", "#D55E00", "#009E73"
_ORANGE, _PURPLE, _SKY_BLUE, _BLACK = "#E69F00", "#CC79A7", "#56B4E9", "#000000"
SPLIT_STYLES = {
    "train": {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    "validation": {"color": _BLUE, "linestyle": "-", "marker": "o"},
}
SECOND_STYLE = {"color": _GREEN, "linestyle": "-.", "marker": "^"}
CURVE_STYLES = [
    {"color": _BLUE, "linestyle": "-", "marker": "o"},
    {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    {"color": _GREEN, "linestyle": "-.", "marker": "^"},
    {"color": _BLACK, "linestyle": ":", "marker": "D"},
    {"color": _PURPLE, "linestyle": "-", "marker": "v"},
    {"color": _ORANGE, "linestyle": "--", "marker": "P"},
    {"color": _SKY_BLUE, "linestyle": "-.", "marker": "X"},
]
MARK_COLOR = _VERMILLION
TOLERANCE_COLOR = _PURPLE


def new_axes(figsize):
    """Return the only Axes of a new figure."""
    return new_figure(figsize).subplots()


def new_figure(figsize):
    """Return a new figure in which nothing overlaps."""
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    return plt.figure(figsize=figsize, layout="constrained")
