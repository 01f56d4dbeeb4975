"""Write what a study found as one HTML file that opens offline, anywhere."""

import os
import secrets
from base64 import b64encode
from pathlib import Path

import jinja2
import pandas as pd

from skn_noise.report._lost import find_lost
from skn_noise.report._methods import describe_methods
from skn_noise.report._pictures import draw_comparison, draw_samples, draw_scores
from skn_noise.report._tables import as_rows
from skn_noise.results._words import describe_cost, lay_out

_TEMPLATE = "report.html"


def write_report(path, curves, *, dataset, settings=None, samples=()):
    """Write the report of a study to a file that is whole or not there.

    Parameters
    ----------
    path : str or path-like
        The file to write, by custom ``report.html``.

    curves : dict of NoiseCurve
        The curves of a study, by what they were trained on.

    dataset : str
        What the data are called.

    settings : dict, default=None
        What else a reader may want to know of the run, by its names.

    samples : iterable of NoisySamplesDisplay, default=()
        Images to show.

    Raises
    ------
    OSError
        If `path` cannot be written to.
    """
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    html = make_report(curves, dataset=dataset, settings=settings, samples=samples)
    try:
        unfinished.write_text(html, encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def make_report(curves, *, dataset, settings=None, samples=()):
    """Return the report of a study as HTML; :func:`write_report` documents it."""
    summary = stack({name: curve.summary() for name, curve in curves.items()})
    scores = stack({name: curve.scores for name, curve in curves.items()})
    methods, references = describe_methods(curves, dataset)
    return _template().render(
        dataset=dataset,
        findings={name: describe_cost(curve) for name, curve in curves.items()},
        pictures=draw_scores(curves),
        comparison=draw_comparison(curves),
        lost=find_lost(curves),
        samples=[draw_samples(display) for display in samples],
        table=as_rows(lay_out(summary)),
        methods=methods,
        references=references,
        settings=settings or {},
        downloads={
            "scores.csv": _as_link(scores),
            "summary.csv": _as_link(summary),
        },
    )


def stack(tables):
    """Put the tables of all curves under each other, named in the first column."""
    return pd.concat(tables, names=["training"]).reset_index("training")


def _as_link(table):
    """Return a table as a link that holds it."""
    csv = table.to_csv(index=False).encode()
    return f"data:text/csv;base64,{b64encode(csv).decode()}"


def _template():
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("skn_noise.report", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(_TEMPLATE)
