"""The look that all pictures share: colours, names, titles, legends and ticks."""

import textwrap

import numpy as np

# Colours that can be told apart with any colour vision (Okabe and Ito 2008). Line
# styles and markers differ as well, for print in black and white.
_BLUE, _VERMILLION, _GREEN = "#0072B2", "#D55E00", "#009E73"
_ORANGE, _PURPLE, _SKY_BLUE = "#E69F00", "#CC79A7", "#56B4E9"
_TEXT_COLOR = None  # stands for the colour of text, which depends on the style sheet
SPLIT_STYLES = {
    "train": {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    "validation": {"color": _BLUE, "linestyle": "-", "marker": "o"},
}
SECOND_STYLE = {"color": _GREEN, "linestyle": "-.", "marker": "^"}
CURVE_STYLES = [
    {"color": _BLUE, "linestyle": "-", "marker": "o"},
    {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    {"color": _GREEN, "linestyle": "-.", "marker": "^"},
    {"color": _TEXT_COLOR, "linestyle": ":", "marker": "D"},
    {"color": _PURPLE, "linestyle": "-", "marker": "v"},
    {"color": _ORANGE, "linestyle": "--", "marker": "P"},
    {"color": _SKY_BLUE, "linestyle": "-.", "marker": "X"},
]
_FURTHER_COLORS = [_PURPLE, _SKY_BLUE, _ORANGE, _TEXT_COLOR]
MARK_COLOR = _VERMILLION
TOLERANCE_COLOR = _PURPLE

_STUDY = "study "
_LONGEST_NAME = 28
_MOST_TITLE_LINES = 4
_LETTER = 0.65  # width of a letter, as a share of the font size
_NARROW = 3.0  # inches
# Heights of tick labels with an axis label, and of a further line of it, in letters.
_TICKS_AND_LABEL, _LINE = 3.9, 1.4


# Colours and figures


def study_styles(styles, n_before):
    """Return the styles of the lines of a study, given the number drawn before it.

    All lines of a further study have one colour, which the first study does not use.
    """
    if n_before == 0:
        return styles
    color = _FURTHER_COLORS[(n_before - 1) % len(_FURTHER_COLORS)]
    return {name: style | {"color": color} for name, style in styles.items()}


def study_id(number):
    """Return the group id of the lines of a study, by which they are found again."""
    return f"{_STUDY}{number}"


def count_studies(ax):
    """Count the studies whose lines are drawn on Axes."""
    return len({line.get_gid() for line in _study_lines(ax)})


def _study_lines(ax):
    return [line for line in ax.lines if str(line.get_gid()).startswith(_STUDY)]


def line_style(style, line_kw=None):
    """Return the options of a line: those of the user, else those of the style."""
    from matplotlib.cbook import normalize_kwargs  # importing skn_noise stays light
    from matplotlib.lines import Line2D

    options = style | normalize_kwargs(line_kw or {}, Line2D)
    return options | {"color": options["color"] or text_color()}


def text_color():
    """Return the colour of text, which is white on a dark style sheet."""
    from matplotlib import rcParams

    return rcParams["text.color"]


def new_figure(figsize):
    """Return a new figure whose layout makes room for titles, labels and legends."""
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    return plt.figure(figsize=figsize, layout="constrained")


def makes_room(figure):
    """Return whether the layout of a figure makes room beside its Axes."""
    return figure.get_layout_engine() is not None


def lay_out(ax):
    """Give Axes the size with which they are drawn, if the layout decides on it."""
    if makes_room(ax.figure):
        ax.figure.figure.draw_without_rendering()  # the whole of a subfigure


# Names


def short(name, longest=_LONGEST_NAME):
    """Return a name on one line, its middle left out if it is long."""
    name = " ".join(str(name).split())
    longest = min(longest, _LONGEST_NAME)
    if len(name) <= longest:
        return name
    half = (longest - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def as_letters(*texts):
    """Draw the dollar signs in texts as letters, not as the borders of a formula.

    Call it for every text with a name that the user chose: of a class, a column, a
    curve, a metric or a data set.
    """
    # Only these texts are set: formulas in other texts of the Axes are the user's.
    for text in texts:
        text.set_parse_math(False)


def set_title(ax, title):
    """Write the title above Axes, on as many lines as their width asks for."""
    if title is not None:
        lay_out(ax)  # which decides on the width of the Axes
        width = ax.get_window_extent().width / ax.figure.dpi
        as_letters(ax.set_title(wrapped(title, width), fontsize="medium"))


def label_y(ax, label, *, has_legend=True):
    """Label the y-axis, on as many lines as the height of the Axes asks for."""
    height = ax.get_window_extent().height / ax.figure.dpi
    if has_legend and makes_room(ax.figure):  # a legend below takes from the height
        height *= 0.65
    as_letters(ax.set_ylabel(wrapped(label, height)))


def label_x(ax, label):
    """Label the x-axis, on as many lines as the width of the Axes asks for."""
    ax.set_xlabel(wrapped(label, ax.get_window_extent().width / ax.figure.dpi))


def wrapped(text, inches, n_lines=_MOST_TITLE_LINES):
    """Break the lines of a text, in letters of medium size, to a width."""
    from matplotlib.font_manager import FontProperties

    letter = FontProperties(size="medium").get_size_in_points() / 72 * _LETTER
    options = {"max_lines": n_lines, "placeholder": " …"}
    return "\n".join(
        textwrap.fill(line, max(10, int(inches / letter)), **options)
        for line in str(text).splitlines()
    )


# Legends


def legend_label(label):
    """Return a label that the legend shows: it hides those that start with `_`."""
    return f" {label}" if label.startswith("_") else label


def add_legend(*axes):
    """Add one legend for all Axes, which share their place, to the last of them.

    It stands below the Axes if the figure has a layout that makes room for it. Else it
    stands inside; where it would cover a curve, at the top, above wider limits of y.
    """
    ax, area = axes[-1], axes[-1].get_window_extent()
    entries = _legend_entries(axes)
    if makes_room(ax.figure):
        place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "frameon": False}
        gap = _TICKS_AND_LABEL + _LINE * ax.get_xlabel().count("\n")
        fit_legend(ax, entries, area.width, gap, **place)
        return
    legend = fit_legend(ax, entries, area.width, loc="best")
    curves = [line for one in axes for line in _study_lines(one)]
    if any(_covers(legend, curve) for curve in curves):
        legend = fit_legend(ax, entries, area.width, loc="upper right")
        for one in axes:
            _keep_top_free(one, legend.get_window_extent().height / area.height)


def fit_legend(parent, entries, width, gap=0.5, **options):
    """Add a legend to Axes or a figure, in as few rows as a width in pixels allows.

    The gap between the Axes and the legend is measured in letters of the labels.
    """
    from matplotlib import rcParams

    handles, labels = entries
    size = 0.7 if width / parent.figure.dpi < _NARROW else 0.83
    options |= {"fontsize": size * rcParams["font.size"], "borderaxespad": gap / size}
    options |= {"handlelength": 1.8, "handletextpad": 0.5, "columnspacing": 1.2}
    for n_columns in range(len(labels), 0, -1):
        legend = parent.legend(handles, labels, ncols=n_columns, **options)
        as_letters(*legend.get_texts())
        if legend.get_window_extent().width <= width or n_columns == 1:
            return legend
        legend.remove()
    return None


def _legend_entries(axes):
    """Return handles and labels: lines of studies first, all others once."""
    entries = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            entries.setdefault(
                (handle.get_gid() is None, handle.get_gid(), label), handle
            )
    keys = sorted(entries, key=lambda key: key[0])
    return [entries[key] for key in keys], [label for *_, label in keys]


def _covers(legend, line):
    path = line.get_path().transformed(line.get_transform())
    return path.intersects_bbox(legend.get_window_extent(), filled=False)


def _keep_top_free(ax, share):
    """Widen the limits of y so that nothing is drawn in the top share of the Axes."""
    if ax.get_autoscaley_on():  # limits that the user has set stay
        ax.autoscale_view(scalex=False)
        low, high = ax.get_ylim()
        top = low + (high - low) / max(0.3, 0.94 - share)
        # Automatic limits stay on, as a further study on these Axes starts from them.
        ax.set_ylim(low, top, auto=True)


# Ticks


def set_ticks(axis, positions, labels):
    """Set a tick at each position, and label as many as there is room for."""
    area = axis.axes.get_window_extent()
    width, height = (size * 72 / axis.axes.figure.dpi for size in area.size)
    size = axis.get_major_ticks(1)[0].label1.get_fontsize()
    letter = _LETTER * size
    if axis.axis_name == "x":
        labels = [short(label) for label in labels]
        room = width / (letter * max(map(len, labels)) + size)
    else:
        labels = [short(label, max(5, int(0.6 * width / letter))) for label in labels]
        room = height / (1.2 * size)
    positions, step = np.asarray(positions), -(-len(labels) // max(1, int(room)))
    name_ticks(axis, positions[::step], labels[::step])
    # This also replaces the minor ticks and labels of a logarithmic axis.
    unlabelled = positions if step > 1 else []
    axis.set_ticks(unlabelled, [""] * len(unlabelled), minor=True)


def name_ticks(axis, positions, labels, **options):
    """Set a tick at each position, with a label of letters."""
    axis.set_ticks(positions, labels, **options)
    for tick in axis.get_major_ticks():
        as_letters(tick.label1, tick.label2)


def scale_texts(scales):
    """Return scales as text, with three digits or as many as tell them apart."""
    for digits in range(3, 18):
        texts = [f"{scale:.{digits}g}" for scale in scales]
        if len(set(texts)) == len(set(scales)):
            break
    return texts


def scale_label(unit=None):
    """Return the label of an axis of scales."""
    return f"scale of the noise\n(in {unit})" if unit else "scale of the noise"


def set_scale_axis(ax, unit=None, scales=()):
    """Label the scales on the x-axis, with those of the studies drawn before.

    The axis is logarithmic if that spaces the scales more evenly.
    """
    scales = np.unique(
        np.concatenate([scales, *(line.get_xdata() for line in _study_lines(ax))])
    )
    positive = scales[scales > 0]
    if positive.size > 2 and _unevenness(np.log(positive)) < _unevenness(scales):
        if positive.size == scales.size:
            ax.set_xscale("log")
        else:  # a logarithmic axis has no 0
            ax.set_xscale("symlog", linthresh=positive[0], linscale=0.5)
    set_ticks(ax.xaxis, scales, scale_texts(scales))
    label_x(ax, scale_label(unit))


def _unevenness(positions):
    gaps = np.diff(positions)
    return gaps.max() / gaps.min()
