"""The manifest of a study: its arguments, hashes, versions and machine."""

import platform
from contextlib import suppress
from numbers import Integral
from pathlib import Path

import numpy as np

from skn_noise._sklearn import n_samples
from skn_noise._versions import DISTRIBUTIONS, version_of
from skn_noise.study._key import hash_of
from skn_noise.study._plan import in_text, random_states_of
from skn_noise.study._scales import unit_of_scales


def manifest_of(plan, estimator, *, param_name, training):
    """Return the manifest, as values that JSON can hold."""
    params = estimator.get_params()
    versions = {name: version_of(dist) for name, dist in DISTRIBUTIONS.items()}
    own_version = versions.pop("skn_noise")
    return {
        "study": _study_digest(plan),
        "estimator": in_text(estimator),
        # As text, because parameters may be objects that JSON cannot hold.
        "parameters": {name: in_text(params[name]) for name in sorted(params)},
        "random_states": {
            name: int(value) if isinstance(value, Integral) else None
            for name, value in random_states_of(estimator).items()
        },
        "param_name": param_name,
        "unit": unit_of_scales(estimator, param_name),
        # The regime in which a model was trained before is not known.
        "training": None if plan.study.is_prefit else training,
        "cv": plan.splitter,
        "folds": plan.fold_digests,
        "scoring": in_text(plan.study.scoring),
        "own_code": plan.key.own_code,
        "data": _data(plan),
        "versions": {"python": platform.python_version()} | versions,
        "processor": _processor(),
        "platform": platform.platform(),
        "skn_noise": own_version,
    }


def _study_digest(plan):
    """Hash everything that scores depend on but scales, folds, repeats and versions.

    How a splitter has split the data counts; folds that a user lists are parts. None if
    a part cannot be hashed.
    """
    key = plan.key
    if key.refused:
        return None
    folds = None if plan.splitter is None else plan.fold_digests
    return hash_of([key.data, key.estimator, key.scoring, key.own_code, folds])


def _data(plan):
    shape = getattr(plan.X, "shape", None) or np.shape(plan.X)
    return {
        "fingerprint": plan.key.data,
        "n_samples": int(n_samples(plan.X)),
        "n_features": int(shape[1]) if len(shape) > 1 else None,
        "groups": _groups_digest(plan.groups),
    }


def _groups_digest(groups):
    if groups is None:
        return None
    return hash_of([groups.codes, *map(str, groups.categories)])


def _processor():
    # On most Linux systems, `platform.processor` returns an empty string.
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
