import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer, StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    GlobalStandardScaler,
    KerasMLPClassifier,
    NoiseCurve,
    make_noise_pipeline,
    noise_curve,
    noise_grid,
    noise_matrix,
)

SCALES = [0.5, 2.0]
COLUMNS = ["scale", "fold", "split", "metric", "value"]


@pytest.fixture
def parzen_pipeline():
    noise = GaussianNoiseTransformer(random_state=0)
    return Pipeline([("noise", noise), ("parzen", GaussianParzenClassifier())])


def validation(curve):
    chosen = curve.scores.query("split == 'validation' and metric == 'accuracy'")
    return chosen.pivot(index="scale", columns="fold", values="value")


# --- scales and units ---------------------------------------------------------------


def noise_before(*steps):
    return Pipeline([("noise", GaussianNoiseTransformer(random_state=0)), *steps])


NETWORK = ("mlp", KerasMLPClassifier((4,), epochs=1, random_state=0))
PARZEN = ("parzen", GaussianParzenClassifier())


def a_tenth_more(X):
    return X * 1.1


def as_rows_of_2(X):
    if X.shape[1] != 2:
        raise ValueError("rows must have two values")
    return X


@pytest.mark.parametrize(
    ("steps", "training", "obstacle"),
    [
        ([("scale", GlobalStandardScaler()), NETWORK], "fresh", "'scale'"),
        ([("scale", GlobalStandardScaler()), PARZEN], "clean", "'scale'"),
        ([("scale", GlobalStandardScaler()), PARZEN], "frozen", "'scale'"),
        ([("pca", PCA(5)), NETWORK], "fresh", "'pca'"),
        ([("log", FunctionTransformer(np.log1p)), NETWORK], "fresh", "'log'"),
        ([("more", FunctionTransformer(a_tenth_more)), NETWORK], "fresh", "'more'"),
        ([("rows", FunctionTransformer(as_rows_of_2)), NETWORK], "fresh", "'rows'"),
        ([("rows", Normalizer()), NETWORK], "fresh", "'rows'"),
        (
            [("inner", make_pipeline("passthrough", StandardScaler())), NETWORK],
            "fresh",
            "'inner__standardscaler'",
        ),
        (
            [("inner", Pipeline([("scale", StandardScaler()), NETWORK]))],
            "fresh",
            "'inner__scale'",
        ),
        (
            [("bag", BaggingClassifier(Pipeline([("unit", Normalizer()), NETWORK])))],
            "fresh",
            "'bag__estimator__unit'",
        ),
    ],
)
def test_scale_is_not_copied_across_a_step_that_changes_its_unit(
    steps, training, obstacle, digits
):
    pipeline = noise_before(*steps)
    calls = [
        lambda: noise_grid(SCALES, training, estimator=pipeline),
        lambda: noise_curve(pipeline, *digits, scales=SCALES, training=training),
    ]
    if training != "clean":
        calls.append(
            lambda: noise_matrix(
                pipeline,
                *digits,
                train_scales=SCALES,
                validation_scales=SCALES,
                training=training,
            )
        )
    for call in calls:
        with pytest.raises(ValueError, match=f"{obstacle} stands between"):
            call()


def test_scale_is_not_copied_from_a_part_of_the_columns():
    some = make_column_transformer((GaussianNoiseTransformer(), [0, 1]))
    with pytest.raises(ValueError, match="no step of a Pipeline"):
        noise_grid(
            SCALES,
            "fresh",
            estimator=Pipeline([("columns", some), NETWORK]),
            param_name="columns__gaussiannoisetransformer__scale",
        )


@pytest.mark.parametrize(
    "step",
    [
        "passthrough",
        None,
        FunctionTransformer(np.float32),
        FunctionTransformer(np.float16),
        FunctionTransformer(),
    ],
    ids=str,
)
def test_scale_is_copied_across_a_step_that_keeps_its_unit(step):
    pipeline = noise_before(("cast", step), NETWORK)
    (params,) = ParameterGrid(noise_grid([2.0], "fresh", estimator=pipeline))
    assert params["mlp__input_noise"] == 2


