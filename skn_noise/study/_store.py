"""Disk cache of finished cells, keyed by a hash of their inputs."""

import base64
import hashlib
import json
import os
from dataclasses import asdict
from numbers import Real
from pathlib import Path

import joblib
import numpy as np

from skn_noise.results._files import write_whole
from skn_noise.study._cell import CellResult, Score
from skn_noise.study._key import Key, differences, hash_of
from skn_noise.study._predict import Predictions

_FOLDER, _KEY = "skn_noise-cells", "key.json"

# Arguments of noise_curve on which the content of a cell depends.
_OPTIONS = {
    "scores_train": "return_train_score",
    "track_epochs": "track_epochs",
    "keeps_predictions": "return_predictions",
}

# Parts of a key that the arguments of a call explain, and parts that may have changed
# without the knowledge of the user.
_ARGUMENTS = {"estimator", "scoring", "options"}
_SURROUNDINGS = {"own_code", "versions", "settings"}

# Errors of reading a file that this module has not written.
_DAMAGE = (LookupError, RecursionError, TypeError, ValueError)


class CellStore:
    """The finished cells of a study, a small file each, in a folder of the study.

    A file contains a checksum, the hash of its cell and the result. It is JSON and not
    a pickle, because a folder that several people share must not run code. The key of
    the study is in the same folder, so that a later study can say how it differs. Only
    the process that runs the study writes.

    Parameters
    ----------
    memory : str, os.PathLike, joblib.Memory or None
        Folder for the cells of all studies. If None, nothing is kept.

    plan : Plan
        The study, its data and its cells.
    """

    def __init__(self, memory, plan):
        self.location = _location(memory)
        self.n_damaged = 0
        # A study that keeps nothing need not pay for hashing its folds.
        if self.location is None:
            return
        if plan.key.refused:
            raise ValueError(plan.key.refused)
        self._key, self._folds, self._plan = plan.key, plan.fold_digests, plan
        self._options = {
            name: vars(plan.study)[field] for field, name in _OPTIONS.items()
        }
        self._all = Path(self.location).absolute() / _FOLDER
        # 32 digits are 128 bits, which no two studies share, and keep the path short.
        self._folder = self._all / hash_of([asdict(self._key), self._options])[:32]

    def load(self, cell):
        """Return the result of a cell, None if it is not there or damaged."""
        if self.location is None:
            return None
        path, key = self._path(cell)
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            result = _decoded(content, key)
        except _DAMAGE:
            self.n_damaged += 1
            return None
        # The draws are no part of the key: the first of many are those of a few. A cell
        # with too few is run again as a whole, because its fit is not kept.
        n_draws = self._plan.study.n_draws
        return result.first_draws(n_draws) if result.n_draws >= n_draws else None

    def prepare(self):
        """Make the folder and write the key, before time is spent on cells."""
        if self.location is None:
            return
        try:
            self._write(_KEY, json.dumps([asdict(self._key), self._options]).encode())
        except OSError as error:
            raise ValueError(
                "memory must be a folder that can be written to, got "
                f"{self.location!r} ({error}). Pass another folder, or make this one "
                "writable."
            ) from error

    def save(self, cell, result):
        """Save the result of a cell."""
        if self.location is not None:
            path, key = self._path(cell)
            self._write(path.name, _encoded(result, key))

    def _write(self, name, content):
        # Made for every file, as the folder may have been deleted during the run.
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / name, content)

    def other_study(self):
        """Describe in words how the cells of the folder differ from those of the study.

        Returns a pair, the words and whether the arguments of the call explain the
        difference, or None if the folder has no cells of another study.
        """
        if self.location is None:
            return None
        mine = tuple(digest[:16] for digest in self._folds)
        n_cells = len([c for c in _cells_in(self._folder) if not c.startswith(mine)])
        why = ": cv has no random_state" if self._plan.folds_vary else ""
        found = [("folds", f"the folds differ{why}")]
        if not n_cells:
            keys = list(self._all.glob(f"*/{_KEY}"))
            others = [(self._differences(key), _cells_in(key.parent)) for key in keys]
            others = [(found, cells) for found, cells in others if found and cells]
            if not others:
                return None
            # The user most likely meant to repeat the study that differs least.
            found, cells = min(others, key=lambda other: len(other[0]))
            n_cells = len(cells)
        parts, words = zip(*found, strict=True)
        more = f", and {len(words) - 3} more" if len(words) > 3 else ""
        text = "; ".join(words[:3]) + more
        return (
            f"{n_cells} cells in {self.location} are of another study: "
            # A file of somebody else may hold codes that a terminal executes.
            f"{text if text.isprintable() else ascii(text)}.",
            bool(_ARGUMENTS & {*parts}) and not _SURROUNDINGS & {*parts},
        )

    def _differences(self, path):
        try:
            key, options = json.loads(path.read_bytes())
            found = differences(Key(**key), self._key)
            changed = [n for n, value in self._options.items() if options[n] != value]
            return found + [("options", f"{name} differs") for name in changed]
        except (OSError, *_DAMAGE):
            return []

    def _path(self, cell):
        """Return the file of a cell, and the hash that tells it from all others."""
        scales = [float(scale) for scale in (cell.train_scale, *cell.validation_scales)]
        # The digest of the fold and not its number, and the number of the repeat and
        # not how many there are: a study with more folds or repeats finds these cells.
        fold = self._folds[cell.fold]
        key = hash_of([self._folder.name, fold, scales, cell.repeat])
        # The fold comes first, so that names alone say which folds a folder holds.
        return self._folder / f"{fold[:16]}-{key[:32]}.json", key


