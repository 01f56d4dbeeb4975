"""Which metrics a study scores, and whether they can score its estimator at all."""

from sklearn.base import is_classifier, is_regressor
from sklearn.utils.multiclass import type_of_target


def _check_kind(scoring):
    """Refuse what cannot score: classes, and values of a dict that are no scorers."""
    for part in scoring.values() if isinstance(scoring, dict) else [scoring]:
        is_scorer = callable(part) and not isinstance(part, type)
        if not (is_scorer or isinstance(part, str | list | tuple | set | None)):
            raise ValueError(
                "scoring must name metrics, as in 'accuracy' or ['accuracy', "
                "'neg_log_loss'], or be a scorer of make_scorer, or a dict of both, "
                f"got {scoring!r}. Call a class to make its object."
            )


def choose_scoring(scoring, estimator, y):
    """Return the metrics, also for a user who names none; None: the estimator's own."""
    if scoring is not None:
        _check_kind(scoring)
        # The order in a set is another one in every process.
        return sorted(scoring) if isinstance(scoring, set) else scoring
    if is_regressor(estimator):
        return "r2", "neg_mean_squared_error"
    if not is_classifier(estimator):
        return None
    has_one_label = type_of_target(y) in ("binary", "multiclass")
    has_probabilities = has_one_label and hasattr(estimator, "predict_proba")
    return ("accuracy", "neg_log_loss") if has_probabilities else "accuracy"


def failed_everywhere(scores):
    """Return the metrics of which every score failed, each with its first error."""
    errors = {}
    for score in scores:
        errors.setdefault(score.metric, []).append(score.error)
    return {metric: failed[0] for metric, failed in errors.items() if all(failed)}


def check_scored(cell, result):
    """Raise an error if a metric failed even on the samples that were fitted.

    It would do so in all other cells. A function that gives several metrics has other
    names for them where it fails than where it does not.
    """
    tried = {score.metric for score in result.scores if score.split == "train"}
    for metric, error in failed_everywhere(result.scores).items():
        if metric in tried:
            raise ValueError(
                f"scoring holds {metric!r}, which cannot score this estimator: it "
                f"failed on all samples of the first cell ({cell.description}), those "
                f"of the fit included. Leave it out, or see the error:\n\n{error}"
            )
