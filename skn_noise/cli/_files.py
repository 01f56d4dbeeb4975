"""The files that a sweep leaves in its folder."""

import json
import platform
from functools import partial

import joblib
import matplotlib.pyplot as plt

from skn_noise._versions import version_of
from skn_noise.cli._tables import stack
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._noisy_samples import NoisySamplesDisplay

_LIBRARIES = ("skn_noise", "scikit-learn", "scikeras", "keras", "tensorflow", "numpy")


def prepare_folder(folder):
    """Make the folder; noise_curve checks that the trainings can be saved in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"--output {folder} cannot be written to ({error}); name another folder"
        ) from error


def write_results(args, dataset, pipeline, curves, summary, seconds):
    """Write the five files."""
    write = partial(_write_whole, args.output)
    scores = stack({name: curve.scores for name, curve in curves.items()})
    write("scores.csv", lambda path: scores.to_csv(path, index=False))
    write("summary.csv", lambda path: summary.to_csv(path, index=False))
    figure, axes = plt.subplots(1, 2, figsize=(14, 4.5), layout="constrained")
    _draw_curves(curves, *axes)
    write("curve.png", partial(figure.savefig, dpi=120))
    samples = NoisySamplesDisplay.from_estimator(
        pipeline,
        dataset.X,
        scales=args.scales,
        image_shape=dataset.image_shape or (1, dataset.X.shape[1]),
    )
    write("samples.png", partial(samples.figure_.savefig, dpi=120))
    text = json.dumps(_record(args, dataset, seconds), indent=2, default=str)
    write("run.json", lambda path: path.write_text(text + "\n", encoding="utf-8"))


def _draw_curves(curves, left, right):
    """Draw accuracy and loss of one regime, or compare several in both."""
    if len(curves) == 1:
        (curve,) = curves.values()
        NoiseCurveDisplay.from_curve(curve, ax=left)
        NoiseCurveDisplay.from_curve(curve, second_metric="neg_log_loss", ax=right)
        return
    for metric, ax in (("accuracy", left), ("neg_log_loss", right)):
        NoiseComparisonDisplay.from_curves(curves, metric=metric, ax=ax)


def _record(args, dataset, seconds):
    """Return what was run."""
    arguments = {name: value for name, value in vars(args).items() if name != "runs"}
    return {
        "arguments": arguments,
        "seed": args.seed,
        "versions": {"python": platform.python_version()}
        | {name: version_of(name) for name in _LIBRARIES},
        "data_fingerprint": joblib.hash((dataset.X, dataset.y)),
        "seconds": round(seconds, 1),
    }


def _write_whole(folder, name, write):
    """Let `write` fill a temporary file, then rename it: no file is ever half there."""
    unfinished = folder / f".{name}"
    write(unfinished)
    unfinished.replace(folder / name)
