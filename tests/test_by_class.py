import numpy as np
import pandas as pd
import pytest
from per_sample import as_predicted, noisy, predicted_curve
from sklearn.datasets import load_iris
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import confusion_matrix, recall_score
from sklearn.model_selection import RepeatedStratifiedKFold, ShuffleSplit
from sklearn.neighbors import NearestCentroid

from skn_noise import NoiseCurve
from skn_noise.statistics import accuracy_interval

HOLDOUT = ShuffleSplit(1, test_size=0.3, random_state=0)


@pytest.fixture(scope="module")
def curve(digits):
    return predicted_curve(noisy(), *digits)


@pytest.fixture(scope="module")
def iris_curve():
    X, y = load_iris(return_X_y=True)
    return predicted_curve(noisy(), X, np.array(["s", "ve", "vi"])[y], scales=[0, 1, 4])


def scores_of(curve, metric="accuracy"):
    chosen = curve.scores.query("split == 'validation' and metric == @metric")
    return chosen.set_index("scale")


def test_recalls_are_those_of_scikit_learn(curve):
    recalls = curve.by_class()
    for scale, rows in curve.predictions.groupby("scale"):
        expected = recall_score(rows["target"], rows["prediction"], average=None)
        of_scale = recalls[recalls["scale"] == scale]
        np.testing.assert_allclose(of_scale["recall"], expected, rtol=1e-15)
        assert of_scale["target"].tolist() == list(range(10))


@pytest.mark.parametrize(
    "cv", [HOLDOUT, 4, RepeatedStratifiedKFold(n_splits=3, n_repeats=2)]
)
def test_recalls_weighted_by_their_samples_give_the_accuracy(digits, cv):
    curve = predicted_curve(noisy(NearestCentroid()), *digits, cv=cv, scales=[1])
    for scale, recalls in curve.by_class().groupby("scale"):
        scores = scores_of(curve).loc[[scale]]
        np.testing.assert_allclose(
            np.average(recalls["recall"], weights=recalls["n"]),
            np.average(scores["value"], weights=scores["n_validation"]),
            rtol=1e-15,
        )


def interval_of(correct, samples, **options):
    return accuracy_interval(
        correct, samples=samples, n_train=1, training_weight=0, **options
    )


def test_interval_is_for_the_models_that_were_fitted(curve):
    row = curve.by_class([3]).query("scale == 1").iloc[0]
    rows = curve.predictions.query("scale == 1 and target == 3")
    expected = interval_of(rows["prediction"] == 3, rows["sample"])
    assert tuple(row[["recall", "lower", "upper"]]) == expected


def test_simultaneous_intervals_hold_for_all_classes(curve):
    together = curve.by_class([3, 4], simultaneous=True)
    each = curve.by_class([3, 4], confidence=0.975)
    pd.testing.assert_frame_equal(together, each)


def test_recordings_of_a_subject_are_no_evidence_of_their_own(curve):
    def of_subjects(n_recordings):
        rows = pd.concat([curve.predictions] * n_recordings, ignore_index=True)
        recordings = rows.assign(group=rows["sample"], sample=rows.index)
        return NoiseCurve(curve.scores, predictions=recordings).by_class()

    bounds = ["lower", "upper"]
    once, five = (of_subjects(n)[bounds] for n in (1, 5))
    np.testing.assert_allclose(five, once)


def test_three_groups_of_a_class_have_no_interval(curve):
    groups = curve.predictions["sample"] % 3
    few = NoiseCurve(curve.scores, predictions=curve.predictions.assign(group=groups))
    assert few.by_class()[["lower", "upper"]].isna().all(axis=None)
    assert few.by_class()["recall"].equals(curve.by_class()["recall"])


def test_repeats_of_a_sample_count_as_one(curve):
    rows = curve.predictions.assign(repeat=1)
    twice = NoiseCurve(
        pd.concat([curve.scores, curve.scores.assign(repeat=1)]),
        predictions=pd.concat([curve.predictions, rows]),
    )
    bounds = ["recall", "lower", "upper"]
    pd.testing.assert_frame_equal(twice.by_class()[bounds], curve.by_class()[bounds])


