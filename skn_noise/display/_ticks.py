"""Ticks that name as many positions as there is room for.

This file imports matplotlib, and is imported when a picture is drawn.
"""

from functools import lru_cache

import numpy as np
from matplotlib.textpath import TextPath
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter


class RoomyLocator(FixedLocator):
    """Place the ticks of an axis where their labels do not overlap.

    They are chosen anew whenever the figure is drawn, as its size may change.
    """

    def __init__(self, labels):
        super().__init__(sorted(labels))
        self.labels = labels

    def tick_values(self, vmin, vmax):
        """Return the positions to name: the ends, and between them what has room."""
        low, high = sorted([vmin, vmax])
        inside = [x for x in self.locs.tolist() if low <= x <= high]
        if not inside:
            return inside
        places, sizes = self._places(inside), self._sizes(inside)
        kept = [0]
        for i in range(1, len(inside)):
            if _is_apart(places, sizes, kept[-1], i):
                kept.append(i)
        last = len(inside) - 1
        while kept[-1] not in (0, last) and not _is_apart(
            places, sizes, kept[-1], last
        ):
            kept.pop()
        if kept[-1] != last and _is_apart(places, sizes, kept[-1], last):
            kept.append(last)
        return [inside[i] for i in kept]

    def __call__(self):
        """Return the positions to name in what is seen of the axis."""
        return self.tick_values(*self.axis.get_view_interval())

    def _places(self, positions):
        """Return where on the figure the positions are, in points."""
        axes, dimension = self.axis.axes, self._dimension()
        points = np.zeros((len(positions), 2))
        points[:, dimension] = positions
        transform = (
            axes.get_yaxis_transform() if dimension else axes.get_xaxis_transform()
        )
        return transform.transform(points)[:, dimension] * 72 / axes.figure.dpi

    def _sizes(self, positions):
        """Return the lengths of the labels along the axis, in points, with a gap."""
        font = self.axis.get_major_ticks(1)[0].label1.get_fontproperties()
        height = font.get_size_in_points()
        if self._dimension():
            return np.full(len(positions), 1.2 * height)
        widths = [_width(self.labels[x], font.copy()) for x in positions]
        return np.add(widths, 0.6 * height)

    def _dimension(self):
        return int(self.axis.axis_name == "y")


@lru_cache(maxsize=1024)
def _width(label, font):
    """Return the width of a label in points."""
    return TextPath((0, 0), label, prop=font).get_extents().width


def _is_apart(places, sizes, one, other):
    return abs(places[one] - places[other]) >= (sizes[one] + sizes[other]) / 2


def labelled_positions(axis):
    """Return the positions of an axis that :func:`label_ticks` was given before."""
    return list(getattr(axis.get_major_locator(), "labels", []))


def label_ticks(axis, labels):
    """Label positions, a dict of texts, as far as there is room; mark the others."""
    axis.set_major_locator(RoomyLocator(labels))
    axis.set_major_formatter(FuncFormatter(lambda x, _: labels.get(x, f"{x:g}")))
    axis.set_minor_locator(FixedLocator(sorted(labels)))
    axis.set_minor_formatter(NullFormatter())
