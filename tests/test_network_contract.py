"""What users of scikit-learn and Keras may expect of the classifier."""

import copy
import json
import pickle
import subprocess
import sys

import joblib
import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import AdaBoostClassifier
from small_networks import small, weights

# --- callbacks find what Model.fit would have built -----------------------------------


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy", "loss", "val_loss"])
def test_the_mode_may_be_left_to_keras(digits, monitor, tmp_path):
    callbacks = [
        keras.callbacks.EarlyStopping(monitor, min_delta=9, patience=3),
        keras.callbacks.ModelCheckpoint(tmp_path / "n.keras", monitor, 0, True),
        keras.callbacks.ReduceLROnPlateau(monitor, patience=9),
    ]
    classifier = small(epochs=9, callbacks=callbacks)
    classifier.fit(*digits, X_val=digits[0], y_val=digits[1])
    assert len(classifier.history_["loss"]) == 4
    assert (tmp_path / "n.keras").exists()


class Listens(keras.callbacks.Callback):
    heard = []

    def on_test_begin(self, logs=None):
        self.heard.append(("begin", [m.name for m in self.model.metrics]))

    def on_test_batch_end(self, batch, logs=None):
        self.heard.append((batch, sorted(logs)))

    def on_test_end(self, logs=None):
        self.heard.append(("end", logs))


def test_callbacks_are_told_of_the_validation(digits):
    Listens.heard.clear()
    classifier = small(epochs=1, callbacks=Listens())
    history = classifier.fit(*digits, X_val=digits[0], y_val=digits[1]).history_
    begin, batch, (end, logs) = Listens.heard
    assert begin == ("begin", ["loss", "compile_metrics"])
    assert batch == (0, ["accuracy", "loss"])
    assert end == "end"
    assert [logs["loss"]] == history["val_loss"]


def test_no_validation_no_news_of_it(digits):
    Listens.heard.clear()
    small(epochs=1, callbacks=Listens()).fit(*digits)
    assert Listens.heard == []


def test_swapped_weights_are_validated(digits):
    """A mean over all steps, half of it the first weights, is not the last weights."""
    optimizer = keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.9)
    first, second = (
        small(optimizer=optimizer, callbacks=callbacks, epochs=3)
        .fit(*digits, X_val=digits[0], y_val=digits[1])
        .history_
        for callbacks in ([], [keras.callbacks.SwapEMAWeights()])
    )
    assert first["loss"] == pytest.approx(second["loss"])
    assert first["val_loss"][1] != pytest.approx(second["val_loss"][1], rel=1e-3)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: keras.callbacks.CSVLogger(folder / "log.csv"),
        lambda folder: keras.callbacks.LearningRateScheduler(lambda epoch: 0.01),
        lambda folder: keras.callbacks.TerminateOnNaN(),
        lambda folder: keras.callbacks.LambdaCallback(on_epoch_end=print),
        lambda folder: keras.callbacks.ProgbarLogger(),
    ],
    ids=["CSVLogger", "Scheduler", "NaN", "Lambda", "Progbar"],
)
def test_other_callbacks_of_keras(digits, tmp_path, make):
    classifier = small(epochs=1, callbacks=make(tmp_path))
    classifier.fit(*digits, X_val=digits[0], y_val=digits[1])
    assert len(classifier.history_["loss"]) == 1


# --- weights --------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "adagrad"])
@pytest.mark.parametrize("constant", [1 / 300, 1e6, 1e-320, 1e308])
def test_a_constant_factor_of_the_weights_changes_nothing(digits, optimizer, constant):
    classifier = small(optimizer=optimizer, epochs=1)
    expected = weights(classifier.fit(*digits))
    classifier.fit(*digits, sample_weight=np.full(300, constant))
    np.testing.assert_array_equal(weights(classifier), expected)


