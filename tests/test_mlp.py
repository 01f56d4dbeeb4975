"""The classifier: its network, its training, its parameters, its callbacks."""

import gc
import pickle
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn import config_context
from sklearn.base import clone
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline
from small_networks import small, weights

from skn_noise import GlobalStandardScaler, KerasMLPClassifier
from skn_noise.network import _training


@pytest.fixture
def dtype_policy():
    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)


# --- the network ----------------------------------------------------------------------


def test_reference_network_has_669_706_parameters():
    X, y = np.random.default_rng(0).random((20, 784)), np.arange(20) % 10
    classifier = KerasMLPClassifier(epochs=1).fit(X, y)
    assert classifier.model_.count_params() == 669_706
    assert [layer.rate for layer in classifier.model_.layers[1::2]] == [0.2, 0.2]
    assert float(classifier.model_.optimizer.learning_rate) == pytest.approx(1e-3)


def test_learns_digits_by_their_names(trained, digits):
    names = trained.classes_[9 - digits[1]]
    assert trained.score(digits[0], names) > 0.9
    assert trained.predict_proba(digits[0][:1]).shape == (1, 10)


def test_each_hidden_layer_has_weights_of_its_activation(digits):
    activation = keras.layers.PReLU()
    network = small(hidden_layer_sizes=(8, 4), activation=activation).fit(*digits)
    layers = [layer for layer in network.model_.layers if "activation" in layer.name]
    assert [layer.get_weights()[0].shape for layer in layers] == [(8,), (4,)]
    assert all(np.any(layer.get_weights()[0]) for layer in layers)  # trained
    assert not activation.built


# --- the scikeras classifier ----------------------------------------------------------


def test_the_held_classifier_predicts_by_itself(trained, digits):
    from scikeras.wrappers import KerasClassifier

    held = trained.keras_classifier_
    assert isinstance(held, KerasClassifier)
    assert held.model_ is trained.model_
    X = digits[0].astype(np.float32)
    np.testing.assert_array_equal(held.predict(X), trained.predict(X))


def test_the_held_classifier_can_be_fitted_by_itself(digits):
    """All samples in one step, as Keras takes them in another order."""
    classifier = small(dropout=0, batch_size=300).fit(*digits)
    expected = weights(classifier)
    trained = classifier.model_
    held = classifier.keras_classifier_.fit(*digits)
    assert held.model_ is not trained
    assert held.model_ is classifier.model_
    np.testing.assert_allclose(weights(held), expected, atol=1e-5)
    again = clone(classifier.keras_classifier_).fit(*digits)
    np.testing.assert_array_equal(weights(again), weights(held))


def test_more_classes_than_a_regression_would_be_suspected_of():
    X, y = np.random.default_rng(0).random((100, 3)), np.arange(100) % 30
    assert small(epochs=1).fit(X, y).keras_classifier_.n_classes_ == 30


# --- training -------------------------------------------------------------------------