def test_scale_is_copied_into_a_meta_estimator():
    pipeline = noise_before(("bag", BaggingClassifier(NETWORK[1])))
    (params,) = ParameterGrid(noise_grid([2.0], "fresh", estimator=pipeline))
    assert params["bag__estimator__input_noise"] == 2


def test_scale_is_copied_out_of_a_nested_pipeline():
    first = Pipeline(
        [("scale", StandardScaler()), ("noise", GaussianNoiseTransformer())]
    )
    grid = noise_grid(
        [2.0],
        "fresh",
        estimator=Pipeline([("first", first), NETWORK]),
        param_name="first__noise__scale",
    )
    (params,) = ParameterGrid(grid)
    assert params["mlp__input_noise"] == 2


def test_frozen_noise_may_stand_anywhere_before_a_network(digits):
    pipeline = noise_before(
        ("scale", StandardScaler()), ("knn", KNeighborsClassifier(1))
    )
    noise_curve(pipeline, *digits, scales=[1.0], training="frozen", scoring="accuracy")


# --- the grid -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        ("frozen", {"noise__apply_to": "both", "noise__scale": 2.0}),
        (
            "fresh",
            {
                "noise__apply_to": "test",
                "noise__scale": 2.0,
                "mlp__input_noise": 2.0,
            },
        ),
        ("clean", {"noise__apply_to": "test", "noise__scale": 2.0}),
    ],
)
def test_grid_ties_the_parameters_of_a_regime(training, expected):
    (params,) = ParameterGrid(noise_grid([2.0], training=training))
    assert params == expected


def test_grid_has_a_candidate_a_scale_in_their_order():
    candidates = list(ParameterGrid(noise_grid([2.0, 0.5, 1.0], "fresh")))
    assert [params["noise__scale"] for params in candidates] == [2.0, 0.5, 1.0]
    assert [params["mlp__input_noise"] for params in candidates] == [2.0, 0.5, 1.0]


@pytest.mark.parametrize("training", ["frozen", "clean"])
def test_grid_takes_back_input_noise_that_does_not_follow(training):
    pipeline = make_noise_pipeline(input_noise=1.0)
    (params,) = ParameterGrid(noise_grid([2.0], training, estimator=pipeline))
    assert params["mlp__input_noise"] == 0


def test_grid_of_another_pipeline():
    pipeline = make_pipeline(GaussianNoiseTransformer(), GaussianParzenClassifier())
    grid = noise_grid(
        [2.0],
        "clean",
        estimator=pipeline,
        param_name="gaussiannoisetransformer__scale",
    )
    (params,) = ParameterGrid(grid)
    assert params == {
        "gaussiannoisetransformer__apply_to": "test",
        "gaussiannoisetransformer__scale": 2.0,
        "gaussianparzenclassifier__scale": 2.0,
    }


class AddsItsNoise(GaussianParzenClassifier):
    """A classifier of the user's own that adds the noise itself."""

    def __init__(self, level=1.0, apply_to="both", scale=1.0):
        super().__init__(scale=scale)
        self.level = level
        self.apply_to = apply_to


def test_the_scale_is_copied_within_an_estimator_that_adds_the_noise_itself():
    grid = noise_grid([2.0], "clean", estimator=AddsItsNoise(), param_name="level")
    assert grid == [{"apply_to": ["test"], "level": [2.0], "scale": [2.0]}]


