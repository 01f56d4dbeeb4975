"""Heat maps of scores: colours that tell what matters, figures that can be read."""

import numpy as np

from skn_noise.display._style import MARK_COLOR, makes_room, new_axes, text_color

_LEAST_SPAN = 0.1
_FEW = 0.1
_BAR_INCHES = 0.85
_SMALLEST_LETTER = 5.0


def draw_heat_map(ax, means, texts, *, is_fraction, is_loss, label, im_kw=None):
    """Draw a table on Axes, None for new ones; return the image and the texts."""
    if ax is None:
        n_letters = max(len(row) for text in texts.ravel() for row in text.split("\n"))
        width = max(0.8, 0.1 * n_letters + 0.2)
        height = 0.4 + 0.2 * (1 + texts[0, 0].count("\n"))
        ax = new_axes((2.5 + width * means.shape[1], 1.5 + height * means.shape[0]))
    low, high = color_limits(means.to_numpy(), is_fraction=is_fraction)
    cmap = "cividis_r" if is_loss else "cividis"
    options = {"cmap": cmap, "vmin": low, "vmax": high, "aspect": "auto"}
    if im_kw and "norm" in im_kw:
        del options["vmin"], options["vmax"]
    image = ax.imshow(means, **(options | (im_kw or {})))
    extend = _beyond(means.to_numpy(), image.norm)
    ax.figure.colorbar(image, ax=ax, label=label, extend=extend, **_room_for_bar(ax))
    return image, _write(ax, image, texts)


def color_limits(values, *, is_fraction):
    """Return the ends of the colours.

    They are not stretched over less than a tenth, of 1 or of the largest; and few
    values that lie far off do not decide on the colours of all others.
    """
    values = values[np.isfinite(values)]
    if values.size == 0:
        return 0.0, 1.0
    if not is_fraction:
        lower = np.quantile(values, _FEW, method="higher")
        upper = np.quantile(values, 1 - _FEW, method="lower")
        reach = max(upper - lower, _LEAST_SPAN * abs(upper))
        values = values[(values >= lower - reach) & (values <= upper + reach)]
    low, high = values.min(), values.max()
    least = _LEAST_SPAN * (1.0 if is_fraction else np.abs(values).max())
    if high - low < least:
        low, high = np.array([-0.5, 0.5]) * least + (low + high) / 2
    if is_fraction and high > 1:
        low, high = low + 1 - high, 1.0
    return float(low), float(high) or 1.0


def figures(means, lower=None, upper=None):
    """Return what is written on the cells: means, and below them their intervals."""
    texts = np.empty(means.shape, dtype=object)
    for cell, mean in np.ndenumerate(means.to_numpy()):
        texts[cell] = _in_three_places(mean)
        if lower is not None:
            bounds = lower.to_numpy()[cell], upper.to_numpy()[cell]
            is_known = np.isfinite(bounds).all()
            interval = " to ".join(map(_in_three_places, bounds))
            texts[cell] += f"\n{interval if is_known else 'no interval'}"
    return texts


def label_cells(axis, names):
    """Name rows or columns, as far as there is room."""
    from skn_noise.display._ticks import label_ticks

    label_ticks(axis, dict(enumerate(names)))


def mark_equal_scales(ax, means):
    """Frame the cells whose row and column have the same scale."""
    from matplotlib.patches import Rectangle  # importing skn_noise stays light

    for row, scale in enumerate(means.index):
        for column in np.flatnonzero(means.columns == scale):
            corner = column - 0.5, row - 0.5
            frame = Rectangle(corner, 1, 1, fill=False, color=MARK_COLOR, linewidth=3)
            ax.add_patch(frame)


def _in_three_places(value):
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.3g}"


def _beyond(values, norm):
    """Tell at which ends of the colours there are values beyond them."""
    is_below, is_above = (values < norm.vmin).any(), (values > norm.vmax).any()
    ends = {(True, True): "both", (True, False): "min", (False, True): "max"}
    return ends.get((bool(is_below), bool(is_above)), "neither")


def _room_for_bar(ax):
    """Return how much of the Axes a colour bar takes, with all that is beside it."""
    if makes_room(ax.figure):
        return {}
    inches = ax.get_window_extent().width / ax.figure.dpi
    return {"fraction": min(_BAR_INCHES / inches, 0.4)}


def _write(ax, image, texts):
    """Write texts on cells, dark on bright ones; None if the cells are too small."""
    letter = _letter_size(ax, texts)
    if letter < _SMALLEST_LETTER:
        return None
    written = np.empty(texts.shape, dtype=object)
    values = image.get_array().filled(np.nan)
    options = {"ha": "center", "va": "center", "fontsize": letter}
    for (row, column), text in np.ndenumerate(texts):
        color = _contrast(image, values[row, column])
        written[row, column] = ax.text(column, row, text, color=color, **options)
    return written


def _contrast(image, value):
    if np.isnan(value):  # the cell is left out, and the ground of the figure is seen
        return text_color()
    red, green, blue, _ = image.cmap(image.norm(value))
    return "black" if 0.3 * red + 0.6 * green + 0.1 * blue > 0.5 else "white"


def _letter_size(ax, texts):
    """Return how large letters may be for the widest text to stay in its cell."""
    widest = max(texts.ravel(), key=lambda text: max(map(len, text.split("\n"))))
    probe = ax.text(0, 0, widest)
    size, room = probe.get_window_extent(), ax.get_window_extent()
    probe.remove()
    fits = 0.9 * min(
        room.width / texts.shape[1] / size.width,
        room.height / texts.shape[0] / size.height,
    )
    return probe.get_fontsize() * min(1.0, fits)
