"""What a sweep keeps in its folder, so that all else can be made from it again."""

import json
from typing import NamedTuple

from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.report._samples_file import load_samples, save_samples
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._saved import write_whole
from skn_noise.study._regime import REGIMES

_RECORD = "run.json"
_SAMPLES = "samples"


class Sweep(NamedTuple):
    """A sweep: how it was run, its curves, samples, and those lost, by training."""

    record: dict
    curves: dict[str, NoiseCurve]
    samples: NoisySamplesDisplay
    lost: dict[str, NoisySamplesDisplay]


def keep_sweep(folder, sweep):
    """Write the record and, into a folder in it, all that the sweep found."""
    (folder / "curves").mkdir(exist_ok=True)
    for training, curve in sweep.curves.items():
        curve.save(_file(folder, training))
        save_samples(_file(folder, f"{training}-{_SAMPLES}"), sweep.lost[training])
    save_samples(_file(folder, _SAMPLES), sweep.samples)
    text = json.dumps(sweep.record, indent=2, default=str)
    write_whole(folder / _RECORD, f"{text}\n".encode())


def load_sweep(folder):
    """Read what :func:`keep_sweep` wrote."""
    record, curves = _load_record(folder), load_curves(folder)
    lost = {
        training: _load(folder, load_samples, f"{training}-{_SAMPLES}")
        for training in curves
    }
    return Sweep(record, curves, _load(folder, load_samples, _SAMPLES), lost)


def load_curves(folder):
    """Read the curves of a sweep, by training."""
    trainings = dict.fromkeys(_load_record(folder)["arguments"]["training"])
    return {
        training: _load(folder, NoiseCurve.load, training) for training in trainings
    }


def _file(folder, name):
    return folder / "curves" / f"{name}.npz"


def _load_record(folder):
    """Return the record, if it has what is needed of it."""
    try:
        record = json.loads((folder / _RECORD).read_bytes())
        trainings = set(record["arguments"]["training"])
        is_known = bool(trainings) and trainings.issubset(REGIMES)
        is_whole = isinstance(record["dataset"], str) and is_known
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_sweep(folder, _RECORD) from error
    except (KeyError, TypeError, ValueError):
        is_whole = False
    if not is_whole:
        raise ValueError(
            f"{folder / _RECORD} must say what was run, as 'skn-noise sweep' wrote it, "
            f"but it is damaged or of another version. {_again(folder)}"
        )
    return record


def _load(folder, read, name):
    try:
        return read(_file(folder, name))
    except FileNotFoundError as error:
        raise _no_sweep(folder, f"curves/{name}.npz") from error


def _no_sweep(folder, missing):
    return ValueError(
        f"{folder} must be a folder that 'skn-noise sweep' filled, but it has no "
        f"{missing}. {_again(folder)}"
    )


def _again(folder):
    return f"Name another, or run the sweep (again) with --output {folder}."