@pytest.mark.parametrize("training", ["frozen", "fresh", "clean"])
def test_grid_search_and_noise_curve_agree_to_the_last_digit(
    training, small_mlp_pipeline, digits
):
    search = GridSearchCV(
        small_mlp_pipeline,
        noise_grid(SCALES, training),
        scoring=["accuracy", "neg_log_loss"],
        cv=2,
        refit=False,
        return_train_score=True,
    ).fit(*digits)
    curve = noise_curve(
        small_mlp_pipeline, *digits, scales=SCALES, training=training, cv=2
    )
    pd.testing.assert_frame_equal(
        NoiseCurve.from_search(search).scores[COLUMNS],
        curve.scores[COLUMNS],
        check_exact=True,
    )


def test_a_search_with_names_of_its_own_names_the_scale(digits):
    pipeline = make_pipeline(GaussianNoiseTransformer(), GaussianParzenClassifier())
    name = "gaussiannoisetransformer__scale"
    grid = noise_grid(SCALES, "clean", estimator=pipeline, param_name=name)
    search = GridSearchCV(pipeline, grid, cv=2).fit(*digits)
    curve = NoiseCurve.from_search(search, param_name=name)
    assert curve.scores["scale"].unique().tolist() == SCALES


# --- the curve ------------------------------------------------------------------------


def test_training_leaves_the_estimator_as_it_is_by_default(quick_pipeline, digits):
    quick_pipeline.set_params(noise__apply_to="test")
    as_it_is, clean, frozen = (
        validation(
            noise_curve(quick_pipeline, *digits, scales=SCALES, training=training, cv=2)
        )
        for training in (None, "clean", "frozen")
    )
    np.testing.assert_array_equal(as_it_is, clean)
    assert not np.array_equal(as_it_is, frozen)


def test_the_given_estimator_is_not_changed(small_mlp_pipeline, digits):
    before = {
        name: value
        for name, value in small_mlp_pipeline.get_params().items()
        if "__" in name
    }
    noise_curve(small_mlp_pipeline, *digits, scales=[1.0], training="fresh", cv=2)
    after = small_mlp_pipeline.get_params()
    assert all(after[name] == value for name, value in before.items())


def test_all_regimes_are_the_same_without_noise(small_mlp_pipeline, digits):
    frozen, fresh, clean = (
        noise_curve(small_mlp_pipeline, *digits, scales=[0.0], training=training, cv=2)
        for training in ("frozen", "fresh", "clean")
    )
    for other in (fresh, clean):
        pd.testing.assert_frame_equal(
            frozen.scores[COLUMNS], other.scores[COLUMNS], check_exact=True
        )


def test_a_clean_curve_takes_one_fit_a_fold(counted, digits):
    pipeline, fits = counted
    scales = [0.1, 1, 2, 3]
    curve = noise_curve(pipeline, *digits, scales=scales, training="clean", cv=3)
    assert len(fits) == 3
    assert curve.scores["scale"].nunique() == 4


def test_a_clean_curve_of_a_pipeline_with_memory(quick_pipeline, digits, tmp_path):
    params = {"scales": SCALES, "training": "clean", "cv": 2}
    expected = validation(noise_curve(quick_pipeline, *digits, **params))
    quick_pipeline.set_params(memory=str(tmp_path))
    for _ in range(2):
        cached = validation(noise_curve(quick_pipeline, *digits, **params))
        np.testing.assert_array_equal(cached, expected)


def test_a_clean_curve_of_a_meta_estimator_fits_every_scale(quick_pipeline, digits):
    calibrated = CalibratedClassifierCV(quick_pipeline, cv=2)
    name = "estimator__noise__scale"
    params = {"param_name": name, "training": "clean", "cv": 2}
    curve = noise_curve(calibrated, *digits, scales=[0.1, 4.0], **params)
    grid = noise_grid([0.1, 4.0], "clean", estimator=calibrated, param_name=name)
    search = GridSearchCV(calibrated, grid, cv=2, scoring="accuracy").fit(*digits)
    expected = NoiseCurve.from_search(search, param_name=name)
    np.testing.assert_array_equal(validation(curve), validation(expected))


