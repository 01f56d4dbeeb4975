"""Results of finished cells on disk, found again by what determines them."""

import os
from importlib.metadata import version
from pickle import PicklingError
from tempfile import TemporaryFile

import joblib
from sklearn.utils.validation import check_memory

from skn_noise.study._cell import CellResult


class CellStore:
    """The finished cells of one study in a :class:`joblib.Memory`.

    The key of a cell covers the estimator's parameters, the data, the split, the
    scoring and the version of this package.

    Parameters
    ----------
    memory : str, os.PathLike, joblib.Memory or None
        Where to keep them; None keeps nothing.

    plan : Plan
        What the cells share, and the data.
    """

    def __init__(self, memory, plan):
        memory = _as_memory(memory)
        self.location = memory.location
        # A study that keeps nothing need not pay for hashing its data.
        if self.location is not None:
            self._study = _hash(plan.study, plan.X, plan.y)
        self._result_of = memory.cache(_result_of, ignore=["result"], verbose=0)

    def load(self, cell):
        """Return the result of a cell, None if it is not there or damaged."""
        if self.location is None:
            return None
        key = self._key(cell)
        if not self._result_of.check_call_in_cache(key, None):
            return None
        shelved = self._result_of.call_and_shelve(key, None)
        try:
            result = shelved.get()
        except Exception:  # whatever unpickling a damaged file may raise
            shelved.clear()
            return None
        return result if isinstance(result, CellResult) else None

    def save(self, cell, result):
        """Keep the result of a cell."""
        if self.location is not None:
            self._result_of.call(self._key(cell), result)

    def _key(self, cell):
        scales = cell.train_scale, cell.validation_scales
        return joblib.hash((self._study, scales, cell.train, cell.validation))


def _result_of(key, result):
    """Return the result, which joblib then keeps on disk under the key."""
    return result


def _as_memory(memory):
    """Return a Memory; of a folder, see first that it can be written to."""
    if isinstance(memory, str | os.PathLike):
        memory = os.path.expanduser(memory)
        try:
            os.makedirs(memory, exist_ok=True)
            with TemporaryFile(dir=memory):
                pass
        except OSError as error:
            raise ValueError(
                f"memory must be a folder that can be written to, got {memory!r} "
                f"({error}). Name another folder, or free this one."
            ) from error
    return check_memory(memory)


def _hash(study, X, y):
    params = study.fit_params, study.score_params
    what_else = study.regime, study.track_epochs, study.scores_train
    described = _description([study.estimator, study.scoring, params, what_else])
    try:
        return joblib.hash((version("skn_noise"), described, X, y))
    except (AttributeError, PicklingError, TypeError) as error:
        raise ValueError(
            "memory finds a study again by its parameters and scorers, which must be "
            f"picklable for that: {error}. Define functions at the top level of a "
            "module, not as lambdas."
        ) from error


def _description(value):
    """Turn a parameter into plain values that are the same in every process."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        requests = getattr(value, "_metadata_request", None)
        params = _description(value.get_params(deep=False))
        return type(value).__qualname__, params, requests
    if hasattr(value, "get_config"):  # Keras's optimizers
        return type(value).__qualname__, value.get_config()
    if isinstance(value, dict):
        return {name: _description(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_description(item) for item in value]
    return value
