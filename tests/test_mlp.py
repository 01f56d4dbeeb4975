import gc
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import joblib
import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn import config_context
from sklearn.base import clone
from sklearn.callback import ScoringMonitor
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.metrics import log_loss

from skn_noise import KerasMLPClassifier, noise_curve


def small(**params):
    defaults = {
        "hidden_layer_sizes": (16,),
        "learning_rate": 0.01,
        "epochs": 2,
        "random_state": 0,
    }
    return KerasMLPClassifier(**{**defaults, **params})


@pytest.fixture(scope="module")
def fitted(digits):
    return small(epochs=15, batch_size=32).fit(*digits)


def weights_are_equal(classifier, other):
    pairs = zip(
        classifier.model_.get_weights(), other.model_.get_weights(), strict=True
    )
    return all(np.array_equal(a, b) for a, b in pairs)


# --- the network ----------------------------------------------------------------------


def test_reference_network_has_669_706_parameters():
    X, y = np.random.default_rng(0).random((20, 784)), np.arange(20) % 10
    classifier = KerasMLPClassifier(epochs=1).fit(X, y)
    assert classifier.model_.count_params() == 669_706
    assert [layer.rate for layer in classifier.model_.layers[1::2]] == [0.2, 0.2]
    assert float(classifier.model_.optimizer.learning_rate) == pytest.approx(1e-3)


def test_learns_digits(fitted, digits):
    assert fitted.score(*digits) > 0.9


def test_holds_a_scikeras_classifier(fitted):
    from scikeras.wrappers import KerasClassifier

    assert isinstance(fitted.keras_classifier_, KerasClassifier)
    assert isinstance(fitted.model_, keras.Model)
    assert fitted.model_ is fitted.keras_classifier_.model_


def test_the_held_classifier_predicts_by_itself(digits):
    X, y = digits[0].astype(np.float32), np.array([f"a {label}" for label in digits[1]])
    classifier = small(epochs=5).fit(X, y)
    held = classifier.keras_classifier_
    np.testing.assert_array_equal(held.predict(X), classifier.predict(X))
    assert held.score(X, y) == classifier.score(X, y)


@pytest.mark.parametrize("make", [lambda held: held, clone], ids=["itself", "clone"])
def test_the_held_classifier_can_be_fitted_by_itself(digits, make):
    """All samples in one step, as Keras takes them in another order."""
    X, y = digits
    classifier = small(dropout=0, batch_size=300).fit(X, y)
    before = classifier.model_.get_weights()
    held = make(classifier.keras_classifier_).fit(X, y)
    assert held.model_ is not classifier.model_
    for weights, expected in zip(held.model_.get_weights(), before, strict=True):
        np.testing.assert_allclose(weights, expected, atol=1e-5)
    assert all(map(np.array_equal, classifier.model_.get_weights(), before))


def test_the_held_classifier_is_fitted_to_the_same_bits(digits):
    held = small().fit(*digits).keras_classifier_
    first, second = (held.fit(*digits).model_.get_weights() for _ in range(2))
    assert all(map(np.array_equal, first, second))


def test_more_classes_than_a_regression_would_be_suspected_of():
    X, y = np.random.default_rng(0).random((100, 3)), np.arange(100) % 30
    assert small(epochs=1).fit(X, y).keras_classifier_.n_classes_ == 30


def test_probabilities_of_one_sample_have_two_dimensions(fitted, digits):
    assert fitted.predict_proba(digits[0][:1]).shape == (1, 10)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "labels", [np.array(["b", "a", "c"]), np.array([-5, 100, 3]), np.array([0, 1, 2])]
)
def test_labels_of_any_type(digits, labels, n_classes):
    X, y = digits
    X, y = X[y < n_classes], labels[y[y < n_classes]]
    classifier = small(epochs=30, batch_size=16).fit(X, y)
    np.testing.assert_array_equal(classifier.classes_, np.unique(labels[:n_classes]))
    assert classifier.predict_proba(X).shape == (len(X), n_classes)
    assert classifier.score(X, y) > 0.9


# --- training -------------------------------------------------------------------------


def test_history_has_one_value_an_epoch(digits):
    X, y = digits
    classifier = small(epochs=3).fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
    assert set(classifier.history_) == {
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
    }
    assert all(len(values) == 3 for values in classifier.history_.values())