def test_epochs_of_a_clean_curve_are_validated_at_every_scale(
    small_mlp_pipeline, digits
):
    curve = noise_curve(
        small_mlp_pipeline,
        *digits,
        scales=[0.1, 4.0],
        training="clean",
        cv=2,
        track_epochs=True,
    )
    last = curve.epochs.query(
        "epoch == 2 and metric == 'accuracy' and split == 'validation'"
    ).pivot(index="scale", columns="fold", values="value")
    np.testing.assert_allclose(last, validation(curve), rtol=1e-6)


def test_training_scores_can_be_left_out(quick_pipeline, digits):
    with_train, without = (
        noise_curve(
            quick_pipeline, *digits, scales=SCALES, cv=2, return_train_score=wanted
        )
        for wanted in (True, False)
    )
    assert set(without.scores["split"]) == {"validation"}
    np.testing.assert_array_equal(validation(with_train), validation(without))


def test_regimes_keep_their_cells_apart(small_mlp_pipeline, digits, tmp_path):
    params = {"scales": [2.0], "cv": 2}
    for training in ("frozen", "fresh", "clean"):
        kept, plain = (
            noise_curve(
                small_mlp_pipeline, *digits, training=training, memory=memory, **params
            )
            for memory in (tmp_path, None)
        )
        np.testing.assert_array_equal(validation(kept), validation(plain))


def test_fresh_noise_beats_frozen_noise_at_great_scales():
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    pipeline = make_noise_pipeline(
        random_state=0, hidden_layer_sizes=(64,), epochs=60, batch_size=32
    )
    frozen, fresh = (
        validation(
            noise_curve(pipeline, X, y, scales=[2.0], training=training, cv=2)
        ).to_numpy()
        for training in ("frozen", "fresh")
    )
    assert (fresh > frozen + 0.02).all()


def test_the_scale_of_a_parzen_classifier_follows(parzen_pipeline, digits):
    X, y = digits
    curve = noise_curve(parzen_pipeline, X, y, scales=SCALES, training="clean", cv=2)
    for scale in SCALES:
        parzen_pipeline.set_params(
            noise__scale=scale, noise__apply_to="test", parzen__scale=scale
        )
        alone = noise_curve(parzen_pipeline, X, y, scales=[scale], cv=2)
        np.testing.assert_array_equal(
            validation(curve).loc[scale], validation(alone).loc[scale]
        )


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize("call", [noise_grid, noise_curve])
def test_unknown_regime(call, quick_pipeline, digits):
    arguments = ([1.0],) if call is noise_grid else (quick_pipeline, *digits)
    with pytest.raises(ValueError, match="'frozen', 'fresh', 'clean'; got 'noisy'"):
        call(*arguments, training="noisy")


def test_the_grid_has_no_regime_of_none():
    with pytest.raises(ValueError, match="'frozen', 'fresh', 'clean'; got None"):
        noise_grid([1.0], training=None)


def test_fresh_needs_input_noise(quick_pipeline, digits):
    with pytest.raises(ValueError, match="parameter 'input_noise', which Pipeline"):
        noise_curve(quick_pipeline, *digits, training="fresh")
    with pytest.raises(ValueError, match=r"'input_noise'.*KerasMLPClassifier"):
        noise_grid([1.0], "fresh", estimator=quick_pipeline)


def test_a_regime_needs_apply_to(digits):
    with pytest.raises(ValueError, match="'apply_to'"):
        noise_curve(
            GaussianParzenClassifier(), *digits, param_name="scale", training="clean"
        )


def test_a_parzen_classifier_takes_no_scale_of_0(parzen_pipeline, digits):
    with pytest.raises(ValueError, match=r"parzen__scale follows.*Leave 0 out"):
        noise_curve(parzen_pipeline, *digits, scales=[0, 1], training="clean")


@pytest.mark.parametrize("scales", [[1, 1], [-1], [], ["a"], 3.0])
def test_grid_rejects_what_are_no_scales(scales):
    with pytest.raises(ValueError, match="scales"):
        noise_grid(scales)
