import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseByFeature,
    compare_curves,
    noise_by_feature,
    noise_curve,
)
from skn_noise.report._report import make_report
from skn_noise.statistics import holm_adjusted

NAMES = ["alcohol", "ash", "hue", "proline"]
SCALES = [0.5, 2.0]


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True, as_frame=True)
    return X[NAMES], y


def bayes(**options):
    noise = GaussianNoiseTransformer(random_state=0, **({"unit": "std"} | options))
    return Pipeline([("noise", noise), ("bayes", GaussianNB())])


@pytest.fixture(scope="module")
def result(wine):
    return noise_by_feature(bayes(), *wine, scales=SCALES, cv=3)


@pytest.fixture(scope="module")
def drawn(wine):
    return noise_by_feature(bayes(), *wine, scales=SCALES, cv=3, n_draws=2)


def scores_of(result, feature, scale, metric="accuracy"):
    return result.scores.query(
        "feature == @feature and scale == @scale and metric == @metric"
    )["value"].tolist()


def scored_by_hand(wine, scales):
    """Fit without noise, and score with these scales of the features."""
    X, y = wine
    found = []
    for train, validation in StratifiedKFold(3).split(X, y):
        model = bayes(apply_to="test").fit(X.iloc[train], y.iloc[train])
        model.set_params(noise__scale=scales)
        found.append(model.score(X.iloc[validation], y.iloc[validation]))
    return found


def test_scores_are_those_of_a_fit_without_noise_and_noise_on_one_feature(wine, result):
    assert scores_of(result, "hue", 2.0) == scored_by_hand(wine, [0, 0, 2.0, 0])
    assert scores_of(result, "alcohol", 0.5) == scored_by_hand(wine, [0.5, 0, 0, 0])


def test_scores_without_noise_are_those_of_the_curve(wine, result):
    curve = noise_curve(bayes(), *wine, scales=[0], training="clean", cv=3)
    expected = curve.scores.query("split == 'validation'")["value"].tolist()
    assert result.scores.query("scale == 0")["value"].tolist() == expected


def test_features_of_a_group_get_noise_together(wine):
    groups = {"colour": ["hue", 3], "rest": "ash"}
    result = noise_by_feature(bayes(), *wine, scales=[2.0], features=groups, cv=3)
    assert result.features == ["colour", "rest"]
    assert scores_of(result, "colour", 2.0) == scored_by_hand(wine, [0, 0, 2.0, 2.0])


def test_one_fit_a_fold_serves_all_features_and_scales(counted, digits):
    pipeline, fits = counted
    noise_by_feature(pipeline, *digits, features=range(5), cv=3)
    assert len(fits) == 3


def test_scores_are_tidy(result):
    assert list(result.scores) == [
        "feature",
        "scale",
        "fold",
        "draw",
        "n_train",
        "n_validation",
        "fit_seconds",
        "score_seconds",
        "metric",
        "value",
    ]
    assert len(result.scores) == (1 + 4 * 2) * 3 * 2
    assert result.features == NAMES
    assert repr(result) == (
        "NoiseByFeature(4 features x 2 scales x 3 folds: accuracy, neg_log_loss)"
    )


def test_features_are_chosen_by_name_or_position(wine):
    X, y = wine
    chosen = noise_by_feature(bayes(), X, y, scales=[1], features=["hue", 0], cv=3)
    assert chosen.features == ["hue", "alcohol"]
    array = noise_by_feature(
        bayes(), X.to_numpy(), y, scales=[1], features=["x2", 0], cv=3
    )
    assert array.features == ["x2", "x0"]
    assert scores_of(array, "x2", 1) == scores_of(chosen, "hue", 1)


def test_further_draws_change_no_score_of_the_first(drawn, result):
    first = drawn.scores.query("draw == 0").reset_index(drop=True)
    timed = ["fit_seconds", "score_seconds"]
    pd.testing.assert_frame_equal(
        first.drop(columns=timed),
        result.scores.drop(columns=timed),
        check_exact=True,
    )
    assert drawn.scores["draw"].max() == 1


