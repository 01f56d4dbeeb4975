"""Whether noise curves are of the same scales, folds and samples."""

import numpy as np

from skn_noise._metrics import check_metric
from skn_noise.results._cells import with_repeats
from skn_noise.results._scored import FOLD, SIZES


def check_comparable(curves, reference, metric):
    """Refuse curves that differ from the reference in more than what they scored."""
    expected = _scores(curves[reference], metric)
    for name, curve in curves.items():
        found = _scores(curve, metric)
        for what, key in [("scales", "scale"), ("folds", FOLD)]:
            theirs, ours = _distinct(expected, key), _distinct(found, key)
            if theirs != ours:
                _refuse(what, name, ours, reference, theirs)
        kept = [one.predictions for one in (curve, curves[reference])]
        if all(predictions is not None for predictions in kept):
            _check_samples(*map(_samples, kept), name, reference)
        else:
            _check_sizes(found, expected, name, reference)


def _scores(curve, metric):
    check_metric(curve.scores, metric)
    scores = with_repeats(curve.scores)
    return scores[(scores["metric"] == metric) & (scores["split"] == "validation")]


def _distinct(table, key):
    """Return what differs in a column, or in several, in order."""
    return sorted(table.groupby(key).size().index.tolist())


def _refuse(what, name, ours, reference, theirs):
    raise ValueError(
        f"compare_curves expects curves of the same {what}, but {name!r} has {ours} "
        f"and {reference!r} has {theirs}. Run noise_curve for both with the same data, "
        "cv and scales."
    )


def _samples(predictions):
    """Return which samples each fold validates, and their targets."""
    chosen = with_repeats(predictions)[[*FOLD, "sample", "target"]].drop_duplicates()
    by = [*FOLD, "sample"]
    return dict(
        iter(chosen.sort_values(by).set_index(by)["target"].groupby(level=FOLD))
    )


def _check_samples(ours, theirs, name, reference):
    # A fold that failed at every scale has no samples in the table.
    for fold in [fold for fold in ours if fold in theirs]:
        targets = ours[fold].droplevel(FOLD), theirs[fold].droplevel(FOLD)
        numbers = [one.index.tolist() for one in targets]
        where = f" in fold {fold[1]}"
        if numbers[0] != numbers[1]:
            short = [
                _shortened(sorted(set(one) - set(other)))
                for one, other in (numbers, numbers[::-1])
            ]
            _refuse(f"samples{where}", name, short[0], reference, short[1])
        is_other = (targets[0] != targets[1]).to_numpy()
        if is_other.any():
            short = [
                f"{one.iloc[np.argmax(is_other)]} for sample "
                f"{numbers[0][np.argmax(is_other)]}"
                for one in targets
            ]
            _refuse(f"targets{where}", name, short[0], reference, short[1])


def _shortened(numbers):
    start = ", ".join(map(str, numbers[:5]))
    return f"[{start}, ...] ({len(numbers)})" if len(numbers) > 5 else f"[{start}]"


def _check_sizes(found, expected, name, reference):
    """Compare the numbers of samples, where there are no predictions to compare."""
    ours, theirs = (
        table.reindex(columns=[*FOLD, *SIZES])
        .drop_duplicates()
        .sort_values(FOLD)[SIZES]
        .dropna()
        .to_numpy()
        .astype(int)
        .tolist()
        for table in (found, expected)
    )
    if ours != theirs and ours and theirs:
        what = "numbers of training and validation samples"
        _refuse(what, name, ours, reference, theirs)
