"""What the pictures share: colours, lines and new figures."""

# Colours that people with any colour vision can tell apart (Okabe and Ito 2008); line
# styles and markers tell the same once more, for print in black and white.
_BLUE, _VERMILLION, _GREEN = "#0072B2", "#D55E00", "#009E73"
_ORANGE, _PURPLE, _SKY_BLUE = "#E69F00", "#CC79A7", "#56B4E9"
_INK = None  # that of text: black on a bright ground, white on a dark one
SPLIT_STYLES = {
    "train": {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    "validation": {"color": _BLUE, "linestyle": "-", "marker": "o"},
}
SECOND_STYLE = {"color": _GREEN, "linestyle": "-.", "marker": "^"}
CURVE_STYLES = [
    {"color": _BLUE, "linestyle": "-", "marker": "o"},
    {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    {"color": _GREEN, "linestyle": "-.", "marker": "^"},
    {"color": _INK, "linestyle": ":", "marker": "D"},
    {"color": _PURPLE, "linestyle": "-", "marker": "v"},
    {"color": _ORANGE, "linestyle": "--", "marker": "P"},
    {"color": _SKY_BLUE, "linestyle": "-.", "marker": "X"},
]
# Of further studies on the same Axes: those that the first one leaves.
_FURTHER_COLORS = [_PURPLE, _SKY_BLUE, _ORANGE, _INK]
MARK_COLOR = _VERMILLION
TOLERANCE_COLOR = _PURPLE


def study_styles(styles, n_before):
    """Return the styles of a study's lines; a further one has one colour for all."""
    if n_before == 0:
        return styles
    color = _FURTHER_COLORS[(n_before - 1) % len(_FURTHER_COLORS)]
    return {name: style | {"color": color} for name, style in styles.items()}


def line_style(style, line_kw):
    """Return the options of a line: a style, and in its place what the user says."""
    from matplotlib.cbook import normalize_kwargs  # importing skn_noise stays light
    from matplotlib.lines import Line2D

    options = style | normalize_kwargs(line_kw or {}, Line2D)
    return options | {"color": options["color"] or text_color()}


def text_color():
    """Return the colour of text, which can be seen on the ground of the figure."""
    from matplotlib import rcParams

    return rcParams["text.color"]


def new_axes(figsize):
    """Return the only Axes of a new figure."""
    return new_figure(figsize).subplots()


def new_figure(figsize):
    """Return a new figure in which nothing overlaps."""
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    return plt.figure(figsize=figsize, layout="constrained")


def makes_room(figure):
    """Tell whether the figure is laid out so that there is room beside the Axes."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

    engine = figure.get_layout_engine()
    return isinstance(engine, ConstrainedLayoutEngine | TightLayoutEngine)


def lay_out(figure):
    """Give Axes the size that they will be drawn with, if the figure decides on it."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure.figure)  # of a part of a figure, the whole
