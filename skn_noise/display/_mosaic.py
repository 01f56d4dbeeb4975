"""A mosaic of samples: a row each, a column a panel, images or vectors in its cells."""

from typing import NamedTuple

import numpy as np

from skn_noise.display._style import MARK_COLOR, lay_out, line_style, makes_room

_MOST_BARS = 32
_SAMPLE_STYLE = {"color": None, "linewidth": 0.8}


class Cell(NamedTuple):
    """Size of a cell, and where the first begins, right and down."""

    width: float
    height: float
    origin: float

    def corner(self, row, column):
        """Return the corner of a cell, that on the left and above."""
        return self.origin + column * self.width, self.origin + row * self.height

    def middles(self, n_cells, size):
        """Return the middles of cells side by side."""
        return self.origin + size * (np.arange(n_cells) + 0.5)


def draw_images(ax, levels, image_shape):
    """Draw levels of shape (n_panels, n_samples, n_features) as images."""
    n_panels, n_samples, _ = levels.shape
    images = levels.reshape(n_panels, n_samples, *image_shape)
    if len(image_shape) == 3:  # between images of colours, too, one sees the ground
        images = np.concatenate([images, np.ones_like(images[..., :1])], axis=-1)
    margins = [(0, 0), (0, 0), (1, 1), (1, 1), (0, 0)][: images.ndim]
    ground = 0.0 if len(image_shape) == 3 else np.nan
    images = np.pad(images, margins, constant_values=ground)
    columns = [np.concatenate(panel) for panel in images]
    ax.imshow(np.concatenate(columns, axis=1), cmap="gray", vmin=0, vmax=1)
    height, width = image_shape[:2]
    return Cell(width + 2, height + 2, -0.5)


def draw_vectors(ax, levels, zeros):
    """Draw levels of shape (n_panels, n_samples, n_features) as bars or lines.

    `zeros` are the levels of the value 0, by panel, where bars begin.
    """
    from matplotlib.collections import LineCollection, PolyCollection

    n_panels, n_samples, n_features = levels.shape
    panel, sample, feature = np.indices(levels.shape)
    width = 0.9 / n_features
    left = panel + 0.05 + feature * width
    top, base = (
        sample + 0.95 - 0.9 * height
        for height in (levels, np.broadcast_to(zeros[:, None, None], levels.shape))
    )
    color = line_style(_SAMPLE_STYLE, None)["color"]
    if n_features <= _MOST_BARS:
        x = np.stack([left, left, left + 0.8 * width, left + 0.8 * width], axis=-1)
        y = np.stack([base, top, top, base], axis=-1)
        bars = np.stack([x, y], axis=-1).reshape(-1, 4, 2)
        ax.add_collection(PolyCollection(bars, facecolor=color, linewidth=0))
    else:
        lines = np.stack([left + width / 2, top], axis=-1)
        lines = lines.reshape(-1, n_features, 2)
        ax.add_collection(LineCollection(lines, colors=color, linewidths=0.8))
    ax.set(xlim=(0, n_panels), ylim=(n_samples, 0))
    return Cell(1, 1, 0)


def label_columns(ax, cell, labels):
    """Write the labels of columns above them, upright where they would overlap."""
    ax.set_xticks(cell.middles(len(labels), cell.width), labels, fontsize="small")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    lay_out(ax.figure)
    ax.apply_aspect()
    room = 0.95 * ax.get_window_extent().width / len(labels)
    texts = ax.get_xticklabels()
    if max(text.get_window_extent().width for text in texts) > room:
        _turn_upright(ax, texts, room)


def _turn_upright(ax, texts, room):
    """Turn labels of columns, in letters that fit between them and below the top."""
    for text in texts:
        text.set_rotation(90)
    sizes = [text.get_window_extent() for text in texts]
    above = ax.figure.bbox.y1 - min(size.y0 for size in sizes)
    fits = min(
        room / max(size.width for size in sizes),
        # A figure that is laid out makes room by itself.
        1.0 if makes_room(ax.figure) else above / max(size.height for size in sizes),
    )
    for text in texts:
        text.set_fontsize(text.get_fontsize() * min(1.0, fits))


def label_rows(ax, cell, labels):
    """Write the labels of rows beside them."""
    ax.set_yticks(cell.middles(len(labels), cell.height), labels, fontsize="small")
    ax.tick_params(length=0)


def mark_cells(ax, cell, is_marked):
    """Frame cells; `is_marked` has a row a sample and a column a panel."""
    from matplotlib.patches import Rectangle  # importing skn_noise stays light

    for row, column in np.argwhere(is_marked):
        corner, size = cell.corner(row, column), (cell.width, cell.height)
        frame = Rectangle(corner, *size, fill=False, color=MARK_COLOR, linewidth=2)
        ax.add_patch(frame)