def test_last_validation_figures_are_those_of_the_fitted_network(digits):
    X, y = digits
    classifier = small().fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
    accuracy = classifier.score(X[200:], y[200:])
    assert classifier.history_["val_accuracy"][-1] == pytest.approx(accuracy)


def test_validation_labels_are_those_of_training(digits):
    X, y = digits
    names = np.array([f"digit {9 - label}" for label in y])
    classifier = small().fit(X[:200], names[:200], X_val=X[200:], y_val=names[200:])
    accuracy = classifier.score(X[200:], names[200:])
    assert classifier.history_["val_accuracy"][-1] == pytest.approx(accuracy)


@pytest.mark.parametrize(
    "make_optimizer",
    [  # made in the test, as TensorFlow must not start when a worker imports this file
        lambda: keras.optimizers.Adam(0.01),
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=1.0),
        lambda: keras.optimizers.Adam(
            keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5)
        ),
        lambda: keras.optimizers.Adam(0.01, beta_2=0.9, clipnorm=0.1, use_ema=True),
    ],
    ids=["Adam", "SGD", "Adam with a schedule", "Adam with more"],
)
def test_training_is_that_of_keras(digits, make_optimizer):
    """All samples in one step, so that their order does not matter."""
    optimizer = make_optimizer()
    X, y = digits
    X, weights = X.astype(np.float32), np.linspace(0.1, 1.9, 300, dtype=np.float32)
    classifier = small(optimizer=optimizer, dropout=0, epochs=5, batch_size=300)
    classifier.fit(X, y, weights, X_val=X[:50], y_val=y[:50])
    network = keras.models.clone_model(classifier.model_)  # with the same seeds
    network.compile(
        type(optimizer).from_config(optimizer.get_config()),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = network.fit(
        X, y, 300, 5, 0, sample_weight=weights, validation_data=(X[:50], y[:50])
    ).history
    assert set(history) == set(classifier.history_)
    for name, values in classifier.history_.items():
        np.testing.assert_allclose(values, history[name], rtol=1e-4)
    probabilities = network.predict(X, verbose=0)
    np.testing.assert_allclose(classifier.predict_proba(X), probabilities, atol=1e-4)


@pytest.mark.parametrize("batch_size", [300, 128, 7])
def test_training_figures_are_means_over_all_samples(digits, batch_size):
    X, y = digits
    classifier = small(
        optimizer="sgd", learning_rate=1e-12, dropout=0, batch_size=batch_size
    ).fit(X, y)
    loss = log_loss(y, classifier.predict_proba(X))
    assert classifier.history_["loss"] == pytest.approx([loss, loss], rel=1e-5)
    assert classifier.history_["accuracy"] == [classifier.score(X, y)] * 2


def test_many_steps_are_one_call_of_the_graph_after_another(digits, monkeypatch):
    from skn_noise.network import _training

    expected = small(batch_size=7).fit(*digits)
    monkeypatch.setattr(_training, "_STEPS_PER_CALL", 10)
    classifier = small(batch_size=7).fit(*digits)
    assert weights_are_equal(classifier, expected)
    assert classifier.history_["loss"] == pytest.approx(expected.history_["loss"])


def test_verbose_prints_a_line_an_epoch(digits, capsys):
    small(verbose=2).fit(*digits)
    printed = capsys.readouterr().out
    assert printed.count("Epoch ") == 2
    assert "accuracy: " in printed


def test_sample_weight_zero_takes_samples_out(digits):
    X, y = digits
    wrong = np.roll(y, 7)
    classifier = small(epochs=20, batch_size=32).fit(
        np.vstack([X, X]),
        np.concatenate([y, wrong]),
        sample_weight=np.repeat([1.0, 0.0], len(X)),
    )
    assert classifier.score(X, y) > 0.9


def test_no_sample_has_weight(digits):
    weights = dict.fromkeys(range(10), 0)
    with pytest.raises(ValueError, match="at least one non-zero"):
        small(class_weight=weights).fit(*digits)


def test_class_weight_favours_its_class(digits):
    X, y = digits
    is_one = np.where(y == 1, "one", "other")
    X = X + np.random.default_rng(0).normal(scale=2, size=X.shape)
    plain = small(epochs=5).fit(X, is_one)
    weighted = clone(plain).set_params(class_weight={"one": 50, "other": 1})
    weighted.fit(X, is_one)
    assert (weighted.predict(X) == "one").sum() > (plain.predict(X) == "one").sum()


def test_class_weight_balanced_equals_its_dict(digits):
    X, y = digits
    weights = dict(enumerate(len(y) / (10 * np.bincount(y))))
    balanced = small(class_weight="balanced").fit(X, y)
    assert weights_are_equal(balanced, small(class_weight=weights).fit(X, y))


def test_callbacks_are_called_and_left_as_they_were(digits):
    X, y = digits
    stopping = keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=100)
    classifier = small(epochs=10, callbacks=[stopping])
    for _ in range(2):
        classifier.fit(X, y, X_val=X, y_val=y)
        assert len(classifier.history_["loss"]) == 2
    assert stopping.stopped_epoch == 0


