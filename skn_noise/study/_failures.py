"""What becomes of fits and scores that fail: all that `error_score` decides."""

from contextlib import contextmanager
from traceback import format_exc

from sklearn.exceptions import FitFailedWarning

from skn_noise._sklearn import warn_user


def is_raised(error_score):
    """Tell whether errors are raised, and not counted as a number."""
    return error_score == "raise"


@contextmanager
def caught(error_score):
    """Catch an error and add its traceback to the list yielded, unless it is raised."""
    errors = []
    try:
        yield errors
    except Exception:
        if is_raised(error_score):
            raise
        errors.append(format_exc())


def value_of(score, error_score):
    """Return the value of a score, and `error_score` for one that failed or is None."""
    has_value = score is not None and score.error is None
    return score.value if has_value else error_score


def tell_failures(done, error_score):
    """Warn once of everything that failed alike; raise an error if all fits did."""
    if all(result.fit_error for _, result in done):
        cell, result = done[0]
        raise ValueError(
            f"All {len(done)} fits failed; the first: {cell.description}:\n\n"
            f"{result.fit_error}"
        )
    alike = {}
    for cell, result in done:
        for what, error in _failures(result):
            alike.setdefault((what, _cause(error)), []).append(cell)
    for (what, cause), failed in alike.items():
        warn_user(
            f"{what} failed in {len(failed)} of {len(done)} cells, which counts as "
            f"{error_score}; the first: {failed[0].description}: {cause}",
            FitFailedWarning,
        )


def _failures(result):
    """Yield in words what failed, with its traceback."""
    if result.fit_error is not None:
        yield "The fit", result.fit_error
    has_many_scales = len(result.score_seconds) > 1
    for score in result.scores:
        if score.error is not None:
            where = f" at scale {score.scale:g}" if has_many_scales else ""
            what = f"Scoring {score.metric} on {score.split} samples{where}"
            yield what, score.error


def _cause(traceback):
    return traceback.strip().splitlines()[-1]
