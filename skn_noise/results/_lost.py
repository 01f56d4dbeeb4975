"""Which samples the noise takes, and for what they are taken then."""

import numpy as np
import pandas as pd

from skn_noise.results._by_class import predictions_of_classes


def sample_table(curve):
    """Return for every sample the scale at which it is lost for good."""
    predictions = predictions_of_classes(curve, "samples")
    is_wrong = predictions["target"] != predictions["prediction"]
    predictions = predictions.assign(correct=~is_wrong)
    lost_at = _lost_at(is_wrong.groupby([predictions["sample"], predictions["scale"]]))
    by_sample = predictions.groupby("sample")
    table = pd.DataFrame(
        {
            "target": by_sample["target"].first(),
            "lost_at": lost_at,
            "taken_for": _taken_for(predictions[is_wrong], lost_at),
            "accuracy": by_sample["correct"].mean(),
            "probability": by_sample["probability"].mean(),
        }
    )
    return table.rename_axis("sample").reset_index()


def _lost_at(wrongs):
    """Return the scale from which on most validations of each sample are wrong."""
    shares = wrongs.mean().unstack("scale")
    was_validated = shares.notna().to_numpy(dtype=bool)
    is_lost = (shares.to_numpy(dtype=float) > 1 / 2) | ~was_validated
    is_lost_for_good = np.logical_and.accumulate(is_lost[:, ::-1], axis=1)[:, ::-1]
    scales = np.where(is_lost_for_good & was_validated, shares.columns, np.inf)
    return pd.Series(scales.min(axis=1, initial=np.inf), index=shares.index)


def _taken_for(wrong, lost_at):
    """Return the most frequent of the wrong predictions from there on, else None."""
    since = wrong[wrong["scale"].to_numpy() >= lost_at[wrong["sample"]].to_numpy()]
    counts = since.groupby(["sample", "prediction"]).size().rename("n").reset_index()
    # Of several that are as frequent, the first one in the order of the classes.
    by_frequency = counts.sort_values(["sample", "n"], ascending=[True, False])
    first = by_frequency.drop_duplicates("sample").set_index("sample")["prediction"]
    taken_for = first.astype(object).reindex(lost_at.index)
    return taken_for.where(taken_for.notna(), None)