@pytest.mark.parametrize("container", [list, tuple])
def test_callbacks_are_many(digits, container):
    stopping = keras.callbacks.EarlyStopping("loss", min_delta=100)
    classifier = small(epochs=9, callbacks=container([stopping])).fit(*digits)
    assert len(classifier.history_["loss"]) == 2


def test_a_class_of_callbacks_is_made_an_instance(digits):
    classifier = small(callbacks=[keras.callbacks.TerminateOnNaN]).fit(*digits)
    (callback,) = classifier.keras_classifier_.callbacks
    assert isinstance(callback, keras.callbacks.TerminateOnNaN)


def test_callbacks_of_another_kind(digits):
    with pytest.raises(
        TypeError, match=r"must be a keras\.callbacks\.Callback .* set_callb"
    ):
        small(callbacks=["early"]).fit(*digits)


def test_optimizer_as_object_is_copied(digits):
    optimizer = keras.optimizers.SGD(learning_rate=0.25)
    classifier = small(optimizer=optimizer).fit(*digits)
    assert classifier.model_.optimizer is not optimizer
    assert classifier.model_.optimizer.learning_rate == 0.25
    assert not optimizer.built


def test_optimizer_by_name_has_the_learning_rate(digits):
    classifier = small(optimizer="sgd", learning_rate=0.5).fit(*digits)
    assert isinstance(classifier.model_.optimizer, keras.optimizers.SGD)
    assert classifier.model_.optimizer.learning_rate == 0.5


def test_transformers_configured_for_pandas_do_not_disturb_it(digits):
    with config_context(transform_output="pandas"):
        classifier = small().fit(*digits)
    assert weights_are_equal(classifier, small().fit(*digits))


def test_metadata_routing_takes_validation_data_through_a_pipeline(digits):
    from sklearn.pipeline import Pipeline

    from skn_noise import GlobalStandardScaler

    X, y = digits
    with config_context(enable_metadata_routing=True):
        mlp = small().set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline(
            [("standardize", GlobalStandardScaler()), ("mlp", mlp)],
            transform_input=["X_val"],
        ).fit(X[:200], y[:200], X_val=X[200:], y_val=y[200:])
        accuracy = pipeline.score(X[200:], y[200:])
    assert pipeline[-1].history_["val_accuracy"][-1] == pytest.approx(accuracy)


# --- callbacks of scikit-learn --------------------------------------------------------


def epoch_scores(monitor):
    log = monitor.get_logs().data_as_pandas
    return log[log["task_name"] == "epoch"]["accuracy"].tolist()


def test_scoring_monitor_gets_a_score_every_epoch(digits):
    monitor = ScoringMonitor(scoring="accuracy")
    small(epochs=3).set_callbacks(monitor).fit(*digits)
    assert epoch_scores(monitor) == [
        small(epochs=n_epochs).fit(*digits).score(*digits) for n_epochs in (1, 2, 3)
    ]


def test_scoring_monitor_weighs_the_samples(digits):
    X, y = digits
    monitor = ScoringMonitor(scoring="accuracy")
    weights = (y == 1).astype(float)
    classifier = small().set_callbacks(monitor).fit(X, y, sample_weight=weights)
    assert epoch_scores(monitor)[-1] == classifier.score(X, y, weights)


def test_being_watched_changes_nothing(digits):
    monitor = ScoringMonitor(scoring="accuracy")
    watched = small(epochs=3).set_callbacks(monitor).fit(*digits)
    plain = small(epochs=3).fit(*digits)
    assert weights_are_equal(watched, plain)
    assert watched.history_ == plain.history_


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


