"""Results of finished cells on disk, found again by all that determines them."""

import hashlib
import os
import secrets
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import joblib

from skn_noise.study._cell import CellResult
from skn_noise.study._plain_text import from_text, to_text
from skn_noise.study.fingerprint._digest import fingerprint
from skn_noise.study.fingerprint._environment import environment

_FOLDER = "skn_noise-cells"

# Room that is tried for in advance.
_BYTES_OF_A_CELL, _MOST_BYTES = 2**11, 2**20

_SAYING_WHAT_IS_KEPT = ["scores_train", "track_epochs", "keeps_predictions"]

# A cell is written in a millisecond: what is older was left by a process that died.
_OLDEST_TEMPORARY = 3600  # seconds


class CellStore:
    """The finished cells of one study, a small file each, in a folder.

    A file holds a checksum, the key of its cell and the result, as plain text. The key
    covers all that scores depend on. Only the process that runs the study writes.

    Parameters
    ----------
    memory : str, os.PathLike, joblib.Memory or None
        Where to keep them; None keeps nothing.

    plan : Plan
        What the cells share, and the data.
    """

    def __init__(self, memory, plan):
        self.location = _location(memory)
        self.n_damaged = 0
        # A study that keeps nothing need not pay for looking at its data.
        if self.location is not None:
            self._folder = Path(self.location).absolute() / _FOLDER
            self._study = _fingerprint_of(plan)
            self._folds = plan.fold_digests

    def load(self, cell):
        """Return the result of a cell, None if it is not there or damaged."""
        if self.location is None:
            return None
        key = self._key(cell)
        try:
            return _decoded(self._path(key).read_bytes(), key)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except Exception:  # whatever a damaged file, or disk, may raise
            self.n_damaged += 1
            return None

    def prepare(self, n_cells):
        """See that so many cells can be written, before time is spent on them."""
        if self.location is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._remove_old_temporaries()
            with self._temporary(bytes(min(n_cells * _BYTES_OF_A_CELL, _MOST_BYTES))):
                pass
        except OSError as error:
            raise ValueError(
                "memory must be a folder that can be written to, got "
                f"{self.location!r} ({error}). Name another folder, or free this one."
            ) from error

    def save(self, cell, result):
        """Keep the result of a cell."""
        if self.location is None:
            return
        key = self._key(cell)
        try:
            with self._temporary(_encoded(result, key)) as temporary:
                _move(temporary, self._path(key))
        except OSError as error:
            what = (
                f"{error.strerror}; the cell that has just finished cannot be kept in"
            )
            raise OSError(error.errno, what, self.location) from error

    def _key(self, cell):
        """Return what tells a cell from all others."""
        scales = [float(scale) for scale in (cell.train_scale, *cell.validation_scales)]
        # A study is found again by one of more repeats, and the other way round.
        return fingerprint(
            study=self._study,
            fold=self._folds[cell.fold],
            scales=scales,
            of=cell.repeat,
        )

    def _path(self, key):
        return self._folder / f"{key}.json"

    @contextmanager
    def _temporary(self, content):
        """Write a file that is gone afterwards, unless it was moved."""
        path = self._folder / f"{secrets.token_hex(8)}.tmp"
        try:
            path.write_bytes(content)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _remove_old_temporaries(self):
        for path in self._folder.glob("*.tmp"):
            with suppress(FileNotFoundError):  # another study was faster
                if time.time() - path.stat().st_mtime > _OLDEST_TEMPORARY:
                    path.unlink()


def _location(memory):
    """Return the folder of a memory, None for one that keeps nothing."""
    if not isinstance(memory, joblib.Memory):
        return None if memory is None else os.path.expanduser(memory)
    if memory.location is not None and memory.backend != "local":
        raise ValueError(
            "memory must be a folder, or a joblib.Memory in one, got a Memory whose "
            f"backend is {memory.backend!r}. Name a folder for the finished cells."
        )
    return memory.location


def _fingerprint_of(plan):
    """Return what tells a study and its data from all others."""
    kept = {name: vars(plan.study)[name] for name in _SAYING_WHAT_IS_KEPT}
    return fingerprint(
        environment=environment(),
        data=plan.data_digest,
        study=plan.study_digest,
        **kept,
    )


def _encoded(result, key):
    content = to_text([key, result]).encode()
    return b"\n".join([_checksum(content), content])


def _decoded(data, key):
    """Return the result, unless anything says that it is not the one of the key."""
    checksum, _, content = data.partition(b"\n")
    kept_key, result = from_text(content)
    is_whole = checksum == _checksum(content)
    if not (is_whole and kept_key == key and isinstance(result, CellResult)):
        raise ValueError  # damaged, moved from elsewhere, or of another layout
    return result


def _checksum(content):
    return hashlib.sha256(content).hexdigest().encode()


def _move(path, target):
    """Move a file over another, also if a folder is in its way."""
    try:
        os.replace(path, target)
    except IsADirectoryError:
        os.replace(target, f"{target}.{secrets.token_hex(8)}")
        os.replace(path, target)