def test_finished_folds_are_reused_for_the_same_features_only(wine, tmp_path, caplog):
    options = {"scales": [1], "cv": 3, "memory": tmp_path}
    first = noise_by_feature(bayes(), *wine, features=["hue"], **options)
    with caplog.at_level("INFO", logger="skn_noise"):
        second = noise_by_feature(bayes(), *wine, features=["hue"], **options)
        other = noise_by_feature(bayes(), *wine, features=["ash"], **options)
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)
    assert other.features == ["ash"]
    assert "3 of 3 cells found done" in caplog.text
    assert "0 of 3 cells found done" in caplog.text


def test_a_feature_has_a_noise_curve(result):
    curve = result.curve("hue")
    assert curve.scores["scale"].unique().tolist() == [0, *SCALES]
    assert curve.predictions["scale"].unique().tolist() == [0, *SCALES]
    sentence = str(curve.tolerance(relative=0.9))
    assert "in standard deviations of each column" in sentence
    assert "when the model is trained without noise" in sentence


def test_costs_are_paired_with_the_scores_without_noise(result):
    cost = result.cost()
    assert cost["feature"].unique().tolist() == NAMES
    of_hue = cost.query("feature == 'hue'").reset_index(drop=True)
    expected = result.curve("hue").cost(0.0)
    tested = ["feature", "p_adjusted"]
    pd.testing.assert_frame_equal(
        of_hue.drop(columns=tested), expected.drop(columns="p_adjusted")
    )
    methods = of_hue.query("metric == 'accuracy'")["method"]
    assert (methods == "tango").all()


def test_means_over_draws_are_those_of_the_curves(drawn):
    summary = drawn.summary()
    for name in NAMES:
        its = summary[summary["feature"].isin(["", name])]
        its = its.drop(columns="feature").sort_values(["scale", "metric"])
        expected = drawn.curve(name).summary().drop(columns="split")
        pd.testing.assert_frame_equal(
            its.reset_index(drop=True),
            expected.sort_values(["scale", "metric"], ignore_index=True),
        )


def test_p_values_are_adjusted_over_features_and_scales(result):
    for _, tests in result.cost().groupby("metric"):
        assert len(tests) == 4 * 2
        expected = holm_adjusted(tests["p_value"])
        np.testing.assert_array_equal(tests["p_adjusted"], expected)


def test_simultaneous_intervals_are_wider(result):
    alone, together = (
        (cost["upper"] - cost["lower"])[cost["metric"] == "accuracy"].to_numpy()
        for cost in (result.cost(), result.cost(simultaneous=True))
    )
    assert (together > alone).all()


def test_a_feature_that_the_model_ignores_costs_nothing(wine):
    X, y = wine
    y = X["alcohol"] + 0.5 * X["hue"]  # exactly, so that the others have weight 0
    model = bayes().set_params(bayes=LinearRegression())
    result = noise_by_feature(model, X, y, scales=[1.0], cv=3, scoring="r2")
    cost = result.cost().set_index("feature")["difference"]
    assert cost["ash"] == pytest.approx(0)
    assert cost["proline"] == pytest.approx(0)
    assert cost["alcohol"] < cost["hue"] < -1e-3


def test_tolerances_are_those_of_the_curves_and_sorted(result):
    table = result.tolerance(relative=0.9)
    assert sorted(table["feature"]) == sorted(NAMES)
    assert table["scale"].is_monotonic_increasing
    for row in table.itertuples():
        expected = result.curve(row.feature).tolerance(relative=0.9)
        assert (row.scale, row.target) == (expected.scale, expected.target)
        assert (row.lower, row.upper) == (expected.lower, expected.upper)