def test_history_has_a_value_an_epoch_and_ends_with_the_fitted_network(trained, digits):
    assert set(trained.history_) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(len(values) == 15 for values in trained.history_.values())
    X, names = digits[0][:50], trained.classes_[9 - digits[1][:50]]
    loss = log_loss(names, trained.predict_proba(X), labels=trained.classes_)
    assert trained.history_["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert trained.history_["val_accuracy"][-1] == trained.score(X, names)


@pytest.mark.parametrize(
    "make_optimizer",
    [  # made in the test, as TensorFlow must not start when a worker imports this file
        lambda: keras.optimizers.Adam(
            keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5)
        ),
        lambda: keras.optimizers.Adam(0.01, beta_2=0.9, clipnorm=0.1, use_ema=True),
    ],
    ids=["Adam with a schedule", "Adam with more"],
)
def test_training_is_that_of_keras(digits, make_optimizer):
    """All samples in one step, so that their order does not matter."""
    optimizer = make_optimizer()
    X, y = digits
    X, given = X.astype(np.float32), np.linspace(0.1, 1.9, 300, dtype=np.float32)
    classifier = small(optimizer=optimizer, dropout=0, epochs=5, batch_size=300)
    classifier.fit(X, y, given, X_val=X[:50], y_val=y[:50])
    network = keras.models.clone_model(classifier.model_)  # with the same seeds
    network.compile(
        type(optimizer).from_config(optimizer.get_config()),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = network.fit(
        X, y, 300, 5, 0, sample_weight=given, validation_data=(X[:50], y[:50])
    ).history
    assert set(history) == set(classifier.history_)
    for name, values in classifier.history_.items():
        np.testing.assert_allclose(values, history[name], rtol=1e-4)
    np.testing.assert_allclose(classifier.predict_proba(X), network(X), atol=1e-4)


@pytest.mark.parametrize("batch_size", [300, 7])
def test_training_figures_are_means_over_all_samples(digits, batch_size):
    X, y = digits
    classifier = small(learning_rate=1e-12, dropout=0, batch_size=batch_size).fit(X, y)
    loss = log_loss(y, classifier.predict_proba(X))
    assert classifier.history_["loss"] == pytest.approx([loss, loss], rel=1e-5)
    assert classifier.history_["accuracy"] == [classifier.score(X, y)] * 2


def test_many_steps_are_one_call_of_the_graph_after_another(digits, monkeypatch):
    expected = small(batch_size=7).fit(*digits)
    monkeypatch.setattr(_training, "_STEPS_PER_CALL", 10)
    classifier = small(batch_size=7).fit(*digits)
    np.testing.assert_array_equal(weights(classifier), weights(expected))
    assert classifier.history_["loss"] == pytest.approx(expected.history_["loss"])


def test_a_batch_of_more_samples_than_there_are_is_one_of_all(digits):
    whole, more = (small(batch_size=size).fit(*digits) for size in (300, 2**31))
    assert more.history_ == whole.history_


def test_verbose_prints_a_line_an_epoch(digits, capsys):
    small(verbose=2).fit(*digits)
    printed = capsys.readouterr().out
    assert printed.count("Epoch ") == 2
    assert "accuracy: " in printed


def test_an_optimizer_is_copied(digits):
    optimizer = keras.optimizers.Adam(learning_rate=0.25)
    classifier = small(optimizer=optimizer).fit(*digits)
    assert classifier.model_.optimizer is not optimizer
    assert classifier.model_.optimizer.learning_rate == 0.25
    assert not optimizer.built


def test_an_optimizer_by_name_has_the_learning_rate(digits):
    classifier = small(optimizer="sgd", learning_rate=0.5).fit(*digits)
    assert isinstance(classifier.model_.optimizer, keras.optimizers.SGD)
    assert classifier.model_.optimizer.learning_rate == 0.5


@pytest.mark.parametrize("other", [10, "ten"])
def test_a_validation_sample_of_an_unknown_class_is_a_miss_without_a_loss(
    digits, plain, other
):
    X, y = digits
    y_val = y.astype(object if isinstance(other, str) else int)
    y_val[y == 9] = other
    history = small().fit(X, y, X_val=X, y_val=y_val).history_
    hits = (plain.predict(X) == y) & (y != 9)
    assert history["val_accuracy"][-1] == hits.mean()
    assert np.isnan(history["val_loss"]).all()
    assert history["loss"] == plain.history_["loss"]


def test_metadata_routing_takes_validation_data_through_a_pipeline(digits):
    X, y = digits
    with config_context(enable_metadata_routing=True):
        mlp = small().set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline(
            [("standardize", GlobalStandardScaler()), ("mlp", mlp)],
            transform_input=["X_val"],
        ).fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
        accuracy = pipeline.score(X[200:], y[200:])
    assert pipeline[-1].history_["val_accuracy"][-1] == pytest.approx(accuracy)


# --- weights --------------------------------------------------------------------------


@pytest.mark.parametrize("constant", [1 / 300, 1e-320, 1e308])
def test_a_constant_factor_of_the_weights_changes_nothing(digits, plain, constant):
    classifier = small().fit(*digits, sample_weight=np.full(300, constant))
    np.testing.assert_array_equal(weights(classifier), weights(plain))


def test_class_weights_are_multiplied_with_those_of_the_samples(digits):
    X, y = digits
    uneven, of_class = 1.0 + np.arange(300) % 3, 300 / (10 * np.bincount(y))
    expected = weights(small().fit(X, y, uneven * of_class[y]))
    for class_weight in ("balanced", dict(enumerate(1e9 * of_class))):
        classifier = small(class_weight=class_weight).fit(X, y, uneven)
        np.testing.assert_allclose(weights(classifier), expected, atol=1e-6)


def test_sample_weight_zero_takes_samples_out(digits):
    X, y = digits
    classifier = small(epochs=20, batch_size=32, learning_rate=0.01).fit(
        np.vstack([X, X]),
        np.concatenate([y, np.roll(y, 7)]),
        sample_weight=np.repeat([1.0, 0.0], 300),
    )
    assert classifier.score(X, y) > 0.9


def test_weights_of_zero_do_not_shorten_an_epoch(digits):
    one = np.r_[1.0, np.zeros(299)]
    classifier = small(batch_size=10).fit(*digits, sample_weight=one)
    assert int(classifier.model_.optimizer.iterations) == 2 * 30
    assert np.isfinite(weights(classifier)).all()
    assert np.isfinite(classifier.history_["loss"]).all()


# --- callbacks of Keras ---------------------------------------------------------------


def test_callbacks_are_left_as_they_were(digits):
    X, y = digits
    stopping = keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=100)
    classifier = small(epochs=10, callbacks=[stopping])
    for _ in range(2):
        classifier.fit(X, y, X_val=X, y_val=y)
        assert len(classifier.history_["loss"]) == 2
    assert stopping.stopped_epoch == 0


