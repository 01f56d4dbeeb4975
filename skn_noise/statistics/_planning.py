"""The number of samples of a study that is to show a cost."""

from math import ceil
from numbers import Integral, Real

from scipy.stats import norm

from skn_noise._sklearn import Interval, validate_params

_SHARE = Interval(Real, 0, 1, closed="both")
_INSIDE = Interval(Real, 0, 1, closed="neither")


@validate_params(
    {
        "cost": [_INSIDE],
        "discordant": [_SHARE],
        "accuracy": [_SHARE],
        "n_folds": [Interval(Integral, 2, None, closed="left")],
        "n_draws": [Interval(Integral, 1, None, closed="left")],
        "draw_share": [_SHARE],
        "power": [Interval(Real, 0.5, 1, closed="left")],
        "confidence": [_INSIDE],
    },
    prefer_skip_nested_validation=True,
)
def required_n_samples(
    cost: float,
    *,
    discordant: float,
    accuracy: float = 0.9,
    n_folds: int = 5,
    n_draws: int = 1,
    draw_share: float = 0.0,
    power: float = 0.8,
    confidence: float = 0.95,
) -> int:
    r"""Compute how many samples show a cost of the noise in a cross-validation.

    See :doc:`/guide/planning` for where the numbers come from.

    Parameters
    ----------
    cost : float
        Difference of two accuracies that is to be shown: 0.01 is 1 point.

    discordant : float
        Fraction of the samples on which the two scales differ, one being correct and
        the other wrong; at least `cost`.

    accuracy : float, default=0.9
        The lower of the two accuracies.

    n_folds : int, default=5
        Number of folds.

    n_draws : int, default=1
        Number of draws of the noise that each fit is validated on.

    draw_share : float, default=0.0
        Fraction of the variance over samples that is due to the draw of the noise, with
        one draw. If 0, more draws are not expected to help.

    power : float, default=0.8
        Probability that the interval of the cost does not include 0, at least 0.5.

    confidence : float, default=0.95
        Confidence level of the interval.

    Returns
    -------
    n_samples : int
        Number of samples for training and validation together.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    With the quantiles :math:`z` of the normal distribution, the cost :math:`d`, the
    discordant fraction :math:`q`, the share :math:`s` of the draw, :math:`D` draws,
    :math:`K` folds, and :math:`a = 1/4 + p (1 - p)` of :func:`accuracy_difference`:

    .. math:: n = \frac{(z_\text{confidence} + z_\text{power})^2}{d^2}\,
              (q - d^2) \left(1 - s + \frac{s}{D} + \frac{a K}{K - 1}\right)

    Examples
    --------
    To show 1 point if the scales differ on 5 % of the samples:

    >>> from skn_noise.statistics import required_n_samples
    >>> required_n_samples(0.01, discordant=0.05)
    5582
    """
    if discordant < cost:
        raise ValueError(
            f"discordant must be at least cost, {cost!r}, got {discordant!r}. At least "
            "that many samples are discordant if the accuracy falls by the cost."
        )
    quantiles = norm.ppf((1 + confidence) / 2) + norm.ppf(power)
    of_samples = 1 - draw_share + draw_share / n_draws
    weight = 1 / 4 + accuracy * (1 - accuracy)
    of_training = weight * n_folds / (n_folds - 1)
    variance = (discordant - cost**2) * (of_samples + of_training)
    return ceil(quantiles**2 / cost**2 * variance)