def test_equal_tolerances_are_sorted_by_the_last_score(result):
    table = result.tolerance(0.0)
    assert np.isposinf(table["scale"]).all()
    last = [np.mean(scores_of(result, name, 2.0)) for name in table["feature"]]
    assert last == sorted(last)


def test_the_table_has_tolerances_and_changes_with_the_sign_of_the_metric(result):
    table = result.table(0.6)
    expected = result.tolerance(0.6)
    assert table["feature"].tolist() == expected["feature"].tolist()
    ends = ["tolerance", "tolerance lower", "tolerance upper"]
    found, known = table[ends], expected[["scale", "lower", "upper"]]
    np.testing.assert_array_equal(found, known)
    cost = result.cost().query("metric == 'neg_log_loss' and scale == 2")
    cost = cost.set_index("feature")
    losses = result.table(metric="neg_log_loss").set_index("feature")
    assert losses.index[0] == cost["difference"].idxmin()  # the worst
    assert "tolerance" not in losses  # which nobody named
    for name in NAMES:
        bounds = [f"change at scale 2{end}" for end in ("", " lower", " upper")]
        known = -cost.loc[name, ["difference", "upper", "lower"]].to_numpy()
        np.testing.assert_array_equal(losses.loc[name, bounds], known)


def test_print_shows_the_first_features_and_the_finding(wine):
    X, y = wine
    result = noise_by_feature(bayes(), X, y, scales=[8.0], cv=3, scoring="accuracy")
    lines = str(result).splitlines()
    first, last = result.table(digits=3).iloc[[0, -1]].to_numpy().tolist()
    assert lines[2].split(maxsplit=1)[0] == first[0]
    assert first[2].endswith("*")  # significant for all features together
    assert first[1] in lines[2]
    assert first[2] in lines[2]
    text = " ".join(lines)
    assert f"tolerated least, of 4 features, on {first[0]}, when the model is" in text
    assert f"It is tolerated most on {last[0]}, up to scale" in text
    assert max(map(len, lines)) < 80
    assert "<svg" in result._repr_html_()
    assert first[2] in result._repr_html_()


def test_print_says_what_is_missing(wine):
    X, y = wine
    holdout = [(range(0, 178, 2), range(1, 178, 2))]
    options = {"cv": holdout, "return_predictions": False, "scoring": "f1_macro"}
    result = noise_by_feature(bayes(), X, y, features=["hue"], **options)
    assert not set("[*") & set(str(result))  # no interval, no p value
    assert "No p value for 3 of 3 changes: one fold." in " ".join(str(result).split())
    scores = result.scores.assign(value=np.nan)
    assert "There is no f1 macro" in str(NoiseByFeature(scores))
    scores = result.scores.where(result.scores["scale"] == 0, scores)
    assert "every fold failed at some scale" in str(NoiseByFeature(scores))


def test_a_report_has_a_section_by_feature(wine, result):
    curve = noise_curve(bayes(), *wine, scales=SCALES, cv=3, training="clean")
    options = {"dataset": "wine", "settings": {}, "samples": None, "lost": {}}
    html = make_report({"study": curve}, by_feature=result, target=0.6, **options)
    section = html.partition('<section id="features">')[2].partition("</section>")[0]
    assert "accuracy stays at or above 0.6 up to scale" in section
    assert result.table(0.6, digits=3)["tolerance"][0] in section
    assert section.count("<svg") == 1
    assert "Each of 4 features alone had noise" in html
    assert 'download="by_feature.csv"' in html


def test_tables_of_nullable_dtypes_are_read_alike(result):
    tables = result.scores.convert_dtypes(), result.predictions.convert_dtypes()
    again = NoiseByFeature(*tables, result.manifest)
    assert str(again) == str(result)
    curves = {"one": result.curve("hue"), "other": again.curve("hue")}
    assert (compare_curves(curves).differences["method"] == "tango").all()