def test_callbacks_may_be_a_tuple_and_classes(digits):
    given = keras.callbacks.TerminateOnNaN, keras.callbacks.ProgbarLogger()
    classifier = small(epochs=1, callbacks=given).fit(*digits)
    first, _ = classifier.keras_classifier_.callbacks
    assert isinstance(first, keras.callbacks.TerminateOnNaN)


def test_callbacks_of_another_kind(digits):
    with pytest.raises(
        TypeError, match=r"must be a keras\.callbacks\.Callback .* set_callb"
    ):
        small(callbacks=["early"]).fit(*digits)


@pytest.mark.parametrize("monitor", ["accuracy", "val_loss"])
def test_the_mode_may_be_left_to_keras(digits, monitor, tmp_path):
    callbacks = [
        keras.callbacks.EarlyStopping(monitor, min_delta=9, patience=3),
        keras.callbacks.ModelCheckpoint(tmp_path / "n.keras", monitor, 0, True),
        keras.callbacks.ReduceLROnPlateau(monitor, patience=9),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.01),
    ]
    classifier = small(epochs=9, callbacks=callbacks)
    classifier.fit(*digits, X_val=digits[0], y_val=digits[1])
    assert len(classifier.history_["loss"]) == 4
    assert (tmp_path / "n.keras").exists()
    assert (tmp_path / "log.csv").exists()


class Listens(keras.callbacks.Callback):
    heard = []

    def on_test_begin(self, logs=None):
        self.heard.append(("begin", [m.name for m in self.model.metrics]))

    def on_test_batch_end(self, batch, logs=None):
        self.heard.append((batch, sorted(logs)))

    def on_test_end(self, logs=None):
        self.heard.append(("end", logs))


def test_callbacks_are_called_in_validation(digits):
    Listens.heard.clear()
    classifier = small(epochs=1, callbacks=Listens())
    assert classifier.fit(*digits)
    assert Listens.heard == []
    history = classifier.fit(*digits, X_val=digits[0], y_val=digits[1]).history_
    begin, batch, (end, logs) = Listens.heard
    assert begin == ("begin", ["loss", "compile_metrics"])
    assert batch == (0, ["accuracy", "loss"])
    assert end == "end"
    assert [logs["loss"]] == history["val_loss"]


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