@pytest.mark.parametrize("constant", [1 / 7, 1e9])
def test_a_constant_factor_of_unequal_weights(digits, constant):
    y, classifier = digits[1], small(optimizer="sgd")
    uneven = 1.0 + np.arange(300) % 3
    expected = weights(classifier.fit(*digits, sample_weight=uneven))
    classifier.fit(*digits, sample_weight=uneven * constant)
    np.testing.assert_allclose(weights(classifier), expected, atol=1e-6)
    by_class = dict.fromkeys(np.unique(y), constant)
    classifier.set_params(class_weight=by_class).fit(*digits, sample_weight=uneven)
    np.testing.assert_allclose(weights(classifier), expected, atol=1e-6)


def test_adaboost_over_the_network(digits):
    network = small(hidden_layer_sizes=(32,), epochs=12, batch_size=16)
    network.set_params(optimizer="sgd", learning_rate=0.2)
    boosted = AdaBoostClassifier(network, n_estimators=2, random_state=0).fit(*digits)
    assert boosted.score(*digits) > 0.8


def test_weights_of_zero_do_not_shorten_an_epoch(digits):
    some = np.r_[np.zeros(200), np.ones(100)]
    classifier = small(epochs=1, batch_size=10).fit(*digits, sample_weight=some)
    assert int(classifier.model_.optimizer.iterations) == 30


def test_a_batch_without_weight_is_no_trouble(digits):
    one = np.r_[1.0, np.zeros(299)]
    classifier = small(batch_size=10).fit(*digits, sample_weight=one)
    assert np.isfinite(weights(classifier)).all()
    assert np.isfinite(classifier.history_["loss"]).all()


def test_negative_weights(digits):
    with pytest.raises(ValueError, match="Negative values"):
        small().fit(*digits, sample_weight=np.full(300, -1.0))


# --- copies and pickles ---------------------------------------------------------------


def halve(x):
    return x * 0.5


def copies(fitted):
    yield copy.deepcopy(fitted)
    yield pickle.loads(pickle.dumps(fitted))
    yield pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(fitted))))


@pytest.mark.parametrize(
    "make_params",
    [
        lambda folder: {"activation": halve},
        lambda folder: {"activation": keras.layers.PReLU()},
        lambda folder: {"activation": keras.layers.LeakyReLU()},
        lambda folder: {"callbacks": keras.callbacks.CSVLogger(folder / "log.csv")},
        lambda folder: {"optimizer": keras.optimizers.SGD(0.1, momentum=0.9)},
        lambda folder: {"input_noise": 0.5},
    ],
    ids=["function", "PReLU", "LeakyReLU", "file", "optimizer", "noise"],
)
def test_copies_of_a_fitted_classifier(digits, tmp_path, make_params):
    classifier = small(hidden_layer_sizes=(8, 4), **make_params(tmp_path)).fit(*digits)
    for again in copies(classifier):
        probabilities = again.predict_proba(digits[0])
        np.testing.assert_array_equal(
            probabilities, classifier.predict_proba(digits[0])
        )
        for mine, theirs in zip(
            classifier.model_.optimizer.variables,
            again.model_.optimizer.variables,
            strict=True,
        ):
            np.testing.assert_array_equal(mine, theirs)
    again = clone(classifier).fit(*digits)
    np.testing.assert_array_equal(weights(again), weights(classifier))


def test_a_copy_where_the_held_classifier_was_fitted_by_itself(digits):
    classifier = small(activation=halve).fit(*digits)
    expected = weights(classifier)
    classifier.keras_classifier_.fit(*digits)
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(weights(again), expected)
    held = again.keras_classifier_.model_
    assert held is not again.model_
    kernel = classifier.keras_classifier_.model_.get_weights()[0]
    np.testing.assert_array_equal(held.get_weights()[0], kernel)


def test_each_hidden_layer_has_weights_of_its_activation(digits):
    activation = keras.layers.PReLU()
    network = small(hidden_layer_sizes=(8, 4), activation=activation).fit(*digits)
    layers = [layer for layer in network.model_.layers if "activation" in layer.name]
    assert [layer.get_weights()[0].shape for layer in layers] == [(8,), (4,)]
    assert all(np.any(layer.get_weights()[0]) for layer in layers)  # trained
    assert not activation.built


