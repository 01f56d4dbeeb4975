import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV, ParameterGrid, ShuffleSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer, StandardScaler
from small_networks import small_pipeline

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


NOISE = GaussianNoiseTransformer(random_state=0)


def noise_before(*steps):
    return Pipeline([("noise", NOISE), *steps])


NETWORK = ("mlp", KerasMLPClassifier((4,), epochs=1, random_state=0))
PARZEN = ("parzen", GaussianParzenClassifier())


@pytest.mark.parametrize(
    ("steps", "training", "obstacle"),
    [
        ([("scale", GlobalStandardScaler()), NETWORK], "fresh", "scale"),
        ([("scale", GlobalStandardScaler()), PARZEN], "clean", "scale"),
        ([("log", FunctionTransformer(np.log1p)), NETWORK], "fresh", "log"),
        ([("rows", Normalizer()), NETWORK], "fresh", "rows"),
        (
            [("in", make_pipeline(None, StandardScaler())), NETWORK],
            "fresh",
            "in__standardscaler",
        ),
        ([("in", Pipeline([("unit", PCA()), NETWORK]))], "fresh", "in__unit"),
        (
            [("bag", BaggingClassifier(Pipeline([("unit", Normalizer()), NETWORK])))],
            "fresh",
            "bag__estimator__unit",
        ),
    ],
)
def test_scale_is_not_copied_across_a_step_that_changes_its_unit(
    steps, training, obstacle
):
    with pytest.raises(ValueError, match=f"'{obstacle}' stands between"):
        noise_grid(SCALES, training, estimator=noise_before(*steps))


@pytest.mark.parametrize(
    ("estimator", "noise", "name"),
    [
        *[
            (noise_before(("cast", step), NETWORK), "noise", "mlp")
            for step in ("passthrough", None)
        ],
        (
            noise_before(("bag", BaggingClassifier(NETWORK[1]))),
            "noise",
            "bag__estimator",
        ),
        (
            Pipeline([("in", make_pipeline(StandardScaler(), NOISE)), NETWORK]),
            "in__gaussiannoisetransformer",
            "mlp",
        ),
    ],
)
def test_scale_is_copied_where_the_unit_stays(estimator, noise, name):
    grid = noise_grid([2.0], "fresh", estimator=estimator, param_name=f"{noise}__scale")
    (params,) = ParameterGrid(grid)
    assert params[f"{name}__input_noise"] == 2


def test_frozen_noise_may_stand_anywhere_before_a_network(digits):
    pipeline = noise_before(
        ("scale", StandardScaler()), ("knn", KNeighborsClassifier(1))
    )
    curve = noise_curve(pipeline, *digits, scales=[1.0], training="frozen", cv=2)
    assert validation(curve).notna().all(axis=None)