# --- callbacks of scikit-learn --------------------------------------------------------


@pytest.fixture
def monitor():
    callback = pytest.importorskip("sklearn.callback")
    return callback.ScoringMonitor(scoring="accuracy")


def epoch_scores(monitor):
    log = monitor.get_logs().data_as_pandas
    return log[log["task_name"] == "epoch"]["accuracy"].tolist()


def test_scoring_monitor_gets_a_score_every_epoch(digits, plain, monitor):
    watched = small().set_callbacks(monitor).fit(*digits)
    once = small(epochs=1).fit(*digits)
    assert epoch_scores(monitor) == [once.score(*digits), plain.score(*digits)]
    np.testing.assert_array_equal(weights(watched), weights(plain))
    assert watched.history_ == plain.history_


def test_scoring_monitor_weighs_the_samples(digits, monitor):
    X, y = digits
    given = (y == 1).astype(float)
    classifier = small().set_callbacks(monitor).fit(X, y, sample_weight=given)
    assert epoch_scores(monitor)[-1] == classifier.score(X, y, given)


class StopsAndKeeps:
    """Stops after the second epoch, and keeps the classifier as it was after each."""

    def __init__(self):
        self.kept = []

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context, *, fitted_estimator):
        if context.task_name == "epoch":
            self.kept.append(fitted_estimator)
        return len(self.kept) == 2


def test_a_callback_stops_the_training_and_keeps_earlier_networks(digits):
    pytest.importorskip("sklearn.callback")
    callback = StopsAndKeeps()
    classifier = small(epochs=5).set_callbacks(callback).fit(*digits)
    assert len(classifier.history_["loss"]) == 2
    once = small(epochs=1).fit(*digits)
    np.testing.assert_array_equal(weights(callback.kept[0]), weights(once))


# --- reproducible, and alone ----------------------------------------------------------


def test_int_random_state_gives_the_same_bits(digits, plain):
    again = clone(plain).fit(*digits)
    np.testing.assert_array_equal(weights(again), weights(plain))
    assert again.history_ == plain.history_
    other = small(random_state=1).fit(*digits)
    assert not np.array_equal(weights(other), weights(plain))


def test_settings_of_the_process_are_left_alone(digits, plain):
    np.random.seed(0)
    random.seed(0)
    expected = np.random.random(), random.random()
    np.random.seed(0)
    random.seed(0)
    with config_context(transform_output="pandas"):
        classifier = small().fit(*digits)
    assert (np.random.random(), random.random()) == expected
    np.testing.assert_array_equal(weights(classifier), weights(plain))
    assert keras.ops.shape(tf.random.normal((2,))) == (2,)  # without a seed


def test_threads_get_the_same_bits(digits, plain):
    with joblib.parallel_config(backend="threading", n_jobs=2):
        fitted = joblib.Parallel()(
            joblib.delayed(small(random_state=seed).fit)(*digits) for seed in (1, 0)
        )
    np.testing.assert_array_equal(weights(fitted[1]), weights(plain))


def draw_until(stop):
    while not stop.is_set():
        random.random()
        np.random.random()
        stop.wait(1e-4)


def test_threads_that_draw_random_numbers_do_not_matter(digits, plain):
    stop = threading.Event()
    with ThreadPoolExecutor() as pool:
        pool.submit(draw_until, stop)
        try:
            np.testing.assert_array_equal(weights(small().fit(*digits)), weights(plain))
        finally:
            stop.set()


class InterruptsWhenFinalised:
    def __init__(self):
        self.cycle = self

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_is_not_lost_among_garbage(digits, monkeypatch):
    monkeypatch.setattr(_training, "_FITS_PER_COLLECTION", 1)
    gc.disable()
    try:
        InterruptsWhenFinalised()
        with pytest.raises(KeyboardInterrupt):
            small(epochs=1).fit(*digits)
    finally:
        gc.enable()