def _location(memory):
    """Return the folder of a memory, None for one that keeps nothing."""
    if isinstance(memory, joblib.Memory):
        if memory.location is not None and memory.backend != "local":
            raise ValueError(
                "memory must be a folder, or a joblib.Memory with one, got a Memory "
                f"with the backend {memory.backend!r}. Pass a folder."
            )
        memory = memory.location
    if memory is None:
        return None
    location = os.path.expanduser(memory)
    if not location:
        raise ValueError(
            "memory must name a folder, got ''. Pass memory='.' for the working "
            "directory, or None to keep nothing."
        )
    return location


def _cells_in(folder):
    return [path.name for path in folder.glob("*-*.json")]


def _encoded(result, key):
    content = to_text([key, _to_record(result)]).encode()
    return b"\n".join([_checksum(content), content])


def _decoded(data, key):
    """Return the result; raise an error if it is damaged or of another key."""
    checksum, _, content = data.partition(b"\n")
    # JSON in which a digit has changed is still JSON.
    if checksum != _checksum(content):
        raise ValueError("damaged")
    kept_key, record = json.loads(content)
    if kept_key != key:
        raise ValueError("moved from elsewhere")
    return _from_record(record)


def _checksum(content):
    return hashlib.sha256(content).hexdigest().encode()


def _to_record(result):
    """Return a result whose values JSON can hold to the last digit."""
    predictions = [
        (scale, draw, kept and [_packed(array) for array in kept])
        for (scale, draw), kept in result.predictions.items()
    ]
    # In JSON, keys can be texts only.
    seconds = list(result.score_seconds.items())
    return result._replace(score_seconds=seconds, predictions=predictions)


def _from_record(record):
    """Return the result that :func:`_to_record` was given."""
    result = CellResult(*record)
    return result._replace(
        scores=tuple(Score(*score) for score in result.scores),
        score_seconds=dict(result.score_seconds),
        predictions={
            (scale, draw): kept and Predictions(*map(_unpacked, kept))
            for scale, draw, kept in result.predictions
        },
    )


def _packed(array):
    """Return the type and the bytes of an array, or its items if they are objects."""
    if array is None:
        return None
    if array.dtype.kind in "OT":  # "T" is the kind of StringDType
        return {"items": array.tolist()}
    data = np.ascontiguousarray(array).tobytes()
    return {"dtype": array.dtype.str, "data": base64.b64encode(data).decode()}


def _unpacked(packed):
    if packed is None:
        return None
    if "items" in packed:
        return np.array(packed["items"], dtype=object)
    return np.frombuffer(base64.b64decode(packed["data"]), packed["dtype"])


def to_text(value):
    """Return a value as JSON; numbers of other types become those of Python."""
    return json.dumps(value, default=_as_python)


def _as_python(value):
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Real):  # a fraction, for instance
        return float(value)
    raise TypeError(f"a cell keeps numbers and text only, got {value!r}")
