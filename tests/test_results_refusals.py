"""Each refusal of results says what was expected, what came and how to mend it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from curves import REFERENCE, SCALES, curve_of
from per_sample import MANIFEST, as_predicted, cut
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, NoiseCurve, NoiseMatrix, compare_curves

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
ROWS = PREDICTED.predictions
REGRESSED = replace(PREDICTED, predictions=ROWS.drop(columns="probability"))
GROUPED = replace(PREDICTED, predictions=ROWS.assign(group=ROWS["sample"]))
EPOCHS = CURVE.scores[["scale", "fold", "split", "metric", "value"]].assign(epoch=1)


def changed(curve, table="scores", **columns):
    return replace(curve, **{table: getattr(curve, table).assign(**columns)})


def part(query, **manifest):
    return replace(cut(PREDICTED, query), manifest=MANIFEST | manifest)


def joined(other):
    """Join the first scale and another part."""
    return NoiseCurve.concat([part("scale < 2"), other])


def compared(other, curve=CURVE, **options):
    return compare_curves({"a": curve, "b": other}, **options)


def of_search(scales=(0.5, 2.0), param_name=None, **grid):
    """Read a search over iris."""
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    grid = {"noise__scale": list(scales), **grid}
    search = GridSearchCV(pipeline, grid, cv=3).fit(*load_iris(return_X_y=True))
    return NoiseCurve.from_search(search, param_name=param_name)


def loaded(kind, content=None):
    """Load a file of a curve, or other bytes."""
    CURVE.save("curve.npz")
    if content is not None:
        Path("curve.npz").write_bytes(content)
    return kind.load("curve.npz")


REFUSALS = [
    (lambda: NoiseCurve({}), "got dict. Pass one with the columns ['scale', 'fold', '"),
    (
        lambda: NoiseCurve(CURVE.scores.drop(columns="fold")),
        "but lacks ['fold']; it has ['scale', 'split', 'metric', 'value', "
        "'fit_seconds', 'score_seconds', 'n_train', 'n_validation']. Rename or add",
    ),
    (
        lambda: changed(CURVE, value="high"),
        f"must have numbers in 'value', got {TEXT}. Convert the column with astype.",
    ),
    (
        lambda: changed(CURVE, fold=0),
        "several for scale 0.1, fold 0, split validation, metric accuracy. Pass the "
        "table of one study; use NoiseCurve.concat to join curves.",
    ),
    (lambda: CURVE.by_class(), "Run noise_curve with return_predictions=True. There"),
    (lambda: REGRESSED.samples(), "samples needs the curve of a classifier, but this"),
    (lambda: PREDICTED.by_class([0, 7]), "list of labels in [0, 1, 2], got [0, 7]. L"),
    (
        lambda: curve_of([0.9, 0.8], scales=[1, 2], metric="f1").cost(),
        "scored; got 1 folds. Cross-validate with more folds, for instance cv=5.",
    ),
    (lambda: compare_curves([CURVE, CURVE]), "Compare the scales of one curve by its"),
    (
        lambda: joined(part("scale > 1", study="xyz", training="fresh", cv="KFold()")),
        "these differ: training is None and 'fresh'; cv is "
        "'StratifiedKFold(n_splits=3)' and 'KFold()'. Compare different studies with",
    ),
    (lambda: joined(part("scale > 1", **dict.fromkeys(MANIFEST, 1))), "more. Compare"),
    (lambda: joined(changed(part("scale > 1"), draw=1)), "curves with the same draws"),
    (
        lambda: joined(part("scale > 1", data=MANIFEST["data"] | {"groups": "xyz"})),
        "these differ: data groups is None and 'xyz'",
    ),
    (lambda: compared(GROUPED, PREDICTED), "curves of the same group of sample"),
    (lambda: compared(PREDICTED, GROUPED), "curves of the same group of sample"),
    (
        lambda: of_search(bayes__var_smoothing=[1e-9, 1e-3]),
        "got a GridSearchCV over ['bayes__var_smoothing', 'noise__scale'] with the "
        "scales [0.5, 2.0, 0.5, 2.0]. Pass the name of the scale as param_name",
    ),
    (lambda: CURVE.summary(simultaneous=[1, 2]), "simultaneous"),
    (lambda: CURVE.cost(reference=[1, 2]), "reference"),
    (lambda: PREDICTED.confusion(scale=[1, 2]), "scale"),
    (lambda: PREDICTED.by_class(classes=np.eye(2)), "classes"),
    (lambda: CURVE.save(path=3), "path"),
    (lambda: NoiseCurve.load(path=None), "path"),
    (lambda: NoiseCurve.from_search(None, param_name=[]), "param_name"),
    (lambda: CURVE.plot(metric=3), "no metric 3; there are ['accuracy'"),
    (
        lambda: changed(PREDICTED, "predictions", scale=3.0),
        "several for scale 3.0, fold 0, sample 0, repeat 0",
    ),
    (
        lambda: replace(CURVE, epochs=pd.concat([EPOCHS, EPOCHS])),
        "several for scale 0.1, fold 0, split validation, metric accuracy, epoch 1",
    ),
    (
        lambda: changed(PREDICTED, "predictions", fold=ROWS["fold"] + 1),
        "of cells that have scores, but scale 1, fold 2, repeat 0 has none. Pass",
    ),
    (lambda: joined(part("scale > 1", study="xyz")), "differ: the hash of the study"),
    (lambda: NoiseCurve(CURVE.scores[:0]), "at least one row, got"),
    (lambda: changed(CURVE, fold=0.5), "whole numbers in 'fold', got float64"),
    (lambda: changed(CURVE, scale=np.inf), "finite scales, 0 or more, in 'scale'"),
    (lambda: changed(CURVE, split="test"), "'validation'], got ['test']"),
    (lambda: NoiseMatrix([]), "scores must be a DataFrame, got list"),
    (lambda: PREDICTED.confusion(3), "one of [1.0, 2.0]; got 3"),
    (lambda: CURVE.spread(), "spread compares at least two repeats or draws of the no"),
    (lambda: CURVE.summary(confidence=95), "got 95. Pass 0.95"),
    (lambda: CURVE.cost(reference=3), "2.0, 4.0]; got 3"),
    (lambda: curve_of([0.9], scales=[1]).cost(), "but the curve has only [1]. Run"),
    (
        lambda: replace(CURVE, scores=CURVE.scores.drop(columns="n_train")).cost(),
        "Pass X and y of the search",
    ),
    (lambda: CURVE.tolerance(), "got target=None and relative=None"),
    (lambda: CURVE.tolerance(0.9, metric="f1"), "no metric 'f1'; there are"),
    (lambda: CURVE.tolerance(90), "got 90. Divide a percentage by 100"),
    (lambda: CURVE.tolerance(0.99), "the highest is 0.9823"),
    (lambda: curve_of([-0.5] * 5, metric="r2").tolerance(0.1), "the highest is -0.5"),
    (lambda: CURVE.tolerance(relative=90), "greater than 0 and at most 1; got 90"),
    (lambda: LOSSES.tolerance(-1), "from 0 to inf, as the log loss is; got -1"),
    (lambda: LOSSES.tolerance(0.01), "below every mean log loss; the lowest is"),
    (lambda: LOSSES.tolerance(relative=0.9), "for a loss, the highest to accept"),
    (
        lambda: curve_of([0, -0.2], scales=[1, 2], metric="r2").tolerance(relative=0.9),
        "r2 at scale 1 is 0. Pass a target",
    ),
    (
        lambda: curve_of([np.nan, 0.8], scales=[1, 2]).tolerance(0.7),
        "every fold failed at some scale",
    ),
    (lambda: compared(CURVE.scores), "'b' is a DataFrame"),
    (lambda: compared(CURVE, reference="c"), "one of ['a', 'b']; got 'c'"),
    (
        lambda: compared(
            replace(CURVE, manifest={"unit": "volts"}),
            replace(CURVE, manifest={"unit": "grey levels"}),
        ),
        "'b' has volts and 'a' has grey levels",
    ),
    (
        lambda: compared(NoiseCurve(CURVE.scores.assign(draw=1))),
        "same draws of the noise, but 'b' has [1] and 'a' has [0]. Run noise_curve for",
    ),
    (lambda: compared(curve_of(REFERENCE)), "same folds, but 'b' has [(0, 0)] and"),
    (
        lambda: compared(curve_of(*[REFERENCE[:4]] * 2, scales=SCALES[:4])),
        "'b' has [0.1, 0.5, 1.0, 2.0] and 'a' has",
    ),
    (
        lambda: compared(curve_of(*[REFERENCE] * 2, n_train=4001)),
        "numbers of training and validation samples, but 'b' has",
    ),
    (
        lambda: compared(
            changed(PREDICTED, "predictions", sample=ROWS["sample"] + 6), PREDICTED
        ),
        "samples in fold 0, but 'b' has no 0 and 'a' has 0",
    ),
    (
        lambda: compared(
            changed(PREDICTED, "predictions", target=ROWS["target"] + 1), PREDICTED
        ),
        "target of sample 0, but 'b' has 1 and 'a' has 0",
    ),
    (lambda: NoiseCurve.concat([]), "at least one NoiseCurve, got none"),
    (lambda: joined(part("scale > 1", study=None)), "the hash of the study"),
    (
        lambda: joined(
            part("scale > 1", data=MANIFEST["data"] | {"fingerprint": "xyz"})
        ),
        "data fingerprint is 'def' and 'xyz'",
    ),
    (lambda: joined(part("scale > 0")), "fold 0, repeat 0 is in several curves"),
    (lambda: joined(part("scale > 1 and fold > 0")), "scale 2, fold 0, repeat 0 is in"),
    (lambda: joined(replace(part("scale > 1"), predictions=None)), "got True and"),
    (lambda: joined(changed(part("scale > 1"), metric="f1")), "and ['f1']. Run the"),
    (lambda: NoiseCurve.from_search(3), "search such as GridSearchCV, got int"),
    (lambda: loaded(NoiseMatrix), "contain a NoiseMatrix, got 'NoiseCurve'"),
    (
        lambda: changed(PREDICTED, "predictions", target=1j).save("curve.npz"),
        "but a table has 1j",
    ),
    (
        lambda: replace(CURVE, manifest={"a": {1}}).save("curve.npz"),
        "written as JSON: Object of type set is not",
    ),
    (lambda: CURVE.save(""), "path must be the path of a file, got ''. Pass a name"),
    (lambda: changed(CURVE, scale=-1.0), "finite scales, 0 or more"),
    (lambda: replace(CURVE, epochs=[]), "epochs must be a DataFrame"),
    (lambda: replace(CURVE, n_classes="x"), "number of classes, 1 or more, or None"),
    (lambda: replace(CURVE, n_classes=[1]), "number of classes, 1 or more, or None"),
    (lambda: replace(CURVE, manifest="x"), "manifest must be a dict or None, got str"),
    (lambda: replace(CURVE, manifest=[1]), "manifest must be a dict or None, got list"),
    (lambda: PREDICTED.by_class([]), "labels in [0, 1, 2], got []"),
    (lambda: CURVE.tolerance(0.9, relative=0.9), "target=0.9 and relative=0.9"),
    (lambda: CURVE.tolerance(np.nan), "as the accuracy is; got nan"),
    (lambda: CURVE.tolerance(-0.1), "a finite number from 0 to 1"),
    (lambda: CURVE.tolerance(relative=0), "greater than 0 and at most 1; got 0"),
    (lambda: compare_curves({"a": CURVE}), "dict of two or more noise curves"),
    (lambda: NoiseCurve.concat([CURVE, CURVE.scores, 3]), "got DataFrame, int"),
    (lambda: NoiseCurve.concat([CURVE, CURVE]), "have no manifest"),
    (
        lambda: NoiseCurve.concat([replace(CURVE, manifest={"estimator": [1]})] * 2),
        "whose manifest has the hash of the study",
    ),
    (lambda: joined(replace(part("scale > 1"), epochs=EPOCHS)), "same epochs"),
    (lambda: joined(changed(part("scale > 1"), split="train")), "same splits"),
    (lambda: of_search(param_name="scale"), "[None, None]"),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_says_what_was_expected_what_came_and_how_to_mend_it(
    call, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert message in str(error.value)
