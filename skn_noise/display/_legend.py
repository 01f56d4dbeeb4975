"""A legend that stays off titles, off other panels and inside of the figure."""

from skn_noise.display._text import wrap

_SIZES = ["medium", "small", "x-small", "xx-small"]


def add_legend(*axes):
    """Add one legend for all that is labelled on any of the Axes, to the uppermost.

    It stands below if the figure makes room for it, else inside of the Axes, since
    below there may be another panel, or the end of the figure.
    """
    handles, labels = [], []
    for ax in axes:
        more = ax.get_legend_handles_labels()
        handles += more[0]
        labels += more[1]
    area = axes[0].get_window_extent()
    is_roomy = makes_room(axes[0].figure)
    # What stands below takes its height from the Axes.
    width, height = (1, 0.6) if is_roomy else (0.95, 0.95)
    limits = area.width * width, area.height * height
    for size in _SIZES:
        place = _below(axes[0], size) if is_roomy else {"loc": "best"}
        for n_columns in range(len(handles), 0, -1):
            options = {"ncols": n_columns, "fontsize": size, "frameon": not is_roomy}
            legend = axes[-1].legend(handles, labels, **options, **place)
            if _fits(legend, *limits):
                return
        wrap(legend.get_texts(), lambda legend=legend: _fits(legend, limits[0], 1e9))
        if _fits(legend, *limits):
            return


def makes_room(figure):
    """Tell whether the figure is laid out so that legends have room beside the Axes."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

    engine = figure.get_layout_engine()
    return isinstance(engine, ConstrainedLayoutEngine | TightLayoutEngine)


def _below(ax, size):
    """Return the place below the label of the x-axis."""
    from matplotlib.font_manager import FontProperties

    labels = ax.xaxis.get_tightbbox()
    points = (ax.get_window_extent().y0 - labels.y0) * 72 / ax.figure.dpi
    pad = points / FontProperties(size=size).get_size_in_points()
    return {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": pad}


def _fits(legend, width, height):
    size = legend.get_window_extent()
    return size.width <= width and size.height <= height
