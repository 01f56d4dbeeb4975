"""The look that all pictures share: colours, names, ticks, labels and legends."""

import textwrap

import numpy as np

from skn_noise._units import check_has_decibels

# Colours that can be told apart with any colour vision (Okabe and Ito 2008). Line
# styles and markers differ as well, for print in black and white.
_BLUE, _VERMILLION, _GREEN = "#0072B2", "#D55E00", "#009E73"
_ORANGE, _PURPLE, _SKY_BLUE = "#E69F00", "#CC79A7", "#56B4E9"
CURVE_STYLES = [
    {"color": _BLUE, "linestyle": "-", "marker": "o"},
    {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    {"color": _GREEN, "linestyle": "-.", "marker": "^"},
    # None stands for the colour of text, which a style sheet may change.
    {"color": None, "linestyle": ":", "marker": "D"},
    {"color": _PURPLE, "linestyle": "-", "marker": "v"},
    {"color": _ORANGE, "linestyle": "--", "marker": "P"},
    {"color": _SKY_BLUE, "linestyle": "-.", "marker": "X"},
]
SPLIT_STYLES = {"train": CURVE_STYLES[1], "validation": CURVE_STYLES[0]}
MARK_COLOR, TOLERANCE_COLOR = _VERMILLION, _PURPLE

_LETTER = 0.6  # mean width of a letter, as a share of the font size
_SMALLEST_FONT = 5.0  # points


def check_result(result, attribute, name, function):
    """Raise an error unless a result has the table or method that is drawn."""
    if not hasattr(result, attribute):
        raise TypeError(
            f"{name} must be a result of {function}, got {type(result).__name__}."
        )


def prepare_axes(ax, figsize):
    """Return `ax`, or the Axes of a new figure, with a layout that fits in all labels.

    Without a layout, matplotlib cuts the labels of small figures, and leaves no room
    for a legend below the Axes. So a figure without any gets the constrained layout.
    """
    import matplotlib.pyplot as plt  # importing skn_noise stays light
    from matplotlib.axes import Axes

    if ax is None:
        return plt.figure(figsize=figsize, layout="constrained").subplots()
    if not isinstance(ax, Axes):
        raise TypeError(
            f"ax must be matplotlib Axes or None, got {type(ax).__name__}. "
            "plt.subplots makes Axes."
        )
    figure = ax.figure.figure  # the whole figure, if the Axes are in a subfigure
    # The layout moves only Axes of a grid. With others alone in a figure, it warns.
    if figure.get_layout_engine() is None and ax.get_subplotspec() is not None:
        figure.set_layout_engine("constrained")
    return ax


def line_style(style, line_kw):
    """Return the options of a line: those of the user, else those of the style."""
    from matplotlib.cbook import normalize_kwargs  # importing skn_noise stays light
    from matplotlib.lines import Line2D

    options = style | normalize_kwargs(line_kw or {}, Line2D)
    return options | {"color": options["color"] or text_color()}


def text_color():
    """Return the colour of text, which is white in a dark style sheet."""
    from matplotlib import rcParams

    return rcParams["text.color"]


def letters(name, longest=24):
    """Return a name for a picture: on one line, at most `longest` letters, no formula.

    Every name that a user chose passes through here: of a class, a column, a curve or
    a metric.
    """
    name = " ".join(str(name).split())
    if len(name) > longest:
        half = (longest - 1) // 2
        name = f"{name[:half]}…{name[-half:]}"
    # An escaped dollar sign does not begin a formula.
    name = name.replace("$", r"\$")
    # A legend leaves out labels that start with an underscore.
    return f" {name}" if name.startswith("_") else name


def name_room(ax):
    """Return how many letters of a name beside Axes leave half of the width to them."""
    inches = ax.get_window_extent().width / ax.figure.dpi
    return min(24, max(5, int(5 * inches)))


def lay_out(ax):
    """Give Axes the size with which they are drawn, on which their layout decides."""
    ax.figure.figure.draw_without_rendering()


def middle(ax):
    """Return the middle of Axes with their labels, as a fraction of their width."""
    area, box = ax.get_window_extent(), ax.get_tightbbox()
    return (box.x0 + box.width / 2 - area.x0) / area.width


def label_axis(axis, words):
    """Label an axis, on as many lines as its length asks for."""
    length = axis.axes.get_window_extent().size[int(axis.axis_name == "y")]
    letter = _LETTER * axis.label.get_fontsize() / 72 * axis.axes.figure.dpi
    # To break a long name could separate a dollar sign from its backslash.
    longest = max(10, int(length / letter))
    axis.set_label_text(textwrap.fill(words, longest, break_long_words=False))


def fitting_size(ax, texts, shape):
    """Return the font size in which each text fits into its cell of a grid, in points.

    The grid has a shape of rows and columns. None stands for a size too small to read.
    """
    lay_out(ax)
    points = ax.get_window_extent().size * 72 / ax.figure.dpi
    width, height = points / (shape[1], shape[0])
    longest = max(len(line) for text in texts for line in text.split("\n"))
    n_lines = 1 + max(text.count("\n") for text in texts)
    size = min(9.0, width / (_LETTER * (longest + 1)), height / (1.3 * n_lines))
    return size if size >= _SMALLEST_FONT else None


def set_ticks(axis, positions, labels):
    """Set a tick at each position, and leave out labels that would overlap."""
    axis.set_ticks(positions, labels)
    # A logarithmic axis would label further minor ticks.
    axis.set_ticks(positions, [""] * len(positions), minor=True)
    lay_out(axis.axes)
    texts = axis.get_ticklabels()
    boxes = [one.get_window_extent().padded(one.get_fontsize() / 2, 0) for one in texts]
    labelled = []
    # Round scales, which have short labels, come before those that a search chose.
    for new in sorted(range(len(labels)), key=lambda one: len(labels[one])):
        if not boxes[new].count_overlaps([boxes[one] for one in labelled]):
            labelled.append(new)
    labelled.sort()
    axis.set_ticks([positions[i] for i in labelled], [labels[i] for i in labelled])


def scale_texts(scales, digits=3):
    """Return scales as text, with some digits or as many as tell them apart."""
    for n in range(digits, 18):
        # All digits may be shorter than an exponent: 20000 and not 2e+04.
        exact = [repr(float(scale)).removesuffix(".0") for scale in scales]
        rounded = [f"{scale:.{n}g}" for scale in scales]
        texts = [min(pair, key=len) for pair in zip(exact, rounded, strict=True)]
        if len(set(texts)) == len(set(scales)):
            break
    return texts


def scale_label(unit=None, where=""):
    """Return the label of an axis of scales."""
    label = f"scale of the noise {where}".strip()
    return f"{label} (in {unit})" if unit else label


def set_scale_axis(ax, scales, unit=None):
    """Label the scales on the x-axis, which is logarithmic if that spaces them better.

    A logarithmic axis has no 0, so one with scale 0 is linear up to the next scale.
    """
    scales = np.unique(scales)
    _space_out(ax, scales)
    set_ticks(ax.xaxis, scales, scale_texts(scales))
    label_axis(ax.xaxis, scale_label(unit))


def add_decibels(ax, scales, unit):
    """Add an axis at the top, 20 log10 of the deviation of the signal by the scale."""
    check_has_decibels(unit, "snr=True")
    scales = np.unique(scales)
    top = ax.twiny()  # a secondary axis would not follow a scale that is partly linear
    _space_out(top, scales)
    top.set_xlim(ax.get_xlim())
    with np.errstate(divide="ignore"):  # without noise the ratio is infinite
        ratios = 20 * np.log10(1 / scales)
    set_ticks(top.xaxis, scales, [f"{ratio:.3g}" for ratio in ratios])
    label_axis(top.xaxis, "signal to noise (dB)")


def _space_out(ax, scales):
    positive = scales[scales > 0]
    if positive.size > 2 and _unevenness(np.log(positive)) < _unevenness(scales):
        if positive.size == scales.size:
            ax.set_xscale("log")
        else:
            ax.set_xscale("symlog", linthresh=positive[0], linscale=0.5)
            # The automatic limits would leave a quarter of the axis to negative scales.
            ax.set_xlim(-positive[0] / 4, 1.2 * scales[-1])


def _unevenness(positions):
    gaps = np.diff(positions)
    return gaps.max() / gaps.min()


def add_legend(ax):
    """Add a legend below the x-axis and its label, in as many columns as fit there.

    Inside small Axes it would cover curves.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D

    if ax.get_legend():  # of curves drawn before, which would count as a label here
        ax.get_legend().remove()
    entries = {}
    for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
        entries.setdefault(label, handle)  # all bands have the same label
    labels = sorted(entries, key=lambda label: not isinstance(entries[label], Line2D))
    size = FontProperties(size="small").get_size_in_points()
    letter = size / 72 * ax.figure.dpi
    area, box = ax.get_window_extent(), ax.get_tightbbox()
    center = middle(ax)
    for n_columns in range(len(labels), 0, -1):
        legend = ax.legend(
            [entries[label] for label in labels],
            labels,
            fontsize=size,
            ncols=n_columns,
            loc="upper center",
            bbox_to_anchor=(center, 0),
            borderaxespad=(area.y0 - box.y0) / letter + 0.3,
            handlelength=1.8,
            handletextpad=0.5,
            columnspacing=0.8,
            frameon=False,
        )
        if legend.get_window_extent().width < box.width:
            break