@pytest.mark.parametrize("policy", ["float64", "mixed_float16"])
def test_the_precision_that_a_user_sets_in_keras_is_kept(digits, dtype_policy, policy):
    before = keras.config.dtype_policy().name
    dtype_policy(policy)
    classifier = small().fit(*digits)
    dtype_policy(before)
    again = pickle.loads(pickle.dumps(classifier))
    assert again.model_.dtype_policy.name == policy
    probabilities = classifier.predict_proba(digits[0])
    assert probabilities.dtype == np.float32
    np.testing.assert_array_equal(again.predict_proba(digits[0]), probabilities)


def test_many_networks_predict_without_a_warning(plain, digits, caplog):
    pickled = pickle.dumps(plain)
    for _ in range(6):
        pickle.loads(pickled).predict(digits[0])
    assert caplog.records == []


# --- divergence -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "symptom"),
    [
        ({"optimizer": "sgd", "learning_rate": 1e30}, r"the loss is nan in epoch \d"),
        ({"learning_rate": 1e38, "batch_size": 300, "epochs": 1}, "outputs of the"),
        ({"learning_rate": 1e39, "batch_size": 300, "epochs": 1}, "weights are not"),
    ],
)
def test_divergence_is_an_error(digits, params, symptom):
    message = rf"diverged: {symptom}.*Lower learning_rate"
    with pytest.raises(ValueError, match=message):
        small(**params).fit(*digits)


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "params",
    [
        {"epochs": 2.5},
        {"batch_size": -1},
        {"hidden_layer_sizes": 0},
        {"hidden_layer_sizes": (16, 2.5)},
        {"hidden_layer_sizes": [[16]]},
        {"hidden_layer_sizes": (10**12,)},
        {"dropout": 1.0},
        {"input_noise": -0.1},
        {"input_noise": float("nan")},
        {"learning_rate": 0},
        {"precision": "float16"},
        {"optimizer": 3},
        {"optimizer": "nonsense"},
        {"optimizer": keras.optimizers.SGD},
        {"activation": "nonsense"},
        {"activation": keras.layers.PReLU},
        {"class_weight": "heavy"},
        {"callbacks": "early"},
    ],
    ids=str,
)
def test_bad_parameter(digits, params):
    (name,) = params
    with pytest.raises(ValueError, match=name):
        small(**params).fit(*digits)


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (
            lambda X, y: small(hidden_layer_sizes=(10**30,)).fit(X, y),
            r"at most 2147483648 weights.*64 features makes one of 6.*fewer units",
        ),
        (lambda X, y: small().fit(X, 0 * y), "at least two classes, got one class"),
        (lambda X, y: small().fit(X, y, X_val=X), "without y_val"),
        (lambda X, y: small().fit(X, y, y_val=y), "without X_val"),
        (
            lambda X, y: small().fit(X, np.eye(10)[y], X_val=X, y_val=y),
            r"^y .*np\.argmax\(y, axis=1\)",
        ),
        (
            lambda X, y: small().fit(X, y, X_val=X, y_val=np.eye(10)[y]),
            r"^y_val .*np\.argmax\(y_val, axis=1\)",
        ),
        (
            lambda X, y: small().fit(X, np.where(y == 3, "three", y.astype(object))),
            r"labels of one type, got int, str; make",
        ),
        (lambda X, y: small().fit(X.reshape(-1, 8, 8), y), "reshape"),
        (
            lambda X, y: small(class_weight=dict.fromkeys(range(10), 0)).fit(X, y),
            "at least one non-zero",
        ),
        (lambda X, y: small().fit(X, y, np.full(300, -1.0)), "Negative values"),
    ],
)
def test_data_that_no_network_can_be_trained_on(digits, fit, message):
    with pytest.raises(ValueError, match=message):
        fit(*digits)