# --- the grid -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        ("frozen", {"noise__apply_to": "both", "noise__scale": 2.0}),
        (
            "fresh",
            {"noise__apply_to": "test", "noise__scale": 2.0, "mlp__input_noise": 2.0},
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


@pytest.mark.parametrize("training", ["frozen", "clean"])
def test_grid_takes_back_input_noise_that_does_not_follow(training):
    pipeline = make_noise_pipeline(input_noise=1.0)
    (params,) = ParameterGrid(noise_grid([2.0], training, estimator=pipeline))
    assert params["mlp__input_noise"] == 0


class AddsItsNoise(GaussianParzenClassifier):
    """A classifier of the user's own that adds the noise itself."""

    def __init__(self, level=1.0, apply_to="both", scale=1.0):
        super().__init__(scale=scale)
        self.level = level
        self.apply_to = apply_to


def test_the_scale_is_copied_within_an_estimator_that_adds_the_noise_itself():
    grid = noise_grid([2.0], "clean", estimator=AddsItsNoise(), param_name="level")
    assert grid == [{"apply_to": ["test"], "level": [2.0], "scale": [2.0]}]


# --- curves of a network --------------------------------------------------------------


@pytest.fixture(scope="module")
def regimes(digits):
    """Curves of a network by their regime; all of one pipeline, which is yielded."""
    pipeline = small_pipeline()
    curves = {
        training: noise_curve(
            pipeline,
            *digits,
            scales=[0.0, *SCALES],
            training=training,
            cv=2,
            track_epochs=training == "clean",
        )
        for training in ("frozen", "fresh", "clean")
    }
    return pipeline, curves


@pytest.mark.parametrize("training", ["frozen", "fresh", "clean"])
def test_grid_search_and_noise_curve_agree_to_the_last_digit(training, regimes, digits):
    pipeline, curves = regimes
    search = GridSearchCV(
        pipeline,
        noise_grid(SCALES, training),
        scoring=["accuracy", "neg_log_loss"],
        cv=2,
        refit=False,
        return_train_score=True,
    ).fit(*digits)
    expected = curves[training].scores.query("scale > 0")[COLUMNS]
    pd.testing.assert_frame_equal(
        NoiseCurve.from_search(search).scores[COLUMNS],
        expected.reset_index(drop=True),
        check_exact=True,
    )


def test_the_given_estimator_is_not_changed(regimes):
    given, untouched = regimes[0].get_params(), small_pipeline().get_params()
    for name, value in untouched.items():
        assert "__" not in name or given[name] == value


def test_all_regimes_are_the_same_without_noise(regimes):
    frozen, *others = (
        curve.scores.query("scale == 0")[COLUMNS] for curve in regimes[1].values()
    )
    for other in others:
        pd.testing.assert_frame_equal(frozen, other, check_exact=True)


def test_regimes_keep_their_cells_apart(regimes, digits, tmp_path):
    pipeline, curves = regimes
    for training, curve in curves.items():
        kept = noise_curve(
            pipeline, *digits, scales=[2.0], training=training, cv=2, memory=tmp_path
        )
        expected = validation(curve).loc[[2.0]]
        np.testing.assert_array_equal(validation(kept), expected)


def test_epochs_of_a_clean_curve_are_validated_at_every_scale(regimes):
    curve = regimes[1]["clean"]
    last = curve.epochs.query(
        "epoch == 2 and metric == 'accuracy' and split == 'validation'"
    ).pivot(index="scale", columns="fold", values="value")
    np.testing.assert_allclose(last, validation(curve), rtol=1e-6)


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


def test_a_clean_curve_takes_one_fit_a_fold_also_of_a_pipeline_with_memory(
    counted, digits, tmp_path
):
    pipeline, fits = counted
    params = {"scales": SCALES, "training": "clean", "cv": 3}
    expected = validation(noise_curve(pipeline, *digits, **params))
    assert len(fits) == 3
    pipeline.set_params(memory=str(tmp_path))
    for _ in range(2):
        cached = validation(noise_curve(pipeline, *digits, **params))
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


def test_fresh_noise_beats_frozen_noise_at_great_scales():
    X, y = load_digits(return_X_y=True)
    pipeline = make_noise_pipeline(
        random_state=0, hidden_layer_sizes=(64,), epochs=40, batch_size=32
    )
    study = {"scales": [2.0], "cv": ShuffleSplit(1, test_size=0.5, random_state=0)}
    frozen, fresh = (
        validation(noise_curve(pipeline, X, y, training=training, **study))
        for training in ("frozen", "fresh")
    )
    assert (fresh > frozen + 0.02).all(axis=None)


def test_a_matrix_trains_with_fresh_noise_of_the_one_scale_alone(digits):
    X, y = digits
    folds = [(np.arange(200), np.arange(200, 300))]
    scales = {"train_scales": [0.5], "validation_scales": [2.0]}
    matrix = noise_matrix(small_pipeline(), X, y, training="fresh", cv=folds, **scales)
    pipeline = small_pipeline().set_params(noise__apply_to="test", mlp__input_noise=0.5)
    pipeline.fit(X[:200], y[:200]).set_params(noise__scale=2.0)
    expected = pipeline.score(X[200:], y[200:])
    assert matrix.scores.query("metric == 'accuracy'")["value"].tolist() == [expected]


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
