"""Recall of every class against the scale of the noise, as a heat map."""

from typing import TYPE_CHECKING, Self

import pandas as pd
from numpy.typing import ArrayLike
from pandas import DataFrame

from skn_noise.display._checks import check_ax, check_curve, checks_options
from skn_noise.display._heat_map import draw_heat_map, figures, label_cells
from skn_noise.display._scale_axis import scale_label, scale_texts, unit_of
from skn_noise.display._title import make_title, set_title
from skn_noise.results._curve import NoiseCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ClassRecallDisplay:
    """Draw a heat map of recalls: classes down, scales of the noise across.

    Make it with :meth:`from_curve`.

    Parameters
    ----------
    recalls : DataFrame
        The :meth:`~NoiseCurve.by_class` of a :class:`NoiseCurve`.

    interval : bool, default=False
        Whether to write the 95 % interval below each recall.

    title : str, default=None
        The title of the picture; None means none.

    unit : str, default=None
        The unit of the scales in words; None means that it is not known.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the heat map.

    figure_ : matplotlib Figure
        Figure that holds it.

    im_ : matplotlib AxesImage
        The heat map.

    text_ : ndarray of matplotlib Text of shape (n_classes, n_scales) or None
        The recalls; None if the cells are too small for them.

    See Also
    --------
    NoiseCurve.by_class : The same recalls and intervals as a table.
    NoisySamplesDisplay.from_curve : Draws the samples that are lost first and last.

    Notes
    -----
    The brighter, the better. The colours go from the smallest recall to the largest,
    but over no less than a tenth.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import ClassRecallDisplay, GaussianNoiseTransformer, noise_curve
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
    >>> curve = noise_curve(pipeline, X, y, scales=[0, 1], scoring="accuracy")
    >>> display = ClassRecallDisplay.from_curve(curve)
    >>> display.frame().shape
    (3, 2)
    """

    def __init__(
        self,
        *,
        recalls: DataFrame,
        interval: bool = False,
        title: str | None = None,
        unit: str | None = None,
    ) -> None:
        self.recalls = recalls
        self.interval = interval
        self.title = title
        self.unit = unit

    @classmethod
    @checks_options
    def from_curve(
        cls,
        curve: NoiseCurve,
        *,
        classes: ArrayLike | None = None,
        interval: bool = False,
        title: bool | str = False,
        ax: "Axes | None" = None,
        im_kw: dict | None = None,
    ) -> Self:
        """Draw the recalls of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            A curve with predictions.

        classes : array-like, default=None
            The classes to draw; None means all.

        interval : bool, default=False
            Whether to write the 95 % interval below each recall.

        title : bool or str, default=False
            The title; True composes one of estimator, data and folds, as far as the
            curve knows them.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        im_kw : dict, default=None
            Options of the heat map, as ``Axes.imshow`` takes them: `cmap`, `vmin`, ...

        Returns
        -------
        display : ClassRecallDisplay

        Raises
        ------
        ValueError
            If the curve has no predictions, is of a regressor, or lacks a class.

        TypeError
            If what is passed is no curve, Axes or title.
        """
        check_curve(curve)
        recalls = curve.by_class(classes)
        title = make_title(title, curve)
        display = cls(
            recalls=recalls, interval=interval, title=title, unit=unit_of(curve)
        )
        return display.plot(ax=ax, im_kw=im_kw)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            Recalls: a row for every class and a column for every scale. With the
            intervals, this thrice: the columns have a first level of recall, lower and
            upper.
        """
        tables = self._tables()
        return pd.concat(tables, axis="columns") if self.interval else tables["recall"]

    @checks_options
    def plot(self, ax: "Axes | None" = None, *, im_kw: dict | None = None) -> Self:
        """Draw the heat map.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        im_kw : dict, default=None
            Options of the heat map, as ``Axes.imshow`` takes them: `cmap`, `vmin`, ...

        Returns
        -------
        display : ClassRecallDisplay
        """
        check_ax(ax)
        tables = self._tables()
        recalls = tables["recall"]
        self.im_, self.text_ = draw_heat_map(
            ax,
            recalls,
            figures(*tables.values()),
            is_fraction=True,
            is_loss=False,
            label="validation recall",
            im_kw=im_kw,
        )
        self.ax_ = self.im_.axes
        self.figure_ = self.ax_.figure
        label_cells(self.ax_.xaxis, scale_texts(recalls.columns))
        label_cells(self.ax_.yaxis, map(str, recalls.index))
        self.ax_.set_xlabel(scale_label(self.unit))
        self.ax_.set_ylabel("class")
        set_title(self.ax_, self.title)
        return self

    def _tables(self):
        """Return the recalls and, if asked for, their bounds."""
        columns = ["recall", "lower", "upper"] if self.interval else ["recall"]
        return {
            column: self.recalls.pivot(index="target", columns="scale", values=column)
            for column in columns
        }
