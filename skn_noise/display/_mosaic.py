"""A mosaic of samples: a row for each, a column for each panel of values."""

import math
import operator

import numpy as np

from skn_noise.display._style import MARK_COLOR, fitting_size, text_color


def check_image_shape(image_shape, n_features):
    """Return the shape of an image that as many features fill, or None."""
    if image_shape is None:
        return None
    try:
        shape = tuple(operator.index(size) for size in image_shape)
    except TypeError:
        shape = ()
    # A single channel, as Keras has it, is a grey level.
    shape = shape[:2] if shape[2:] == (1,) else shape
    is_image = len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)
    if not is_image or min(shape) < 1 or math.prod(shape) != n_features:
        raise ValueError(
            "image_shape must be None or the shape of images of "
            f"{n_features} values, (height, width) or (height, width, 3); got "
            f"{image_shape!r}. Move channels that come first to the end, with "
            "images.transpose(0, 2, 3, 1)."
        )
    return shape


def draw_images(ax, levels, image_shape):
    """Draw levels of shape (n_panels, n_samples, n_features) as images.

    Each image is a square of size 1, with a margin.
    """
    n_panels, n_samples, _ = levels.shape
    images = levels.reshape(n_panels, n_samples, *image_shape)
    # The margins are transparent: a fourth channel of colours, NaN of grey levels.
    if len(image_shape) == 3:
        images = np.concatenate([images, np.ones_like(images[..., :1])], axis=-1)
    margins = [(0, 0), (0, 0), (1, 1), (1, 1), (0, 0)][: images.ndim]
    background = 0.0 if len(image_shape) == 3 else np.nan
    images = np.pad(images, margins, constant_values=background)
    columns = [np.concatenate(panel) for panel in images]
    mosaic = np.concatenate(columns, axis=1)
    # Cells of size 1 let labels and frames count rows and columns, not pixels.
    height, width = images.shape[2:4]
    place = {"extent": (0, n_panels, n_samples, 0), "aspect": height / width}
    ax.imshow(mosaic, cmap="gray", vmin=0, vmax=1, **place)


def draw_bars(ax, levels, zeros):
    """Draw levels of shape (n_panels, n_samples, n_features) as bars.

    `zeros` are the levels of the value 0, by panel, at which bars begin.
    """
    from matplotlib.collections import PolyCollection  # importing skn_noise stays light

    n_panels, n_samples, n_features = levels.shape
    panel, sample, feature = np.indices(levels.shape)
    width = 0.9 / n_features
    left = panel + 0.05 + feature * width
    right = left + 0.8 * width
    zeros = np.broadcast_to(np.reshape(zeros, (-1, 1, 1)), levels.shape)
    top, base = (sample + 0.95 - 0.9 * level for level in (levels, zeros))
    x = np.stack([left, left, right, right], axis=-1)
    y = np.stack([base, top, top, base], axis=-1)
    bars = np.stack([x, y], axis=-1).reshape(-1, 4, 2)
    ax.add_collection(PolyCollection(bars, facecolor=text_color(), linewidth=0))
    ax.set(xlim=(0, n_panels), ylim=(n_samples, 0))


def frame_cells(ax, is_framed):
    """Frame cells; `is_framed` has a row for each sample, a column for each panel."""
    from matplotlib.patches import Rectangle  # importing skn_noise stays light

    style = {"fill": False, "color": MARK_COLOR, "linewidth": 2}
    for row, column in np.argwhere(is_framed):
        ax.add_patch(Rectangle((column, row), 1, 1, **style))


def label_cells(ax, columns, rows=None):
    """Write the labels of columns above them, and those of rows beside them."""
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize="small")
    ax.xaxis.tick_top()
    ax.set_xticks(0.5 + np.arange(len(columns)), columns)
    if rows is None:
        ax.set_yticks([])
        ax.set_ylabel("samples")
    else:
        ax.set_yticks(0.5 + np.arange(len(rows)), rows)
        size = fitting_size(ax, rows, (len(rows), 1))
        ax.tick_params(axis="y", labelsize=size or "xx-small")
    size = fitting_size(ax, columns, (1, len(columns)))
    # A label that is too long for its column is turned.
    turned = {"labelrotation": 90, "labelsize": "xx-small"}
    ax.tick_params(axis="x", **(turned if size is None else {"labelsize": size}))