def test_a_saved_result_is_loaded_as_it_was(result, tmp_path):
    result.save(tmp_path / "wine.npz")
    loaded = NoiseByFeature.load(tmp_path / "wine.npz")
    pd.testing.assert_frame_equal(loaded.scores, result.scores)
    pd.testing.assert_frame_equal(loaded.predictions, result.predictions)
    assert loaded.manifest == result.manifest


def test_without_predictions_folds_give_the_intervals(wine, tmp_path):
    result = noise_by_feature(
        bayes(), *wine, scales=[2.0], cv=3, return_predictions=False
    )
    assert result.predictions is None
    result.save(tmp_path / "wine.npz")
    assert NoiseByFeature.load(tmp_path / "wine.npz").predictions is None
    assert result.cost()["lower"].notna().all()


def test_a_metric_that_fails_is_named_with_the_feature(wine):
    def failing(estimator, X, y):
        if estimator[0].scale[2] == 2.0:
            raise RuntimeError("as the test asks for")
        return 1.0

    options = {"scales": SCALES, "cv": 3, "scoring": failing}
    with pytest.warns(FitFailedWarning, match="samples at scale 2 on 'hue' failed"):
        noise_by_feature(bayes(), *wine, **options)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (["hues"], "must hold features of X, got 'hues'. The features are 'alcohol'"),
        ([4], "must hold features of X, got 4"),
        ([-1], "must hold features of X, got -1"),
        ([True], "must hold features of X, got True"),
        (["hue", 2], "must hold each feature once, got 'hue' twice"),
        ([], "must hold at least one feature"),
        ({}, "must hold at least one group"),
        ({"g": []}, r"features\['g'\] must hold at least one feature"),
        ({"g": ["ash", "ash"]}, r"features\['g'\] must hold each feature once"),
        ({1: ["ash"]}, "must name each group by a str, got 1"),
    ],
)
def test_features_that_are_none_are_refused(features, message, wine):
    with pytest.raises(ValueError, match=message):
        noise_by_feature(bayes(), *wine, features=features)


@pytest.mark.parametrize("names", [["b", "a", "c", "a"], ["b", "c", "", "d"]])
def test_columns_without_a_name_of_their_own_are_refused(names, wine):
    X, y = wine
    wrong = "a" if "a" in names else ""
    with pytest.raises(ValueError, match=f"'{wrong}' is empty or used twice"):
        noise_by_feature(bayes(), X.set_axis(names, axis=1), y)


def test_scores_without_those_without_noise_are_refused(result):
    scores = result.scores.query("scale > 0")
    with pytest.raises(ValueError, match="must have rows without noise"):
        NoiseByFeature(scores)


def test_scale_0_is_refused(wine):
    with pytest.raises(ValueError, match="scales must be greater than 0"):
        noise_by_feature(bayes(), *wine, scales=[0, 1])


def test_a_feature_without_deviation_is_refused_in_its_unit_only(wine):
    X, y = wine
    X = X.assign(ash=2.0)
    with pytest.raises(ValueError, match="'ash' is constant in the training samples"):
        noise_by_feature(bayes(), X, y, cv=3)
    noise_by_feature(bayes(), X, y, cv=3, scales=[1], features=["hue"])
    noise_by_feature(bayes(unit="absolute"), X, y, cv=3, scales=[1], features=["ash"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"noise__loc": 1.0}, "must have loc=0"),
        ({"noise": StandardScaler()}, "no parameter 'noise__scale'"),
    ],
)
def test_noise_that_is_not_on_one_feature_is_refused(change, message, wine):
    with pytest.raises(ValueError, match=message):
        noise_by_feature(bayes().set_params(**change), *wine)


def test_steps_that_change_the_features_are_refused_before_the_noise(wine):
    model = bayes()
    model.steps.insert(0, ("pca", PCA(2)))
    with pytest.raises(ValueError, match="the step 'pca' before the noise may change"):
        noise_by_feature(model, *wine)
    model.steps[0] = ("scaler", StandardScaler())
    assert noise_by_feature(model, *wine, scales=[1], cv=3).features == NAMES


