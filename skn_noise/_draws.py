"""The draws of the noise in a table of scores."""

_IDENTITY = ["curve", "feature", "train_scale", "validation_scale", "scale", "fold"]
_IDENTITY += ["repeat", "split", "metric"]


def mean_over_draws(scores):
    """Return one row for every score of a fold: the mean over the draws of the noise.

    It is NaN if scoring failed in any draw, because the other draws alone could be
    those with the better scores.
    """
    if "draw" not in scores or not scores["draw"].any():
        return scores
    key = [name for name in _IDENTITY if name in scores]
    draws = scores.groupby(key, sort=False, observed=True)["value"]
    is_complete = draws.transform("count") == draws.transform("size")
    means = scores.assign(value=draws.transform("mean").where(is_complete))
    return means.drop_duplicates(key, ignore_index=True).assign(draw=0)
