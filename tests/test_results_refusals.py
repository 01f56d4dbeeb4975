"""What results cannot give is refused in a sentence, compared to its last word."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from curves import REFERENCE, SCALES, curve_of
from per_sample import MANIFEST, as_predicted, cut
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseCurve,
    NoiseMatrix,
    compare_curves,
)

X, Y = load_iris(return_X_y=True)
TEXT = pd.Series(["text"]).dtype  # str since pandas 3, object before
CURVE = curve_of(REFERENCE, REFERENCE)
LOSSES = curve_of([-0.1, -0.2, -0.5, -1, -2], metric="neg_log_loss")
# At two scales, in two folds of three samples each; all are right but the last.
PREDICTED = as_predicted(
    [
        (scale, sample % 2, 0, sample, sample % 3, sample % 3 if sample < 5 else 0)
        for scale in (1, 2)
        for sample in range(6)
    ]
)
REGRESSED = replace(
    PREDICTED, predictions=PREDICTED.predictions.drop(columns="probability")
)
# All right, in two folds of seven samples.
MANY = as_predicted(
    [
        (scale, sample % 2, 0, sample, sample % 3, sample % 3)
        for scale in (1, 2)
        for sample in range(14)
    ]
)
EPOCHS = CURVE.scores[["scale", "fold", "split", "metric", "value"]].assign(epoch=1)


def changed(curve, table="scores", **columns):
    return replace(curve, **{table: getattr(curve, table).assign(**columns)})


def shifted(curve):
    """Number all samples of fold 1 anew but the first."""
    sample, fold = curve.predictions["sample"], curve.predictions["fold"]
    is_kept = (fold == 0) | (sample == 1)
    return changed(curve, "predictions", sample=sample.where(is_kept, sample + 100))


def retargeted(curve):
    """Give another target to sample 5."""
    sample, target = curve.predictions["sample"], curve.predictions["target"]
    return changed(curve, "predictions", target=target.where(sample != 5, 9))


def part(query, **manifest):
    return replace(cut(PREDICTED, query), manifest=MANIFEST | manifest)


def of_search(X=None, y=None, scales=(0.5, 2.0), param_name=None, **grid):
    """Read a search over iris; X and y are what it is said to be fitted on."""
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    grid = {"noise__scale": list(scales), **grid}
    search = GridSearchCV(pipeline, grid, cv=StratifiedKFold(3)).fit(
        *load_iris(return_X_y=True)
    )
    return NoiseCurve.from_search(search, X, y, param_name=param_name)


def matrix_of(scores):
    """Read the scores of a curve as those of fits at one scale."""
    names = {"scale": "validation_scale"}
    return NoiseMatrix(scores.rename(columns=names).assign(train_scale=0.5))


def loaded(kind, content=b"", change=lambda content: content):
    """Load a file of a curve after a change of its bytes."""
    CURVE.save("curve.npz")
    path = Path("curve.npz")
    path.write_bytes(change(content or path.read_bytes()))
    return kind.load(path)


REFUSALS = [
    (
        lambda: NoiseCurve({}),
        "scores must be a DataFrame, got dict. Pass one with the columns ['scale', "
        "'fold', 'split', 'metric', 'value'].",
    ),
    (
        lambda: NoiseCurve(CURVE.scores.drop(columns="fold")),
        "scores must have the columns ['scale', 'fold', 'split', 'metric', 'value'], "
        "but lacks ['fold']; it has ['scale', 'split', 'metric', 'value', "
        "'fit_seconds', 'score_seconds', 'n_train', 'n_validation']. Rename or add "
        "them.",
    ),
    (
        lambda: NoiseCurve(pd.concat([CURVE.scores, CURVE.scores], axis=1)),
        "scores must have each column once, got ['scale', 'fold', 'split', 'metric', "
        "'value', 'fit_seconds', 'score_seconds', 'n_train', 'n_validation', 'scale',"
        " 'fold', 'split', 'metric', 'value', 'fit_seconds', 'score_seconds', "
        "'n_train', 'n_validation']. Drop the others.",
    ),
    (
        lambda: NoiseCurve(CURVE.scores[:0]),
        "scores must have a row a score, got none. Run a scale.",
    ),
    (
        lambda: changed(CURVE, value="high"),
        f"scores must have a number in every row of 'value', got {TEXT}. Convert it "
        "with astype.",
    ),
    (
        lambda: changed(CURVE, fold=0.5),
        "scores must have a whole number in every row of 'fold', got float64. Convert"
        " it with astype.",
    ),
    (
        lambda: changed(CURVE, scale=np.inf),
        "scores must have a finite scale, 0 or more, in every row of 'scale', got inf."
        " Drop the row, or mend it.",
    ),
    (
        lambda: changed(CURVE, value=CURVE.scores["value"].astype("float16")),
        "scores must have a number in every row of 'value', got float16. Convert it "
        "with astype.",
    ),
    (
        lambda: changed(CURVE, value=CURVE.scores["value"].astype("Float64")),
        "scores must have a number in every row of 'value', got Float64. Convert it "
        "with astype.",
    ),
    (
        lambda: changed(CURVE, n_train=[0.5] + [9] * 9),
        "scores must have a whole number, 1 or more, or NaN, in every row of "
        "'n_train', got 0.5. Drop the row, or mend it.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", probability=1.5),
        "predictions must have a probability between 0 and 1, or NaN, in every row of "
        "'probability', got 1.5. Drop the row, or mend it.",
    ),
    (
        lambda: changed(CURVE, metric=[3] + ["accuracy"] * 9),
        "scores must have a name in every row of 'metric', got 3. Name it.",
    ),
    (
        lambda: changed(CURVE, split=[3] + ["validation"] * 9),
        "scores must have a name in every row of 'split', got 3. Name it.",
    ),
    (
        lambda: NoiseCurve(CURVE.scores.set_index("fold", drop=False)),
        "scores must have no column that is also in its index, got ['fold']. Call "
        "reset_index(drop=True).",
    ),
    *(
        (
            lambda name=name: changed(
                PREDICTED, "predictions", **{name: pd.Series([pd.NA] + [1] * 11)}
            ),
            f"predictions must have a label or number in every row of {name!r}, got "
            "pd.NA. Drop the row.",
        )
        for name in ("target", "prediction")
    ),
    (
        lambda: changed(CURVE, split="test"),
        "scores must have a split that is one of ['train', 'validation'], got "
        "['test']. Rename it.",
    ),
    (
        lambda: changed(CURVE, fold=0),
        "scores must have one row for each of ['scale', 'fold', 'repeat', 'split', "
        "'metric'], but has several for scale 0.1, fold 0, repeat 0, split "
        "validation, metric accuracy. Compare two studies as two curves; "
        "NoiseCurve.concat joins parts of one.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", probability=1.5),
        "predictions must have a probability between 0 and 1, or NaN, in every row of "
        "'probability', got 1.5. Drop the row, or mend it.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", scale=3.0),
        "predictions must be of cells that have scores, but scale 3, fold 0, repeat 0"
        " has none. Pass the predictions of the same study.",
    ),
    (
        lambda: replace(PREDICTED, predictions=PREDICTED.predictions[1:]),
        "predictions must have a row for each of the n_validation samples of a cell, "
        "but scale 1, fold 0, repeat 0 has 2 of 3. Pass all, each once.",
    ),
    (
        lambda: replace(CURVE, n_classes=0),
        "n_classes must be a whole number, 1 or more, or None, got 0. Pass "
        "len(np.unique(y)).",
    ),
    (
        lambda: replace(CURVE, manifest="study"),
        "manifest must be a dict or None, got 'study'. Pass None for a curve that is "
        "made by hand.",
    ),
    (
        lambda: replace(CURVE, epochs=[]),
        "epochs must be a DataFrame, got list. Pass one with the columns ['scale', "
        "'fold', 'epoch', 'split', 'metric', 'value'].",
    ),
    (
        lambda: replace(CURVE, epochs=EPOCHS.drop(columns="epoch")),
        "epochs must have the columns ['scale', 'fold', 'epoch', 'split', 'metric', "
        "'value'], but lacks ['epoch']; it has ['scale', 'fold', 'split', 'metric', "
        "'value']. Rename or add them.",
    ),
    (
        lambda: replace(CURVE, epochs=EPOCHS.assign(epoch=0.5)),
        "epochs must have a whole number in every row of 'epoch', got float64. "
        "Convert it with astype.",
    ),
    (
        lambda: replace(CURVE, epochs=pd.concat([EPOCHS, EPOCHS])),
        "epochs must have one row for each of ['scale', 'fold', 'repeat', 'epoch', "
        "'split', 'metric'], but has several for scale 0.1, fold 0, repeat 0, epoch "
        "1, split validation, metric accuracy. Compare two studies as two curves; "
        "NoiseCurve.concat joins parts of one.",
    ),
    (
        lambda: replace(PREDICTED, predictions=[]),
        "predictions must be a DataFrame, got list. Pass one with the columns "
        "['scale', 'fold', 'sample', 'target', 'prediction'].",
    ),
    (
        lambda: replace(
            PREDICTED, predictions=PREDICTED.predictions.drop(columns="target")
        ),
        "predictions must have the columns ['scale', 'fold', 'sample', 'target', "
        "'prediction'], but lacks ['target']; it has ['scale', 'fold', 'repeat', "
        "'sample', 'prediction', 'probability']. Rename or add them.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", probability=-0.5),
        "predictions must have a probability between 0 and 1, or NaN, in every row of "
        "'probability', got -0.5. Drop the row, or mend it.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", probability="x"),
        f"predictions must have a number in every row of 'probability', got {TEXT}. "
        "Convert it with astype.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", repeat=0.5),
        "predictions must have a whole number in every row of 'repeat', got float64. "
        "Convert it with astype.",
    ),
    (
        lambda: replace(CURVE, n_classes=2.5),
        "n_classes must be a whole number, 1 or more, or None, got 2.5. Pass "
        "len(np.unique(y)).",
    ),
    (
        lambda: CURVE.by_class(),
        "by_class needs the prediction of every sample, which this curve does not "
        "have. Run noise_curve with return_predictions=True; from_search, and several"
        " labels a sample, give none.",
    ),
    (
        lambda: CURVE.samples(),
        "samples needs the prediction of every sample, which this curve does not "
        "have. Run noise_curve with return_predictions=True; from_search, and several"
        " labels a sample, give none.",
    ),
    (
        lambda: PREDICTED.by_class([0, 7]),
        "classes must be a list of some of [0, 1, 2], got [0, 7]. Leave out what y does "  # noqa: E501
        "not hold.",
    ),
    (
        lambda: PREDICTED.confusion(3),
        "scale must be one that was run and has predictions, one of [1.0, 2.0]; got 3.",
    ),
    (
        lambda: REGRESSED.confusion(1),
        "confusion needs a classifier, and this curve is of a regressor, whose "
        "targets are no classes. Read its predictions themselves.",
    ),
    (
        lambda: PREDICTED.by_class([]),
        "classes must be a list of some of [0, 1, 2], got []. Leave out what y does "
        "not hold.",
    ),
    (
        lambda: PREDICTED.by_class([[0, 1]]),
        "classes must be a list of some of [0, 1, 2], got [[0, 1]]. Leave out what y "
        "does not hold.",
    ),
    (
        lambda: PREDICTED.by_class(0),
        "classes must be a list of some of [0, 1, 2], got 0. Leave out what y does "
        "not hold.",
    ),
    (
        lambda: CURVE.confusion(1),
        "confusion needs the prediction of every sample, which this curve does not "
        "have. Run noise_curve with return_predictions=True; from_search, and several"
        " labels a sample, give none.",
    ),
    (
        lambda: REGRESSED.samples(),
        "samples needs a classifier, and this curve is of a regressor, whose targets "
        "are no classes. Read its predictions themselves.",
    ),
    (
        lambda: REGRESSED.by_class(),
        "by_class needs a classifier, and this curve is of a regressor, whose targets"
        " are no classes. Read its predictions themselves.",
    ),
    (
        lambda: CURVE.spread(),
        "spread compares repeats, and this curve has 1. Run noise_curve with "
        "n_repeats=3, for instance.",
    ),
    (
        lambda: CURVE.summary(confidence=95),
        "confidence must be a number between 0 and 1, got 95. Pass 0.95 for 95 "
        "percent.",
    ),
    (
        lambda: CURVE.cost(reference=3),
        "reference must be a scale that was run, one of [0.1, 0.5, 1.0, 2.0, 4.0]; "
        "got 3.",
    ),
    (
        lambda: curve_of([0.9], scales=[1]).cost(),
        "cost compares scales, and only [1] was run. Run at least two.",
    ),
    (
        lambda: replace(CURVE, scores=CURVE.scores.drop(columns="n_train")).cost(),
        "cost needs the numbers of samples in the folds. Pass from_search the X and y"
        " that the search was fitted on.",
    ),
    (
        lambda: curve_of([0.9, 0.8], scales=[1, 2], metric="f1").cost(),
        "cost needs a scale and a metric that were scored, and so was the reference, "
        "in at least two folds, got 1; or the predictions for every sample, which "
        "accuracies and log losses can be compared by. Cross-validate with more "
        "folds, for instance cv=5.",
    ),
    (
        lambda: CURVE.tolerance(),
        "tolerance takes a target, or relative= a fraction of the score at the "
        "smallest scale; got target=None and relative=None.",
    ),
    (
        lambda: CURVE.tolerance(0.9, relative=0.9),
        "tolerance takes a target, or relative= a fraction of the score at the "
        "smallest scale; got target=0.9 and relative=0.9.",
    ),
    (
        lambda: CURVE.tolerance("0.9"),
        "target must be a score, a finite number; got '0.9'.",
    ),
    (
        lambda: CURVE.tolerance(90),
        "target must be a score between 0 and 1, as accuracy is; got 90. Divide a "
        "percentage by 100.",
    ),
    (
        lambda: CURVE.tolerance(relative=90),
        "relative must be a fraction of the score at the smallest scale, greater than"
        " 0 and at most 1; got 90.",
    ),
    (
        lambda: CURVE.tolerance(0.99),
        "target must be a score that was reached, but 0.99 is above every accuracy, "
        "the highest of which is 0.9823. Change it, or pass relative=.",
    ),
    (
        lambda: LOSSES.tolerance(-1),
        "target must be a log loss to stay at or below, 0 or more, got -1. Pass it "
        "without the sign that neg_log_loss adds.",
    ),
    (
        lambda: LOSSES.tolerance(0.01),
        "target must be a score that was reached, but 0.01 is below every log loss, "
        "the lowest of which is 0.1. Change it, or pass relative=.",
    ),
    (
        lambda: LOSSES.tolerance(relative=0.9),
        "relative is a fraction of a score of which more is better, and "
        "'neg_log_loss' is a loss with its sign changed. Pass the loss to stay at or "
        "below as target.",
    ),
    (
        lambda: curve_of([-0.1, -0.2], scales=[1, 2], metric="r2").tolerance(
            relative=0.9
        ),
        "relative needs a score greater than 0, but r2 at scale 1 is -0.1. Pass a "
        "target.",
    ),
    (
        lambda: curve_of([0.9, 0.8], scales=[0, 2]).tolerance(0.85),
        "tolerance interpolates between scales greater than 0, of which there are "
        "[2]. Run at least two.",
    ),
    (
        lambda: curve_of([-0.1, -np.inf], scales=[1, 2], metric="r2").tolerance(-1),
        "tolerance interpolates between finite scores, but the mean at scale 2 is "
        "-inf. Leave that scale out, or name another metric.",
    ),
    (
        lambda: CURVE.tolerance(-0.1),
        "target must be a score between 0 and 1, as accuracy is; got -0.1. Divide a "
        "percentage by 100.",
    ),
    (
        lambda: CURVE.tolerance(np.nan),
        "target must be a score, a finite number; got nan.",
    ),
    (
        lambda: CURVE.tolerance(relative=0),
        "relative must be a fraction of the score at the smallest scale, greater than"
        " 0 and at most 1; got 0.",
    ),
    (
        lambda: CURVE.tolerance(relative="all"),
        "relative must be a fraction of the score at the smallest scale, greater than"
        " 0 and at most 1; got 'all'.",
    ),
    (
        lambda: curve_of([0, -0.2], scales=[1, 2], metric="r2").tolerance(relative=0.9),
        "relative needs a score greater than 0, but r2 at scale 1 is 0. Pass a target.",
    ),
    (
        lambda: curve_of([np.nan, 0.8], scales=[1, 2]).tolerance(0.7),
        "tolerance needs a fold that has accuracy at every scale, and all have failed"
        " at some. Mend what failed, or leave out those scales.",
    ),
    (
        lambda: compare_curves([CURVE, CURVE]),
        "curves must be two noise curves or more by their names, as a dict, got "
        "[NoiseCurve(5 scales x 2 folds: accuracy), NoiseCurve(5 scales x 2 folds: "
        "accuracy)]. Compare the scales of one by its method cost.",
    ),
    (
        lambda: compare_curves({"a": CURVE}),
        "curves must be two noise curves or more by their names, as a dict, got {'a':"
        " NoiseCurve(5 scales x 2 folds: accuracy)}. Compare the scales of one by its"
        " method cost.",
    ),
    (
        lambda: compare_curves({"a": CURVE, "b": CURVE}, reference="c"),
        "reference must be the name of a curve, one of ['a', 'b']; got 'c'.",
    ),
    (
        lambda: compare_curves({"a": CURVE, "b": curve_of(REFERENCE)}),
        "compare_curves expects curves of the same folds, but 'b' has [(0, 0)] and "
        "'a' has [(0, 0), (0, 1)]. Run noise_curve for both with the same data, cv "
        "and scales.",
    ),
    (
        lambda: compare_curves(
            {"a": CURVE, "b": curve_of(REFERENCE[:4], REFERENCE[:4], scales=SCALES[:4])}
        ),
        "compare_curves expects curves of the same scales, but 'b' has [0.1, 0.5, "
        "1.0, 2.0] and 'a' has [0.1, 0.5, 1.0, 2.0, 4.0]. Run noise_curve for both "
        "with the same data, cv and scales.",
    ),
    (
        lambda: compare_curves(
            {"a": CURVE, "b": curve_of(REFERENCE, REFERENCE, n_train=4001)}
        ),
        "compare_curves expects curves of the same numbers of training and validation"
        " samples, but 'b' has [[4001, 1000], [4001, 1000]] and 'a' has [[4000, "
        "1000], [4000, 1000]]. Run noise_curve for both with the same data, cv and "
        "scales.",
    ),
    (
        lambda: compare_curves(
            {
                "a": PREDICTED,
                "b": changed(
                    PREDICTED, "predictions", sample=lambda x: x["sample"] + 1
                ),
            }
        ),
        "compare_curves expects curves of the same samples in fold 0, but 'b' has [1,"
        " 3, 5] and 'a' has [0, 2, 4]. Run noise_curve for both with the same data, "
        "cv and scales.",
    ),
    (
        lambda: compare_curves(
            {
                "a": PREDICTED,
                "b": changed(
                    PREDICTED, "predictions", target=lambda x: x["target"] + 1
                ),
            }
        ),
        "compare_curves expects curves of the same targets in fold 0, but 'b' has 1 "
        "for sample 0 and 'a' has 0 for sample 0. Run noise_curve for both with the "
        "same data, cv and scales.",
    ),
    (
        lambda: compare_curves({"a": CURVE, "b": CURVE.scores}),
        "curves must be noise curves by their names, but 'b' is a DataFrame. "
        "noise_curve makes them.",
    ),
    (
        lambda: compare_curves({"a": CURVE, "b": CURVE}, reference=["a"]),
        "reference must be the name of a curve, one of ['a', 'b']; got ['a'].",
    ),
    (
        lambda: compare_curves({"a": MANY, "b": shifted(MANY)}),
        "compare_curves expects curves of the same samples in fold 1, but 'b' has "
        "[103, 105, 107, 109, 111, ...] (6) and 'a' has [3, 5, 7, 9, 11, ...] (6). "
        "Run noise_curve for both with the same data, cv and scales.",
    ),
    (
        lambda: compare_curves({"a": MANY, "b": retargeted(MANY)}),
        "compare_curves expects curves of the same targets in fold 1, but 'b' has 9 "
        "for sample 5 and 'a' has 2 for sample 5. Run noise_curve for both with the "
        "same data, cv and scales.",
    ),
    (
        lambda: NoiseCurve.concat([]),
        "curves must be NoiseCurves, at least one, got none. Pass a list of what "
        "noise_curve gave.",
    ),
    (
        lambda: NoiseCurve.concat([CURVE, CURVE.scores, 3]),
        "curves must be NoiseCurves, at least one, got DataFrame, int. Pass a list of"
        " what noise_curve gave.",
    ),
    (
        lambda: NoiseCurve.concat([CURVE, CURVE]),
        "concat joins curves that noise_curve made, whose manifest says of which "
        "study they are; a curve from a search or made by hand has none. Run them "
        "with noise_curve.",
    ),
    (
        lambda: NoiseCurve.concat(
            [part("scale < 2", study=None), part("scale > 1", study=None)]
        ),
        "concat joins curves that are known to be of one study, but what their "
        "estimator holds cannot be told from another: Pipeline(steps=[...]). Run all "
        "of it in one noise_curve.",
    ),
    (
        lambda: NoiseCurve.concat(
            [
                part("scale < 2"),
                part("scale > 1", study="xyz", training="fresh", cv="KFold()"),
            ]
        ),
        "concat joins parts of one study, but these differ: training is None and "
        "'fresh'; cv is 'StratifiedKFold(n_splits=3)' and 'KFold()'. Compare "
        "different studies as curves of their own.",
    ),
    (
        lambda: NoiseCurve.concat([part("scale < 2"), part("scale > 1", study="xyz")]),
        "concat joins parts of one study, but these differ: something that the "
        "manifest does not spell out, for instance the code of a class. Compare "
        "different studies as curves of their own.",
    ),
    (
        lambda: NoiseCurve.concat(
            [
                part("scale < 2"),
                part(
                    "scale > 1",
                    data={"fingerprint": "xyz", "n_samples": 300, "n_features": 64},
                ),
            ]
        ),
        "concat joins parts of one study, but these differ: data fingerprint is 'def'"
        " and 'xyz'. Compare different studies as curves of their own.",
    ),
    (
        lambda: NoiseCurve.concat([part("scale < 2"), part("scale > 0")]),
        "concat joins different scales, folds or repeats, but scale 1, fold 0, repeat"
        " 0 is in several curves, and repeats joined with themselves would count "
        "twice. Leave out what another curve has, or run noise_curve with n_repeats "
        "for more repeats.",
    ),
    (
        lambda: NoiseCurve.concat([part("scale < 2"), part("scale > 1 and fold > 0")]),
        "concat joins parts to a whole, each scale with each fold and repeat, but "
        "scale 2, fold 0, repeat 0 is in none of the curves. Pass that part as well.",
    ),
    (
        lambda: NoiseCurve.concat(
            [part("scale < 2"), replace(part("scale > 1"), predictions=None)]
        ),
        "concat joins curves with the same predictions, got True and False. Run the "
        "parts with the same arguments.",
    ),
    (
        lambda: NoiseCurve.concat(
            [part("scale < 2"), replace(part("scale > 1"), n_classes=9)]
        ),
        "concat joins curves with the same n_classes, got 2 and 9. Run the parts with"
        " the same arguments.",
    ),
    (
        lambda: NoiseCurve.concat(
            [part("scale < 2"), changed(part("scale > 1"), metric="f1")]
        ),
        "concat joins curves with the same metrics, got ['accuracy'] and ['f1']. Run "
        "the parts with the same arguments.",
    ),
    (
        lambda: NoiseCurve.concat(
            [part("scale < 2"), changed(part("scale > 1"), split="train")]
        ),
        "concat joins curves with the same splits, got ['validation'] and ['train']. "
        "Run the parts with the same arguments.",
    ),
    (
        lambda: NoiseCurve.concat(3),
        "curves must be NoiseCurves, at least one, got int. Pass a list of what "
        "noise_curve gave.",
    ),
    (
        lambda: NoiseCurve.concat(
            [part("scale < 2"), replace(part("scale > 1"), epochs=EPOCHS)]
        ),
        "concat joins curves with the same epochs, got False and True. Run the parts "
        "with the same arguments.",
    ),
    (
        lambda: of_search(bayes__var_smoothing=[1e-9, 1e-3]),
        "from_search expects a search over the scale of the noise, 'noise__scale', "
        "and nothing that does not follow it; this one varied "
        "['bayes__var_smoothing', 'noise__scale']. Name the scale as param_name, and "
        "set other parameters before.",
    ),
    (
        lambda: of_search(noise__random_state=[0, 1]),
        "from_search expects a search over the scale of the noise, 'noise__scale', "
        "and nothing that does not follow it; this one varied ['noise__random_state',"
        " 'noise__scale']. Name the scale as param_name, and set other parameters "
        "before.",
    ),
    (
        lambda: of_search(param_name="scale"),
        "from_search expects a search over the scale of the noise, 'scale', and "
        "nothing that does not follow it; this one varied ['noise__scale']. Name the "
        "scale as param_name, and set other parameters before.",
    ),
    (
        lambda: of_search(X),
        "from_search expects the data that the search was fitted on, but y is "
        "missing. Pass that data, or none.",
    ),
    (
        lambda: of_search(X[:, :3], Y),
        "from_search expects the data that the search was fitted on, but X has 3 "
        "features, and the search saw 4. Pass that data, or none.",
    ),
    (
        lambda: of_search(X, Y + 1),
        "from_search expects the data that the search was fitted on, but y has the "
        "classes [1, 2, 3], and the search saw [0, 1, 2]. Pass that data, or none.",
    ),
    (
        lambda: of_search(X[:99], Y[:99]),
        "from_search expects the data that the search was fitted on, but y has the "
        "classes [0, 1], and the search saw [0, 1, 2]. Pass that data, or none.",
    ),
    (
        lambda: of_search(X[:, :3].repeat(2, axis=1), Y),
        "from_search expects the data that the search was fitted on, but X has 6 "
        "features, and the search saw 4. Pass that data, or none.",
    ),
    (
        lambda: of_search(y=np.array(["a"] * 150)),
        "from_search expects the data that the search was fitted on, but y has the "
        "classes ['a'], and the search saw [0, 1, 2]. Pass that data, or none.",
    ),
    (
        lambda: of_search(y=[None, "a", 3] * 50),
        "from_search expects the data that the search was fitted on, but y holds what"
        " are no labels ('<' not supported between instances of 'int' and "
        "'NoneType'). Pass that data, or none.",
    ),
    (
        lambda: of_search(X[::2], Y[::2]),
        "from_search expects the data that the search was fitted on, but X and y make"
        " 25 validation samples in fold 0, of which no number is the share 0.94 that "
        "the search found. Pass that data, or none.",
    ),
    (
        lambda: NoiseMatrix([]),
        "scores must be a DataFrame, got list. Pass one with the columns "
        "['train_scale', 'validation_scale', 'fold', 'metric', 'value'].",
    ),
    (
        lambda: matrix_of(pd.concat([CURVE.scores, CURVE.scores[:1]])),
        "scores must have one row for each of ['train_scale', 'validation_scale', "
        "'fold', 'metric'], but has several for train_scale 0.5, validation_scale "
        "0.1, fold 0. Pass the scores of one noise_matrix.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", target=1j).by_class(),
        "predictions must have labels of one kind in 'target' and 'prediction', text "
        "or finite numbers, got complex128 and numbers. Convert them with astype.",
    ),
    (
        lambda: loaded(NoiseMatrix),
        "curve.npz must hold a NoiseMatrix, got a NoiseCurve. Read it with "
        "NoiseCurve.load.",
    ),
    (
        lambda: loaded(NoiseCurve, b"nothing"),
        "curve.npz must be a file that NoiseCurve.save wrote, and it is not. Name "
        "such a file.",
    ),
    (
        lambda: loaded(NoiseCurve, change=lambda content: content[:-9]),
        "curve.npz must be whole, as NoiseCurve.save wrote it, but it is damaged. "
        "Copy it again, or save the results anew.",
    ),
    (
        lambda: changed(PREDICTED, "predictions", target=1j).save("curve.npz"),
        "save keeps numbers, strings, booleans and None, but a table holds 1j. "
        "Convert the targets before the study.",
    ),
    (
        lambda: replace(CURVE, manifest={"a": {1}}).save("curve.npz"),
        "save keeps a manifest that JSON knows, and this one is not: Object of type "
        "set is not JSON serializable. Convert it to dicts, lists, strings and "
        "numbers.",
    ),
    (
        lambda: changed(CURVE, more=pd.Timestamp(0)).save("curve.npz"),
        "save keeps numbers, strings, booleans and None, but a table holds "
        "Timestamp('1970-01-01 00:00:00'). Convert the targets before the study.",
    ),
    (
        lambda: CURVE.save(""),
        "path must name a file, got '.'.",
    ),
    (
        lambda: CURVE.tolerance(0.9, metric="f1"),
        "There is no metric 'f1'; there are ['accuracy'].",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_says_what_was_expected_what_came_and_how_to_mend_it(
    call, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert str(error.value) == message
