"""A mosaic of samples: a row for each, a column for each panel of values."""

from typing import NamedTuple

import numpy as np

from skn_noise.display._style import MARK_COLOR, name_ticks, text_color

_MOST_BARS = 32
_LETTER = 0.55  # width of a letter, as a share of the font size


class Cell(NamedTuple):
    """Width and height of a cell, and the coordinate at which the first begins."""

    width: float
    height: float
    origin: float

    def corner(self, row, column):
        """Return the upper left corner of a cell."""
        return self.origin + column * self.width, self.origin + row * self.height

    def middles(self, n_cells, size):
        """Return the middles of cells side by side."""
        return self.origin + size * (np.arange(n_cells) + 0.5)


def draw_images(ax, levels, image_shape):
    """Draw levels of shape (n_panels, n_samples, n_features) as images."""
    n_panels, n_samples, _ = levels.shape
    images = levels.reshape(n_panels, n_samples, *image_shape)
    # The margins are transparent: a fourth channel of colours, NaN of grey levels.
    if len(image_shape) == 3:
        images = np.concatenate([images, np.ones_like(images[..., :1])], axis=-1)
    margins = [(0, 0), (0, 0), (1, 1), (1, 1), (0, 0)][: images.ndim]
    background = 0.0 if len(image_shape) == 3 else np.nan
    images = np.pad(images, margins, constant_values=background)
    columns = [np.concatenate(panel) for panel in images]
    ax.imshow(np.concatenate(columns, axis=1), cmap="gray", vmin=0, vmax=1)
    height, width = image_shape[:2]
    return Cell(width + 2, height + 2, -0.5)


def draw_vectors(ax, levels, zeros):
    """Draw levels of shape (n_panels, n_samples, n_features) as bars or lines.

    `zeros` are the levels of the value 0, by panel, at which bars begin.
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
    if n_features <= _MOST_BARS:
        x = np.stack([left, left, left + 0.8 * width, left + 0.8 * width], axis=-1)
        y = np.stack([base, top, top, base], axis=-1)
        bars = np.stack([x, y], axis=-1).reshape(-1, 4, 2)
        ax.add_collection(PolyCollection(bars, facecolor=text_color(), linewidth=0))
    else:
        lines = np.stack([left + width / 2, top], axis=-1)
        lines = lines.reshape(-1, n_features, 2)
        ax.add_collection(LineCollection(lines, colors=text_color(), linewidths=0.8))
    ax.set(xlim=(0, n_panels), ylim=(n_samples, 0))
    return Cell(1, 1, 0)


def label_columns(ax, cell, labels):
    """Write the labels of columns above them, turned if they would overlap."""
    middles = cell.middles(len(labels), cell.width)
    name_ticks(ax.xaxis, middles, labels, fontsize="small")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.apply_aspect()
    texts = ax.get_xticklabels()
    longest = max(len(line) for label in labels for line in label.split("\n"))
    room = ax.get_window_extent().width * 72 / ax.figure.dpi / len(labels)
    if longest * _LETTER * texts[0].get_fontsize() > room:
        ax.tick_params(axis="x", labelrotation=90)


def label_rows(ax, cell, labels):
    """Write the labels of rows beside them."""
    middles = cell.middles(len(labels), cell.height)
    name_ticks(ax.yaxis, middles, labels, fontsize="small")


def frame_cells(ax, cell, is_framed):
    """Frame cells; `is_framed` has a row for each sample, a column for each panel."""
    from matplotlib.patches import Rectangle  # importing skn_noise stays light

    for row, column in np.argwhere(is_framed):
        corner, size = cell.corner(row, column), (cell.width, cell.height)
        frame = Rectangle(corner, *size, fill=False, color=MARK_COLOR, linewidth=2)
        ax.add_patch(frame)
