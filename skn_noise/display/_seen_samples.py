"""Samples of a study, with the very noise that its classifier saw in validation."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv

from skn_noise._sklearn import safe_split
from skn_noise.display._noisy_values import as_table, as_values, check_n_samples
from skn_noise.display._same_study import check_same_study, regime_of
from skn_noise.display._scale_axis import scale_texts
from skn_noise.results._cells import with_repeats
from skn_noise.study._folds import as_folds, read_folds
from skn_noise.study._scales import check_scales


class SeenSamples(NamedTuple):
    """What NoisySamplesDisplay draws of a study, by its names for it."""

    panels: dict[str, np.ndarray]
    samples: np.ndarray
    row_labels: list[str]
    is_wrong: np.ndarray


def seen_samples(curve, estimator, X, y, *, scales, groups, cv, n):
    """Return the samples lost first and last, as the classifier saw them."""
    fates = curve.samples()
    predictions = with_repeats(curve.predictions)
    predictions = predictions[predictions["repeat"] == 0]
    scales = _check_scales(scales, predictions)
    table = as_table(X)
    check_same_study(estimator, X, y, curve)
    X = table
    fates = _first_and_last(fates, check_n_samples(n, X))
    chosen = fates["sample"].to_numpy()
    places = _places(predictions, chosen)
    y = _targets(predictions, X) if y is None else y
    folds = _folds(predictions, estimator, X, y, groups, cv)
    noisy = _Noisy(estimator, curve, X, y, folds)
    panels = {"no noise": noisy.rows(0.0, places)}
    panels |= {
        f"scale {text}": noisy.rows(scale, places)
        for text, scale in zip(scale_texts(scales), scales, strict=True)
    }
    return SeenSamples(
        panels,
        chosen,
        [_in_words(fate) for fate in fates.itertuples()],
        _wrong(predictions, scales, places),
    )


class _Noisy:
    """The steps of an estimator before the classifier, fitted as the study did."""

    def __init__(self, estimator, curve, X, y, folds):
        self.estimator, self.curve = estimator, curve
        self.X, self.y, self.folds = X, y, folds

    def rows(self, scale, places):
        """Return the validation samples at some places as they are at a scale."""
        of_folds = {fold: self._validation(scale, fold) for fold in set(places["fold"])}
        return np.stack([of_folds[at.fold][at.position] for at in places.itertuples()])

    def _validation(self, scale, fold):
        train, validation = self.folds[fold]
        pipeline = clone(self.estimator)
        regime = regime_of(pipeline, self.curve)
        pipeline.set_params(
            **regime.fixed, **regime.params(train_scale=scale, validation_scale=scale)
        )
        # Fitted as parts of the whole; the classifier, which takes long, is left out.
        steps = pipeline[:-1]
        steps.fit(*safe_split(pipeline, self.X, self.y, train))
        samples, _ = safe_split(pipeline, self.X, self.y, validation, train)
        return as_values(steps.transform(samples))


def _check_scales(scales, predictions):
    run = sorted(predictions["scale"].unique().tolist())
    if scales is None:
        return run
    scales = check_scales(scales)
    unknown = [scale for scale in scales if scale not in run]
    if unknown or not scales:
        raise ValueError(
            f"scales must be some of those that have predictions, {run}; got {scales}."
        )
    return scales


def _first_and_last(fates, n):
    """Return the samples lost first, by falling fragility, then those lost last."""
    order = ["lost_at", "accuracy", "probability", "sample"]
    fates = fates.sort_values(order, ignore_index=True)
    n = min(n, len(fates))
    return pd.concat([fates.head(n - n // 2), fates.tail(n // 2)], ignore_index=True)


def _places(predictions, samples):
    """Return for every sample the first fold that validated it, and where in that."""
    one_scale = _at_one_scale(predictions)
    position = one_scale.groupby("fold").cumcount()
    places = one_scale[["sample", "fold"]].assign(position=position)
    places = places.drop_duplicates("sample").set_index("sample")
    return places.loc[samples].reset_index()


def _at_one_scale(predictions):
    """Return the predictions of every fold at the first scale that it has some at."""
    first = predictions.groupby("fold")["scale"].transform("first")
    return predictions[predictions["scale"] == first]


def _targets(predictions, X):
    """Return y, as far as the study has kept it."""
    known = predictions.drop_duplicates("sample").sort_values("sample")
    if known["sample"].tolist() != list(range(X.shape[0])):
        raise ValueError(
            "y must be passed, as the study did not validate every sample of X, and "
            "the steps may be fitted on all targets."
        )
    return known["target"].to_numpy()


def _folds(predictions, estimator, X, y, groups, cv):
    """Return the folds of the study, which its predictions must agree with."""
    cv = as_folds(cv, len(y))
    cv = check_cv(cv, y, classifier=is_classifier(estimator))
    folds = read_folds(cv.split(X, y, groups))
    for fold, rows in _at_one_scale(predictions).groupby("fold"):
        validated = rows["sample"].tolist()
        if fold >= len(folds) or list(folds[fold][1]) != validated:
            raise ValueError(
                f"Fold {fold} of the study validated other samples than cv gives. Pass "
                "cv, groups, X and y as the study had them; a splitter that shuffles "
                "needs an int random_state."
            )
    return folds


def _wrong(predictions, scales, places):
    """Tell where predictions were wrong: a row a sample, a column a panel."""
    cell = ["scale", "fold", "sample"]
    is_wrong = (predictions["target"] != predictions["prediction"]).set_axis(
        pd.MultiIndex.from_frame(predictions[cell])
    )
    columns = [np.zeros(len(places), dtype=bool)]  # without noise nothing was predicted
    for scale in scales:
        index = [(scale, at.fold, at.sample) for at in places.itertuples()]
        columns.append(is_wrong.reindex(index, fill_value=False).to_numpy(dtype=bool))
    return np.column_stack(columns)


def _in_words(fate):
    name = f"sample {fate.sample}: {fate.target}"
    if np.isinf(fate.lost_at):
        return f"{name}\nnever lost"
    return f"{name}\ntaken for {fate.taken_for}\nfrom scale {fate.lost_at:.3g} on"