def test_a_callback_stops_the_training(digits):
    classifier = small(epochs=5).set_callbacks(StopsAndKeeps()).fit(*digits)
    assert len(classifier.history_["loss"]) == 2


def test_a_classifier_that_a_callback_keeps_is_not_trained_on(digits):
    callback = StopsAndKeeps()
    small(epochs=2).set_callbacks(callback).fit(*digits)
    assert weights_are_equal(callback.kept[0], small(epochs=1).fit(*digits))


def test_progress_bar_shows_the_epochs_of_every_fit_in_two_workers():
    code = (
        "from sklearn.callback import ProgressBar;"
        "from sklearn.datasets import load_iris;"
        "from sklearn.model_selection import GridSearchCV;"
        "from skn_noise import make_noise_pipeline;"
        "pipeline = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=2);"
        "search = GridSearchCV(pipeline, {'noise__scale': [1, 2]}, cv=2, n_jobs=2);"
        "search.set_callbacks(ProgressBar(max_propagation_depth=None));"
        "search.fit(*load_iris(return_X_y=True))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error::UserWarning:sklearn", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "120"},
    )
    assert ran.stdout.count("KerasMLPClassifier - fit") == 2 * 2 + 1
    assert ran.stdout.count("100%") >= 2 * 2 + 1
    assert "does not support callbacks" not in ran.stderr


# --- many fits ------------------------------------------------------------------------


def test_threads_get_the_same_bits(digits):
    classifiers = [small(random_state=seed) for seed in range(4)]
    with joblib.parallel_config(backend="threading", n_jobs=4):
        fitted = joblib.Parallel()(
            joblib.delayed(clone(classifier).fit)(*digits) for classifier in classifiers
        )
    for classifier, other in zip(classifiers, fitted, strict=True):
        assert weights_are_equal(classifier.fit(*digits), other)