def fit_elsewhere(classifier, X, y):
    return classifier.fit(X, y)


def test_a_fitted_classifier_comes_back_from_another_process(digits):
    classifier = small(activation=lambda x: x * 0.5)
    (there,) = joblib.Parallel(n_jobs=2)(
        joblib.delayed(fit_elsewhere)(classifier, *digits) for _ in range(1)
    )
    np.testing.assert_array_equal(weights(there), weights(classifier.fit(*digits)))


@pytest.mark.parametrize("policy", ["float64", "mixed_float16"])
def test_a_copy_has_the_precision_in_which_it_was_trained(digits, policy):
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy(policy)
        classifier = small().fit(*digits)
    finally:
        keras.config.set_dtype_policy(before)
    again = pickle.loads(pickle.dumps(classifier))
    assert again.model_.dtype_policy.name == policy
    np.testing.assert_array_equal(
        again.predict_proba(digits[0]), classifier.predict_proba(digits[0])
    )


def test_unpickling_with_objects_of_keras_is_silent(digits, tmp_path):
    classifier = small(optimizer=keras.optimizers.SGD(0.1))
    for name in ("unfitted", "fitted"):
        (tmp_path / name).write_bytes(pickle.dumps(classifier))
        classifier.fit(*digits)
    code = (
        "import pickle; pickle.load(open('unfitted', 'rb'));"
        "pickle.load(open('fitted', 'rb'))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


# --- one sentence each ----------------------------------------------------------------


@pytest.mark.parametrize("which", ["y", "y_val"])
def test_one_hot_labels(digits, which):
    X, y = digits
    labels = {"y": y, "y_val": y} | {which: np.eye(10)[y]}
    with pytest.raises(ValueError, match=rf"^{which} .*np\.argmax\({which}, axis=1\)"):
        small().fit(X, labels["y"], X_val=X, y_val=labels["y_val"])


def test_labels_of_several_types(digits):
    y = digits[1].astype(object)
    y[3] = "three"
    with pytest.raises(ValueError, match=r"labels of one type, got int, str; make"):
        small().fit(digits[0], y)


@pytest.mark.parametrize(
    ("name", "value"),
    [("optimizer", keras.optimizers.SGD), ("activation", keras.layers.PReLU)],
)
def test_a_class_instead_of_an_object(digits, name, value):
    expected = rf"^{name} must be .*got the class {value.__name__}; call it"
    with pytest.raises(ValueError, match=expected):
        small(**{name: value}).fit(*digits)


@pytest.mark.parametrize("sizes", [(10**12,), 10**9, (10**6, 10**6), (10**30,)])
def test_absurd_sizes(digits, sizes):
    with pytest.raises(ValueError, match=r"layers of at most .* weights .*fewer units"):
        small(hidden_layer_sizes=sizes).fit(*digits)


@pytest.mark.parametrize("policy", ["float64", "mixed_float16", "mixed_bfloat16"])
def test_probabilities_are_float32_under_any_policy(digits, policy):
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy(policy)
        probabilities = small().fit(*digits).predict_proba(digits[0])
    finally:
        keras.config.set_dtype_policy(before)
    assert probabilities.dtype == np.float32


# --- memory ---------------------------------------------------------------------------


def test_many_fits_of_many_sizes_grow_little():
    """See benchmarks/memory.py for 300 fits, which are too many here."""
    code = (
        "import json; from skn_noise import KerasMLPClassifier;"
        "X, y = [[float(i)] for i in range(40)], [0, 1] * 20\n"
        "def used():\n"
        "    return int(open('/proc/self/statm').read().split()[1]) / 256\n"
        "sizes = []\n"
        "for i in range(60):\n"
        "    KerasMLPClassifier((8,), epochs=1).fit(X, y)\n"
        "    sizes.append(used())\n"
        "print(json.dumps(sizes))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    sizes = json.loads(ran.stdout)
    assert sizes[59] - sizes[20] < 8  # MiB; it was 18
