"""The report of a study: one HTML file without scripts that opens offline."""

from base64 import b64encode
from numbers import Real
from os import PathLike
from typing import Any, NamedTuple

import jinja2
import pandas as pd
from markupsafe import Markup

from skn_noise._sklearn import validate_params
from skn_noise._versions import __version__
from skn_noise.display._comparison import check_curves
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.display._page import table_html
from skn_noise.report._methods import describe_methods
from skn_noise.report._pictures import (
    Picture,
    draw_differences,
    draw_samples,
    draw_scores,
)
from skn_noise.report._tables import (
    find_lost,
    list_settings,
    read_by_feature,
    spread_tables,
)
from skn_noise.results._by_feature import NoiseByFeature
from skn_noise.results._compare import compare_curves
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._features import read_features
from skn_noise.results._files import PATH, as_file, place_to_write, to_csv, write_whole
from skn_noise.results._summary import describe_cost
from skn_noise.results._table import describe_brackets, describe_notes, lay_out
from skn_noise.results._tolerance import check_one_target


class _Compared(NamedTuple):
    """The differences of curves in sentences and a picture, or why there are none."""

    sentences: list[str]
    picture: Picture | None


@validate_params(
    {
        "path": PATH,
        "dataset": [str],
        "settings": [dict, None],
        "samples": [NoisySamplesDisplay, None],
        "lost": [dict, None],
        "by_feature": [NoiseByFeature, None],
        "target": [Real, None],
        "relative": [Real, None],
        "snr": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def write_report(
    path: str | PathLike,
    curves: NoiseCurve | dict[str, NoiseCurve],
    *,
    dataset: str,
    settings: dict[str, Any] | None = None,
    samples: NoisySamplesDisplay | None = None,
    lost: dict[str, NoisySamplesDisplay] | None = None,
    by_feature: NoiseByFeature | None = None,
    target: float | None = None,
    relative: float | None = None,
    snr: bool = False,
) -> None:
    """Write the report of a study to one HTML file that opens offline.

    Parameters
    ----------
    path : str or os.PathLike
        The file, for instance ``"report.html"``. An existing file is replaced once the
        new one is complete.

    curves : NoiseCurve or dict of NoiseCurve
        The curve of the study, or one to seven curves by their names, for instance
        those of several regimes of training.

    dataset : str
        Name of the data.

    settings : dict, default=None
        Further settings to list in the report, by their names.

    samples : NoisySamplesDisplay, default=None
        Samples to show, as :meth:`NoisySamplesDisplay.from_estimator` returns them.

    lost : dict of NoisySamplesDisplay, default=None
        The samples that each curve lost first and last, by the names of the curves, as
        :meth:`NoisySamplesDisplay.from_curve` returns them. A single curve is named
        ``"study"``.

    by_feature : NoiseByFeature, default=None
        Study of the same samples by feature, as :func:`noise_by_feature` returns it,
        for a section with the tolerance of each feature.

    target : float, default=None
        Lowest score of the first metric to accept, or highest loss. The tolerances of
        the curves for it are stated and marked in the pictures, and the comparison and
        the section by feature are for this target.

    relative : float, default=None
        The same as a fraction of the score at the smallest scale, in place of `target`.
        If both are None, only the comparison and the section by feature have a target,
        0.9 times the score without noise.

    snr : bool, default=False
        Whether the pictures of the scores have a second axis, the ratio of signal to
        noise in decibels, as in :meth:`NoiseCurveDisplay.from_curve`.

    Raises
    ------
    ValueError
        If there is no curve or there are more than seven, `lost` has the name of no
        curve, both `target` and `relative` are given, `path` is a folder, a device or a
        pipe, or another argument has the wrong type.

    TypeError
        If one of `curves` is no NoiseCurve, or one of `lost` no NoisySamplesDisplay.

    OSError
        If the file cannot be written.

    See Also
    --------
    NoiseCurve.save : Save a curve to the last digit.

    Notes
    -----
    Classes and lost samples are reported for classifiers whose curves have predictions.
    If :func:`compare_curves` raises an error, the report gives its message in place of
    the comparison, and likewise if no scale of a curve reaches the target. The page has
    no scripts, and the tables are links to download.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, noise_curve, write_report
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
    >>> curve = noise_curve(pipeline, X, y, scales=[0.5, 1], scoring="accuracy")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(os.path.join(folder, "report.html"), curve, dataset="iris")
    ...     os.listdir(folder)
    ['report.html']
    """
    path = place_to_write(as_file(path))  # before the work
    html = make_report(
        {"study": curves} if isinstance(curves, NoiseCurve) else curves,
        dataset=dataset,
        settings=settings or {},
        samples=samples,
        lost=lost or {},
        by_feature=by_feature,
        target=target,
        relative=relative,
        snr=snr,
    )
    # A name that is not UTF-8, as of a data file, stands with escapes in the page.
    write_whole(path, html.encode(errors="backslashreplace"))


def make_report(
    curves,
    *,
    dataset,
    settings,
    samples,
    lost,
    by_feature=None,
    target=None,
    relative=None,
    snr=False,
):
    """Return the report of a study as HTML."""
    check_curves(curves)
    _check_lost(lost, curves)
    asked = {"target": target, "relative": relative}
    tolerances = find_tolerances(curves, **asked)
    pictures = draw_scores(curves, tolerances, snr)
    comparison, compared = _compare(curves, asked)
    features = None
    if by_feature is not None:
        features = read_by_feature(by_feature, find_features(by_feature, **asked))
    methods, references = describe_methods(curves, dataset, comparison, by_feature)
    scores, summary = score_table(curves), summary_table(curves)
    studies, tables = curves, {"scores.csv": scores, "summary.csv": summary}
    if by_feature is not None:
        studies = curves | {"by feature": by_feature}
        tables["by_feature.csv"] = features.numbers
    return _template().render(
        dataset=dataset,
        findings={
            name: _state(describe_cost(curve), tolerances.get(name))
            for name, curve in curves.items()
        },
        pictures=pictures,
        compared=compared,
        features=features,
        lost=find_lost(curves, lost),
        samples=None if samples is None else draw_samples(samples, dataset),
        table=lay_out(summary),
        table_notes=describe_notes(summary),
        table_caption=describe_table(summary),
        spreads=spread_tables(curves),
        methods=methods,
        references=references,
        settings=list_settings(studies, settings),
        downloads={name: _as_link(table) for name, table in tables.items()},
        version=__version__,
    )


def _check_lost(lost, curves):
    unknown = [name for name in lost if name not in curves]
    if unknown:
        raise ValueError(
            f"The keys of lost must be names of curves, {list(curves)}; got {unknown}."
        )
    for name, display in lost.items():
        if not isinstance(display, NoisySamplesDisplay):
            raise TypeError(
                f"lost[{name!r}] must be a NoisySamplesDisplay, got "
                f"{type(display).__name__}. NoisySamplesDisplay.from_curve makes one."
            )


def find_tolerances(curves, target=None, relative=None):
    """Find the tolerance of each curve, or the reason why it has none, in words.

    The dict is empty if no target is given.
    """
    if target is None and relative is None:
        return {}
    check_one_target(target, relative)
    return {
        name: _tolerance_of(curve, target, relative) for name, curve in curves.items()
    }


def _tolerance_of(curve, target, relative):
    try:
        return curve.tolerance(target, relative=relative)
    except ValueError as error:  # no scale reaches the target
        return str(error).removesuffix(".")


def _state(cost, tolerance):
    """Return the sentences on the cost of the noise and on the tolerance."""
    if tolerance is None:
        return cost
    sentence = str(tolerance)
    return f"{cost} {sentence[0].upper()}{sentence[1:]}."


def find_features(by_feature, target=None, relative=None):
    """Read a study by feature, for the default target if it misses that given."""
    try:
        return read_features(by_feature, target, relative)
    except ValueError:
        return read_features(by_feature)


def score_table(curves):
    """Return the scores of all curves in one table."""
    return _stack({name: curve.scores for name, curve in curves.items()})


def summary_table(curves):
    """Return the summaries of all curves in one table."""
    return _stack({name: curve.summary() for name, curve in curves.items()})


def describe_table(summary):
    """Say what the means and the brackets in a table of scores are."""
    brackets = describe_brackets(summary, 0.95)
    return f"Means over the folds{brackets and f'; {brackets}'}."


def _stack(tables):
    """Join tables, with their names in the first column."""
    return pd.concat(tables, names=["curve"]).reset_index("curve")


def _compare(curves, asked):
    """Return the comparison of several curves and its section, or the reason."""
    if len(curves) == 1:
        return None, None
    # Curves of other scales or folds are shown side by side, with the reason why they
    # are not compared.
    try:
        comparison = compare_curves(curves, **asked)
    except ValueError as error:
        return None, _Compared([f"They are not compared: {error}"], None)
    return comparison, _Compared(comparison.findings, draw_differences(comparison))


def _as_link(table):
    """Return the URL of a link that downloads a table."""
    # The content stands in the link, so that the report stays a single file.
    csv = to_csv(table).encode()
    return f"data:text/csv;base64,{b64encode(csv).decode()}"


def _template():
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("skn_noise.report", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["as_html"] = lambda table: Markup(table_html(table))
    return environment.get_template("report.html")
