import pandas as pd
import pytest
from per_sample import MANIFEST, cut
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, NoiseCurve, noise_curve

TABLES = ["scores", "predictions"]


@pytest.fixture
def curve(repeated_curve):
    return repeated_curve


@pytest.fixture
def halves(curve):
    return [cut(curve, "scale < 1"), cut(curve, "scale == 1")]


def remade(curve, **changes):
    return NoiseCurve(**vars(curve) | changes)


def with_manifest(curve, **changes):
    return remade(curve, manifest=MANIFEST | changes)


def assert_same(joined, curve):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(joined, name), getattr(curve, name))
    assert joined.n_classes == curve.n_classes
    assert joined.manifest == curve.manifest


@pytest.mark.parametrize("name", ["scale", "fold", "repeat"])
def test_parts_join_to_the_whole_in_any_order(curve, name):
    values = curve.scores[name].unique()
    parts = [cut(curve, f"{name} == {value}") for value in values]
    assert_same(NoiseCurve.concat(parts), curve)
    assert_same(NoiseCurve.concat(reversed(parts)), curve)


def test_joined_curves_give_the_tables_of_the_whole(curve, halves):
    joined = NoiseCurve.concat(halves)
    for method in ("summary", "by_class", "samples", "spread"):
        expected = getattr(curve, method)()
        pd.testing.assert_frame_equal(getattr(joined, method)(), expected)


def test_epochs_join(halves):
    columns = ["scale", "fold", "repeat", "split", "metric", "value"]
    parts = [
        remade(half, epochs=half.scores[columns].assign(epoch=1)) for half in halves
    ]
    joined = NoiseCurve.concat(reversed(parts)).epochs
    expected = pd.concat([part.epochs for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(joined, expected)


def test_saved_parts_join(curve, halves, tmp_path):
    for number, half in enumerate(halves):
        half.save(tmp_path / f"{number}.npz")
    paths = sorted(tmp_path.iterdir())
    assert_same(NoiseCurve.concat(map(NoiseCurve.load, paths)), curve)


def test_parts_of_other_processors_are_told_in_the_manifest(halves):
    arm = MANIFEST | {"processor": "arm"}
    joined = NoiseCurve.concat([halves[0], with_manifest(halves[1], processor="arm")])
    assert joined.manifest == MANIFEST | {"others": [arm]}


def test_what_was_joined_before_joins_again(curve):
    folds = [
        with_manifest(cut(curve, f"fold == {fold}"), processor=processor)
        for fold, processor in enumerate(["x86_64", "arm", "x86_64"])
    ]
    joined = NoiseCurve.concat([NoiseCurve.concat(folds[:2]), folds[2]])
    assert joined.manifest == MANIFEST | {"others": [MANIFEST | {"processor": "arm"}]}


def listed(splits, pipeline, digits, scales=(0.5, 2.0)):
    return noise_curve(pipeline, *digits, scales=scales, cv=splits, scoring="accuracy")


def without_times(table):
    return table.drop(columns=["fit_seconds", "score_seconds"], errors="ignore")


def test_folds_that_were_listed_apart_join_to_the_whole(digits):
    pipeline = Pipeline(
        [("noise", GaussianNoiseTransformer(random_state=0)), ("nb", GaussianNB())]
    )
    splits = list(StratifiedKFold(3).split(*digits))
    whole = listed(splits, pipeline, digits)
    parts = [listed(part, pipeline, digits) for part in (splits[:1], splits[1:])]
    joined = NoiseCurve.concat(parts)
    assert joined.manifest == whole.manifest
    for name in TABLES:
        pd.testing.assert_frame_equal(
            without_times(getattr(joined, name)), without_times(getattr(whole, name))
        )
    with pytest.raises(ValueError, match="in several curves"):
        NoiseCurve.concat([whole, parts[0]])


def test_parts_with_edited_own_code_are_refused(halves):
    """See test_own_code.py for what changes the hash of a study."""
    parts = [
        with_manifest(half, study=edit, own_code={"own_step.py": edit})
        for half, edit in zip(halves, ["as it was", "edited"], strict=True)
    ]
    with pytest.raises(ValueError, match=r"these differ: own_step\.py changed"):
        NoiseCurve.concat(parts)
