"""A legend that stays off titles, off other panels and inside of the figure."""

from skn_noise.display._style import makes_room
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
    is_roomy = makes_room(axes[0].figure)

    def draw(**options):
        place = _below(axes[0], options["fontsize"]) if is_roomy else {"loc": "best"}
        options |= {"frameon": not is_roomy} | place
        return axes[-1].legend(handles, labels, **options)

    area = axes[0].get_window_extent()
    # What stands below takes its height from the Axes.
    width, height = (1, 0.6) if is_roomy else (0.95, 0.95)
    fit_legend(draw, len(handles), area.width * width, area.height * height)


def fit_legend(draw, n_entries, width, height):
    """Draw a legend as large, and in as few rows, as the room for it allows."""
    for size in _SIZES:
        for n_columns in range(n_entries, 0, -1):
            legend = draw(fontsize=size, ncols=n_columns)
            if _fits(legend, width, height):
                return legend
        wrap(legend.get_texts(), lambda legend=legend: _fits(legend, width, 1e9))
        if _fits(legend, width, height):
            break
    return legend


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
