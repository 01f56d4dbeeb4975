"""Disk cache of finished cells, keyed by a hash of their inputs."""

import base64
import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import asdict
from numbers import Real
from pathlib import Path

import joblib
import numpy as np

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

# Far more than a cell takes, for scores and epochs and for each validation sample.
_MOST_BYTES, _MOST_BYTES_OF_A_SAMPLE = 2**23, 2**14

# A cell is written in a millisecond: an older file was left by a killed process.
_OLDEST_TEMPORARY = 3600  # seconds

# Errors of reading a file that this module has not written. A time limit of the user's
# is none of these, nor is a file that cannot be read.
_DAMAGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError)
_DAMAGE += (ValueError, zlib.error)

_RECORDS = {kind.__name__: kind for kind in (CellResult, Predictions, Score)}


class CellStore:
    """The finished cells of a study, a small file each, in a folder of the study.

    A file contains a checksum, the hash of its cell and the result, as plain text. The
    key of the study is in the same folder, so that a later study can say how it
    differs. Only the process that runs the study writes.

    Parameters
    ----------
    memory : str, os.PathLike, joblib.Memory or None
        Folder for the cells of all studies; None keeps nothing.

    plan : Plan
        The study, its data and its cells.
    """

    def __init__(self, memory, plan):
        self.location = _location(memory)
        self.n_damaged, self._kept = 0, set()
        # A study that keeps nothing need not pay for hashing its data.
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
        n_samples = len(cell.validation) * len(cell.validation_scales)
        n_samples *= self._plan.study.n_draws
        most = _MOST_BYTES + _MOST_BYTES_OF_A_SAMPLE * n_samples
        try:
            result = _decoded(_read(path, most), key, most)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except TimeoutError:  # a time limit of the user's, and an OSError
            raise
        except OSError as error:
            what = f"{error.strerror}; a finished cell cannot be read in"
            raise OSError(error.errno, what, self.location) from error
        except _DAMAGE:
            self.n_damaged += 1
            return None
        # The draws are no part of the key: the first of many are those of a few. A cell
        # with too few is run again as a whole, because its fit is not kept.
        n_draws = self._plan.study.n_draws
        if result.n_draws < n_draws:
            return None
        self._kept.add(path)
        return result.first_draws(n_draws)

    def prepare(self):
        """Make the folder and write the key, before time is spent on cells."""
        if self.location is None:
            return
        try:
            self._write_key()
            for path in self._folder.glob("*.tmp"):
                with suppress(FileNotFoundError):  # another study was faster
                    if time.time() - path.stat().st_mtime > _OLDEST_TEMPORARY:
                        path.unlink()
        except OSError as error:
            raise ValueError(
                "memory must be a folder that can be written to, got "
                f"{self.location!r} ({error}). Name another folder, or free this one."
            ) from error

    def save(self, cell, result, *, n_left):
        """Save the result of a cell, and check the disk space for those left."""
        if self.location is None:
            return
        path, key = self._path(cell)
        content = _encoded(result, key)
        try:
            if not self._folder.is_dir():  # it was deleted during the run
                self._write_key()
            with self._temporary(content) as temporary:
                _move(temporary, path)
            self._kept.add(path)
        except OSError as error:
            what = (
                f"{error.strerror}; the cell that has just finished cannot be kept in"
            )
            raise OSError(error.errno, what, self.location) from error
        # A disk that will be full is found after the first cell and not after hours.
        free = shutil.disk_usage(self._all).free
        if free < n_left * len(content):
            what = (
                f"{n_left} more cells take about {n_left * len(content):,} bytes, and "
                f"{free:,} are free in"
            )
            raise OSError(errno.ENOSPC, what, self.location)

    def n_kept(self):
        """Count the cells of the study that the folder has at this moment."""
        return sum(path.is_file() for path in self._kept)

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
        is_asked = {"estimator", "scoring", "options"} & {*parts}
        # A file, a version or a setting may have changed unnoticed.
        is_asked = bool(is_asked) and {"own_code", "versions", "settings"}.isdisjoint(
            parts
        )
        return (
            f"{n_cells} cells in {self.location} are of another study: "
            # A file that somebody else wrote may hold what a terminal obeys.
            f"{text if text.isprintable() else ascii(text)}.",
            is_asked,
        )

    def _differences(self, path):
        try:
            key, options = json.loads(_read(path, _MOST_BYTES))
            found = differences(Key(**key), self._key)
            changed = [n for n, value in self._options.items() if options[n] != value]
            return found + [("options", f"{name} differs") for name in changed]
        except (OSError, *_DAMAGE):
            return []

    def _path(self, cell):
        """Return the file of a cell, and the hash that tells it from all others."""
        scales = [float(scale) for scale in (cell.train_scale, *cell.validation_scales)]
        # A study is found again by one of more repeats, and the other way round.
        fold = self._folds[cell.fold]
        key = hash_of([self._folder.name, fold, scales, cell.repeat])
        # The fold comes first, so that names alone say which folds a folder holds.
        return self._folder / f"{fold[:16]}-{key[:32]}.json", key

    def _write_key(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps([asdict(self._key), self._options]).encode()
        with self._temporary(content) as temporary:
            _move(temporary, self._folder / _KEY)

    @contextmanager
    def _temporary(self, content):
        """Write a file that is gone afterwards, unless it was moved."""
        # The name is random, as two studies may write the same cell at once.
        path = self._folder / f"{secrets.token_hex(8)}.tmp"
        try:
            path.write_bytes(content)
            yield path
        finally:
            path.unlink(missing_ok=True)


def _location(memory):
    """Return the folder of a memory, None for one that keeps nothing."""
    if isinstance(memory, joblib.Memory):
        if memory.location is not None and memory.backend != "local":
            raise ValueError(
                "memory must be a folder, or a joblib.Memory in one, got a Memory "
                f"whose backend is {memory.backend!r}. Name a folder for the cells."
            )
        memory = memory.location
    if memory is None:
        return None
    try:
        location = os.path.expanduser(memory)
        with suppress(OSError):  # it may not be there yet
            os.lstat(location)
    except ValueError:  # it holds a null character, for instance
        location = ""
    if not location:
        raise ValueError(
            f"memory must name a folder, got {os.fspath(memory)!r}. Pass memory='.' "
            "for the working directory, or None to keep nothing."
        )
    return location


def _cells_in(folder):
    return [path.name for path in folder.glob("*-*.json")]


def _read(path, most):
    """Return the content of a file; a pipe or device would never end, and is damage."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > most:
        raise ValueError("not a file, or larger than a cell can be")
    with open(path, "rb") as file:
        return file.read(most)


def _move(path, target):
    """Move a file over another, also if a folder is in its way."""
    if os.path.isdir(target):
        os.replace(target, f"{target}.{secrets.token_hex(8)}")
    os.replace(path, target)


def _encoded(result, key):
    content = to_text([key, result]).encode()
    return b"\n".join([_checksum(content), content])


def _decoded(data, key, most):
    """Return the result, unless anything says that it is not the one of the key."""
    checksum, _, content = data.partition(b"\n")
    # JSON in which a digit has changed is still JSON.
    if checksum != _checksum(content):
        raise ValueError("damaged")
    kept_key, result = from_text(content, most)
    if kept_key != key:
        raise ValueError("moved from elsewhere")
    return result


def _checksum(content):
    return hashlib.sha256(content).hexdigest().encode()


def to_text(value):
    """Write a value as JSON, from which :func:`from_text` makes the very same."""
    return json.dumps(_tagged(value))


def from_text(text, most=_MOST_BYTES):
    """Read what :func:`to_text` wrote, with at most so many bytes of all arrays."""
    return json.loads(text, object_hook=_Untagger(most))


def _tagged(value):
    """Name the kind of a value where JSON itself does not tell it."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_tagged(item) for item in value]
    if type(value).__name__ in _RECORDS:
        return {type(value).__name__: [_tagged(item) for item in value]}
    if isinstance(value, np.ndarray):
        return _tagged_array(value)
    if isinstance(value, dict):
        return {"dict": [[_tagged(key), _tagged(value[key])] for key in value]}
    if isinstance(value, tuple):
        return {"tuple": [_tagged(item) for item in value]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, Real):  # a fraction, for instance
        return float(value)
    raise TypeError(f"a cell keeps numbers and text only, got {value!r}")


def _tagged_array(array):
    """Write the bytes of an array with their type, or its items if they are objects."""
    if array.dtype.kind in "OT":
        return {"objects": [_tagged(item) for item in array]}
    data = np.ascontiguousarray(array).tobytes()
    if array.dtype.kind != "f":  # labels repeat, and the digits of numbers do not
        data = zlib.compress(data, level=1)
    return {"array": [array.dtype.str, base64.b64encode(data).decode()]}


class _Untagger:
    """Make a value of its kind and content, until its arrays take too many bytes."""

    def __init__(self, most):
        self._left = most

    def __call__(self, tagged):
        ((kind, content),) = tagged.items()
        if kind in _RECORDS:
            return _RECORDS[kind](*content)
        match kind:
            case "array":
                return self._array(*content)
            case "complex":
                return complex(*content)
            case "dict":
                return dict(content)
            case "objects":
                return np.array(content, dtype=object)
            case "tuple":
                return tuple(content)
        raise ValueError(f"{kind} is no kind of value")

    def _array(self, dtype, text):
        dtype, data = np.dtype(dtype), base64.b64decode(text)
        if dtype.kind != "f":
            data = zlib.decompressobj().decompress(data, self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("the arrays are larger than those of a cell can be")
        return np.frombuffer(data, dtype)