def test_a_class_of_one_sample_has_the_interval_of_one():
    curve = as_predicted([(1, 0, 0, i, "b" if i else "a", "b") for i in range(200)])
    row = curve.by_class(["a"]).iloc[0]
    assert tuple(row[["recall", "lower", "upper"]]) == interval_of([False], [0])
    assert 0 == row["lower"] < row["upper"] < 1


def test_confusion_is_that_of_scikit_learn(curve):
    rows = curve.predictions.query("scale == 1")
    expected = confusion_matrix(rows["target"], rows["prediction"])
    np.testing.assert_array_equal(curve.confusion(1), expected)
    normalized = confusion_matrix(rows["target"], rows["prediction"], normalize="true")
    np.testing.assert_array_equal(curve.confusion(1, normalize="true"), normalized)


def test_confusion_sums_to_the_validations(iris_curve):
    for scale in (0, 1, 4):
        confusion = iris_curve.confusion(scale)
        assert confusion.to_numpy().sum() == 150
        assert confusion.sum(axis=1).tolist() == [50, 50, 50]
        assert list(confusion) == list(confusion.index) == ["s", "ve", "vi"]
        assert confusion.index.name == "target"
        assert confusion.columns.name == "prediction"


def test_confusion_has_the_classes_of_all_scales():
    rows = [(1, 0, 0, sample, 0, 0) for sample in range(4)]
    rows += [(2, 0, 0, sample, 0, 1) for sample in range(4)]
    assert as_predicted(rows).confusion(1).to_numpy().tolist() == [[4, 0], [0, 0]]


def test_labels_may_be_booleans(digits):
    X, y = digits
    curve = predicted_curve(noisy(), X, y > 4, scales=[0.5, 2])
    assert curve.by_class()["target"].tolist() == [False, True] * 2
    assert curve.confusion(2).to_numpy().sum() == len(y)
    assert set(curve.samples()["taken_for"]) == {False, True, None}


def lost(*rows):
    return as_predicted(rows).samples().set_index("sample")


def test_a_sample_is_lost_for_good_from_where_it_is_always_wrong():
    samples = lost(
        *[(scale, 0, 0, 0, "a", "ababb"[scale]) for scale in range(5)],
        *[(scale, 0, 0, 1, "a", "bbbba"[scale]) for scale in range(5)],
        *[(scale, 0, 0, 2, "b", "aaaaa"[scale]) for scale in range(5)],
    )
    assert samples["lost_at"].tolist() == [3, np.inf, 0]
    assert samples["taken_for"].tolist() == ["b", None, "a"]
    assert samples["accuracy"].tolist() == [0.4, 0.2, 0]


def test_it_is_taken_for_what_it_is_most_often_taken_for_then():
    samples = lost(
        *[(scale, 0, 0, 0, "a", "bbacdc"[scale]) for scale in range(6)],
        *[(scale, 0, 0, 1, "a", "aaaadc"[scale]) for scale in range(6)],
    )
    assert samples["taken_for"].tolist() == ["c", "c"]


def test_most_of_its_repeats_decide():
    repeats = enumerate(["aa", "ab", "bb"])
    samples = lost(
        *[(s, 0, repeat, 7, "a", word[s]) for repeat, word in repeats for s in (0, 1)]
    )
    assert samples.loc[7, "lost_at"] == 1
    assert samples.loc[7, "taken_for"] == "b"
    half = lost((1, 0, 0, 0, 5, 5), (1, 0, 1, 0, 5, 4))
    assert half.loc[0, "lost_at"] == np.inf


def test_scales_at_which_a_sample_was_not_validated_decide_nothing():
    samples = lost((1, 0, 0, 0, 5, 4), (1, 1, 0, 1, 5, 5), (2, 1, 0, 1, 5, 4))
    assert samples["lost_at"].tolist() == [1, 2]


def test_every_sample_has_a_row(curve):
    samples = curve.samples()
    assert samples["sample"].tolist() == list(range(300))
    first = curve.predictions.query("sample == 0")
    assert samples["probability"][0] == first["probability"].mean()


def test_a_classifier_without_probabilities(digits):
    curve = predicted_curve(noisy(RidgeClassifier()), *digits, scales=[1])
    assert curve.samples()["probability"].isna().all()


def test_no_predictions_at_all_give_empty_tables(curve):
    empty = NoiseCurve(curve.scores, predictions=curve.predictions[:0])
    assert empty.by_class().empty
    assert empty.samples().empty
