"""The files that a sweep leaves in its folder, made from what it kept."""

from io import BytesIO

import matplotlib.pyplot as plt

from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.report._report import score_table, summary_table, write_report
from skn_noise.results._saved import write_whole

_DPI = 120


def prepare_folder(folder):
    """Make the folder; noise_curve checks that the trainings can be saved in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"--output {folder} cannot be written to ({error}); name another folder"
        ) from error


def write_files(folder, sweep):
    """Write tables, pictures and the report; the record is kept with the results."""
    _write_table(folder / "scores.csv", score_table(sweep.curves))
    _write_table(folder / "summary.csv", summary_table(sweep.curves))
    write_picture(folder / "curve.png", _draw_curves(sweep.curves))
    write_picture(folder / "samples.png", sweep.samples.plot().figure_)
    write_report(
        folder / "report.html",
        sweep.curves,
        dataset=sweep.record["dataset"],
        settings=_settings(sweep.record),
        samples=sweep.samples,
        lost=sweep.lost,
    )


def write_picture(path, figure):
    """Write a figure in the format that the name of the file says, and close it."""
    content = BytesIO()
    figure.savefig(content, format=path.suffix[1:], dpi=_DPI)
    plt.close(figure)
    write_whole(path, content.getvalue())


def _write_table(path, table):
    write_whole(path, table.to_csv(index=False).encode())


def _draw_curves(curves):
    """Draw accuracy and loss of one regime, or compare several in both."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 4.5), layout="constrained")
    if len(curves) == 1:
        (curve,) = curves.values()
        NoiseCurveDisplay.from_curve(curve, ax=left)
        NoiseCurveDisplay.from_curve(curve, second_metric="neg_log_loss", ax=right)
        return figure
    for metric, ax in (("accuracy", left), ("neg_log_loss", right)):
        NoiseComparisonDisplay.from_curves(curves, metric=metric, ax=ax)
    return figure


def _settings(record):
    """Return the options that the sweep was called with, and how long it took."""
    options = {
        name.replace("_", "-"): value
        for name, value in record["arguments"].items()
        if value not in (None, False)
    }
    return options | {"seconds": record.get("seconds")}