def test_memory_does_not_grow_from_fit_to_fit(tmp_path):
    code = (
        "import numpy as np, resource, sys;"
        "from skn_noise import KerasMLPClassifier;"
        "X = np.random.default_rng(0).random((4000, 784));"
        "y = np.arange(4000) % 10;"
        "peaks = [(KerasMLPClassifier(epochs=1).fit(X, y).score(X, y),"
        "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)[1] for _ in range(10)];"
        "print(peaks[9] / peaks[1])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert float(ran.stdout) < 1.05


class InterruptsWhenFinalised:
    def __init__(self):
        self.cycle = self

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_is_not_lost_among_garbage(digits):
    gc.disable()
    try:
        InterruptsWhenFinalised()
        with pytest.raises(KeyboardInterrupt):
            [small(epochs=1).fit(*digits) for _ in range(4)]  # one collects garbage
    finally:
        gc.enable()


def draw_until(stop):
    while not stop.is_set():
        random.random()
        np.random.random()
        stop.wait(1e-4)


def test_threads_that_draw_random_numbers_do_not_matter(digits):
    expected = small().fit(*digits)
    stop = threading.Event()
    with ThreadPoolExecutor() as pool:
        pool.submit(draw_until, stop)
        try:
            assert weights_are_equal(small().fit(*digits), expected)
        finally:
            stop.set()


def test_precision_that_the_user_chose_is_kept(digits):
    policy = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("float64")
        for _ in range(2):
            assert small(epochs=1).fit(*digits).model_.dtype == "float64"
    finally:
        keras.config.set_dtype_policy(policy)


# --- reproducible and whole -----------------------------------------------------------


def test_int_random_state_gives_the_same_bits(digits):
    classifier = small().fit(*digits)
    other = clone(classifier).fit(*digits)
    assert weights_are_equal(classifier, other)
    assert classifier.history_ == other.history_


def test_another_seed_gives_another_network(digits):
    assert not weights_are_equal(
        small(random_state=0).fit(*digits), small(random_state=1).fit(*digits)
    )


def test_global_random_states_are_left_alone(digits):
    np.random.seed(0)
    random.seed(0)
    expected = np.random.random(), random.random()
    np.random.seed(0)
    random.seed(0)
    small().fit(*digits)
    assert (np.random.random(), random.random()) == expected


def test_others_may_still_draw_without_a_seed(digits):
    small().fit(*digits)
    assert keras.ops.shape(tf.random.normal((2,))) == (2,)


def test_another_process_gives_the_same_bits(digits):
    X, y = digits
    here = small().fit(X, y).predict_proba(X)
    (there,) = joblib.Parallel(n_jobs=2)(
        joblib.delayed(_fit_and_predict)(X, y) for _ in range(1)
    )
    np.testing.assert_array_equal(there, here)


def test_workers_of_joblib_share_the_cores(digits):
    shares = joblib.Parallel(n_jobs=2)(
        joblib.delayed(_fit_and_count_threads)(*digits) for _ in range(2)
    )
    assert shares == [max(1, joblib.cpu_count() // 2)] * 2


def _fit_and_count_threads(X, y):
    import tensorflow as tf

    small(epochs=1).fit(X, y)
    return tf.config.threading.get_intra_op_parallelism_threads()


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_any_number_of_threads_gives_the_same_bits(digits, tmp_path, n_threads):
    X, y = digits
    joblib.dump((small(hidden_layer_sizes=(64, 64)), X, y), tmp_path / "unfitted")
    code = (
        "import joblib, sys; classifier, X, y = joblib.load(sys.argv[1]);"
        "joblib.dump(classifier.fit(X, y).predict_proba(X), sys.argv[2])"
    )
    subprocess.run(
        [sys.executable, "-c", code, tmp_path / "unfitted", tmp_path / "probabilities"],
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": str(n_threads)},
    )
    np.testing.assert_array_equal(
        joblib.load(tmp_path / "probabilities"),
        small(hidden_layer_sizes=(64, 64)).fit(X, y).predict_proba(X),
    )


def _fit_and_predict(X, y):
    return small().fit(X, y).predict_proba(X)


@pytest.mark.parametrize("n_copies", [1, 2])
def test_pickle_keeps_a_fitted_classifier_whole(fitted, digits, n_copies):
    copy = fitted
    for _ in range(n_copies):
        copy = pickle.loads(pickle.dumps(copy))
    X, _ = digits
    np.testing.assert_array_equal(copy.predict_proba(X), fitted.predict_proba(X))
    assert copy.history_ == fitted.history_


def test_pickle_opens_in_a_fresh_process(fitted, digits, tmp_path):
    joblib.dump((fitted, digits[0]), tmp_path / "fitted.joblib")
    code = (
        "import joblib, sys; classifier, X = joblib.load(sys.argv[1]);"
        "joblib.dump(classifier.predict_proba(X), sys.argv[2])"
    )
    paths = [str(tmp_path / "fitted.joblib"), str(tmp_path / "probabilities.joblib")]
    ran = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")
    np.testing.assert_array_equal(
        joblib.load(paths[1]), fitted.predict_proba(digits[0])
    )


def test_pickle_of_the_held_classifier_opens_in_a_fresh_process(
    fitted, digits, tmp_path
):
    X = digits[0].astype(np.float32)
    joblib.dump((fitted.keras_classifier_, X), tmp_path / "held.joblib")
    code = (
        "import joblib, sys; held, X = joblib.load(sys.argv[1]);"
        "joblib.dump(held.predict(X), sys.argv[2])"
    )
    paths = [str(tmp_path / "held.joblib"), str(tmp_path / "predicted.joblib")]
    ran = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")
    np.testing.assert_array_equal(joblib.load(paths[1]), fitted.predict(digits[0]))


def test_clone_keeps_the_parameters():
    stopping = keras.callbacks.EarlyStopping(patience=7)
    copy = clone(
        small(optimizer=keras.optimizers.SGD(0.3), callbacks=[stopping], dropout=0.4)
    )
    assert float(copy.optimizer.learning_rate) == pytest.approx(0.3)
    assert copy.callbacks[0].patience == 7
    assert copy.dropout == 0.4


def test_keras_saves_and_loads_the_network(fitted, digits, tmp_path):
    fitted.model_.save(tmp_path / "m.keras")
    X = digits[0].astype(np.float32)
    probabilities = keras.models.load_model(tmp_path / "m.keras").predict(X, verbose=0)
    np.testing.assert_allclose(probabilities, fitted.predict_proba(X), atol=1e-6)


def test_nothing_is_printed():
    code = (
        "from sklearn.datasets import load_iris;"
        "from skn_noise import KerasMLPClassifier;"
        "X, y = load_iris(return_X_y=True);"
        "KerasMLPClassifier((4,), epochs=2).fit(X, y, X_val=X, y_val=y).predict(X)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")


def test_many_fitted_networks_predict_without_a_warning(digits, caplog):
    for _ in range(6):
        small(epochs=1).fit(*digits).predict(digits[0])
    assert caplog.records == []


def test_repr_shows_what_was_changed():
    assert repr(KerasMLPClassifier(epochs=5)) == "KerasMLPClassifier(epochs=5)"


def test_html_diagram_names_the_classifier(fitted):
    assert "KerasMLPClassifier" in fitted._repr_html_()


@pytest.mark.parametrize("other", [10, "ten"])
def test_a_validation_sample_of_an_unknown_class_is_a_miss_without_a_loss(
    digits, other
):
    X, y = digits
    y_val = y.astype(object if isinstance(other, str) else int)
    y_val[y == 9] = other
    history, plain = (
        small().fit(X, y, X_val=X, y_val=labels).history_ for labels in (y_val, y)
    )
    classifier = small().fit(X, y)
    hits = (classifier.predict(X) == y) & (y != 9)
    assert history["val_accuracy"][-1] == hits.mean()
    assert np.isnan(history["val_loss"]).all()
    assert history["loss"] == plain["loss"]


# --- divergence -----------------------------------------------------------------------


def test_divergence_is_an_error(digits):
    with pytest.raises(ValueError, match=r"diverged: the loss is nan in epoch \d"):
        small(optimizer="sgd", learning_rate=1e30).fit(*digits)


@pytest.mark.parametrize(
    "params",
    [
        {"learning_rate": 1e38},
        {"learning_rate": 1e38, "optimizer": "sgd"},
        {"learning_rate": 1e39},
    ],
)
def test_weights_or_outputs_that_are_not_finite_are_divergence(digits, params):
    with pytest.raises(ValueError, match=r"diverged: .*Lower learning_rate"):
        small(epochs=1, batch_size=300, **params).fit(*digits)


def test_a_batch_of_more_samples_than_there_are_is_one_of_all(digits):
    whole, more = (small(batch_size=size).fit(*digits) for size in (300, 2**31))
    assert more.history_ == whole.history_


def test_a_cell_that_diverges_is_named_and_the_others_go_on(digits):
    named = r"in 2 of 4 cells.*scale 1e\+30, fold 0: ValueError: Training diverged"
    with pytest.warns(FitFailedWarning, match=named):
        curve = noise_curve(
            small(optimizer="sgd"),
            *digits,
            param_name="learning_rate",
            scales=[0.1, 1e30],
            cv=2,
        )
    failed = curve.scores["scale"] == 1e30
    assert (curve.scores["value"].isna() == failed).all()


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "params",
    [
        {"epochs": 0},
        {"epochs": 2.5},
        {"batch_size": -1},
        {"batch_size": "all"},
        {"hidden_layer_sizes": 0},
        {"hidden_layer_sizes": (16, -1)},
        {"hidden_layer_sizes": (16, 2.5)},
        {"hidden_layer_sizes": [[16]]},
        {"dropout": 1.0},
        {"dropout": -0.1},
        {"learning_rate": 0},
        {"optimizer": 3},
        {"class_weight": "heavy"},
        {"callbacks": "early"},
    ],
)
def test_bad_parameter(digits, params):
    (name,) = params
    with pytest.raises(ValueError, match=name):
        small(**params).fit(*digits)


def test_unknown_optimizer(digits):
    with pytest.raises(ValueError, match="nonsense"):
        small(optimizer="nonsense").fit(*digits)


def test_one_class_only(digits):
    with pytest.raises(ValueError, match="at least two classes, got one class"):
        small().fit(digits[0], np.zeros(300))


def test_y_with_nan(digits):
    with pytest.raises(ValueError, match="NaN"):
        small().fit(digits[0], np.full(300, np.nan))


def test_x_and_y_of_different_lengths(digits):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        small().fit(digits[0], digits[1][:10])


@pytest.mark.parametrize("missing", ["X_val", "y_val"])
def test_validation_data_by_half(digits, missing):
    validation = dict(zip(("X_val", "y_val"), digits, strict=True))
    validation.pop(missing)
    with pytest.raises(ValueError, match=f"without {missing}"):
        small().fit(*digits, **validation)


def test_images_that_are_not_flattened():
    with pytest.raises(ValueError, match="reshape"):
        small().fit(np.zeros((5, 8, 8)), np.arange(5))


def test_predict_before_fit(digits):
    with pytest.raises(NotFittedError):
        small().predict(digits[0])