def test_a_model_that_is_trained_already_is_not_trained(wine):
    X, y = wine
    model = GaussianNB().fit(X[::2], y[::2])
    pipeline = bayes().set_params(bayes=FrozenEstimator(model))
    pipeline[0].set_output(transform="pandas")  # the model knows the names
    result = noise_by_feature(pipeline, X[1::2], y[1::2], scales=[1], cv="prefit")
    assert scores_of(result, "", 0) == [model.score(X[1::2], y[1::2])]
    assert result.cost()["note"][0] == "this model"
    sentence = str(result.curve("hue").tolerance(relative=0.9))
    assert "for a model that was trained before" in sentence


def test_features_of_a_model_trained_already_run_in_cells_of_their_own(wine, caplog):
    X, y = wine
    fitted = bayes(apply_to="test").fit(X[::2], y[::2])
    with caplog.at_level("DEBUG", logger="skn_noise"):
        result = noise_by_feature(
            fitted,
            X[1::2],
            y[1::2],
            scales=SCALES,
            features=["ash", "hue"],
            cv="prefit",
        )
    assert "3/3 trained already" in caplog.text
    fitted.set_params(noise__scale=[0, 0, 2.0, 0])
    # The study draws the seed again, from the same random_state.
    assert scores_of(result, "hue", 2.0) == [fitted.score(X[1::2], y[1::2])]


@pytest.mark.parametrize("is_noise_fitted", [True, False])
def test_a_model_trained_already_has_its_own_deviations(wine, is_noise_fitted):
    X, y = wine
    constant = X.assign(ash=2.0)
    # The noise that is fitted has deviations of its own fit, else those of new samples.
    trained, new = (constant, X) if is_noise_fitted else (X, constant)
    pipeline = bayes(apply_to="test").fit(trained[::2], y[::2])
    if not is_noise_fitted:
        pipeline.steps[0] = ("noise", bayes()[0])
    options = {"cv": "prefit", "scales": [1]}
    with pytest.raises(ValueError, match="'ash' is constant"):
        noise_by_feature(pipeline, new[1::2], y[1::2], **options)
    noise_by_feature(pipeline, new[1::2], y[1::2], features=["hue"], **options)


def test_a_model_that_is_not_trained_is_refused(wine):
    with pytest.raises(ValueError, match="GaussianNB is not fitted"):
        noise_by_feature(bayes(), *wine, cv="prefit")


def test_noise_inside_of_a_meta_estimator_is_refused(wine):
    bagging = BaggingClassifier(bayes(), n_estimators=2)
    with pytest.raises(ValueError, match="as a step of a Pipeline"):
        noise_by_feature(bagging, *wine, param_name="estimator__noise__scale")


def test_another_parameter_of_the_noise_is_refused(wine):
    with pytest.raises(ValueError, match="'noise__loc' is not the scale of one"):
        noise_by_feature(bayes(), *wine, param_name="noise__loc")


def test_bars_are_sorted_and_named(result):
    display = result.plot(relative=0.9)
    table = result.tolerance(relative=0.9)
    labels = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert labels == table["feature"].tolist()
    widths = [bar.get_width() for bar in display.bars_]
    assert widths == table["scale"].clip(0, 2.0).tolist()
    assert display.ax_.yaxis_inverted()
    assert "standard deviations of each column" in display.ax_.get_xlabel().replace(
        "\n", " "
    )


def test_a_bar_without_end_says_so(result):
    display = result.plot(target=0.0)
    assert [text.get_text() for text in display.ax_.texts] == ["or more"] * 4


def test_bars_are_drawn_on_axes_of_the_user(result):
    figure, ax = plt.subplots()
    display = result.plot(target=0.6, ax=ax, bar_kw={"color": "red"})
    assert display.ax_ is ax
    assert display.figure_ is figure
