"""Networks in other processes: pickles, workers, forks, threads and memory."""

import copy
import os
import pickle

import joblib
import keras
import numpy as np
import pytest
from processes import python
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from small_networks import has_bfloat16, small, weights

from skn_noise import make_noise_pipeline, noise_curve
from skn_noise.study._keras import keras_settings, take_keras_settings

# --- copies ---------------------------------------------------------------------------


def halve(x):
    return x * 0.5


def check_copy(again, fitted, X):
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    assert again.history_ == fitted.history_
    for mine, theirs in zip(
        fitted.model_.optimizer.variables, again.model_.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    "make_params",
    [
        lambda folder: {"activation": halve},
        lambda folder: {"activation": keras.layers.PReLU(), "input_noise": 0.5},
        lambda folder: {
            "callbacks": keras.callbacks.CSVLogger(folder / "log.csv"),
            "optimizer": keras.optimizers.SGD(0.1, momentum=0.9),
        },
    ],
    ids=["function", "layer and noise", "callback and optimizer"],
)
def test_copies_of_a_fitted_classifier(digits, tmp_path, make_params):
    classifier = small(epochs=1, **make_params(tmp_path)).fit(*digits)
    check_copy(copy.deepcopy(classifier), classifier, digits[0])
    once = pickle.loads(pickle.dumps(classifier))
    check_copy(once, classifier, digits[0])
    check_copy(pickle.loads(pickle.dumps(once)), classifier, digits[0])
    again = clone(once).fit(*digits)
    np.testing.assert_array_equal(weights(again), weights(classifier))


# --- a fresh process, with another number of threads ----------------------------------

SCRIPT = """
import joblib
answers = {name: joblib.load(name) for name in ("trained", "held", "input")}
X, y = answers.pop("input")
answers = {name: one.predict_proba(X) for name, one in answers.items()}
import keras, skn_noise.layers
network = keras.saving.load_model("network.keras")
answers["stddev"] = float(network.layers[0].stddev)
answers["saved"] = network(X).numpy()
for name, one in joblib.load("unfitted").items():
    answers[name] = one.fit(X, y).predict_proba(X)
joblib.dump(answers, "answers")
"""


def unfitted():
    """Return wide networks, whose products are shared among threads, by precision."""
    networks = {"float32": small(hidden_layer_sizes=(64, 64), epochs=1)}
    if has_bfloat16():
        half = clone(networks["float32"]).set_params(precision="bfloat16")
        networks["bfloat16"] = half
    return networks


@pytest.fixture(scope="module")
def noisy(digits):
    return small(input_noise=2.0).fit(*digits)


@pytest.fixture(scope="module")
def fresh(trained, noisy, digits, tmp_path_factory):
    """Answers of a process in which TensorFlow has three threads, and here one."""
    folder = tmp_path_factory.mktemp("fresh")
    joblib.dump(trained, folder / "trained")
    joblib.dump(trained.keras_classifier_, folder / "held")
    joblib.dump((digits[0].astype(np.float32), digits[1]), folder / "input")
    joblib.dump(unfitted(), folder / "unfitted")
    noisy.model_.save(folder / "network.keras")
    ran = python(SCRIPT, cwd=folder, OMP_NUM_THREADS="3")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    return joblib.load(folder / "answers")


def test_pickles_predict_the_same_elsewhere(fresh, trained, digits):
    expected = trained.predict_proba(digits[0])
    np.testing.assert_array_equal(fresh["trained"], expected)
    np.testing.assert_allclose(fresh["held"], expected, atol=1e-6)


def test_a_saved_network_with_input_noise_is_loaded_elsewhere(fresh, noisy, digits):
    assert fresh["stddev"] == 2.0
    expected = noisy.predict_proba(digits[0])
    np.testing.assert_allclose(fresh["saved"], expected, atol=1e-6)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_any_number_of_threads_gives_the_same_bits(fresh, digits, precision):
    if precision not in fresh:
        pytest.skip("the processor lacks bfloat16")
    here = unfitted()[precision].fit(*digits).predict_proba(digits[0])
    np.testing.assert_array_equal(fresh[precision], here)


# --- workers of joblib ----------------------------------------------------------------


def fit_and_count_threads(classifier, X, y):
    classifier.fit(X, y)
    import tensorflow as tf

    return classifier, tf.config.threading.get_intra_op_parallelism_threads()


def test_workers_give_the_same_bits_on_their_share_of_the_cores(digits):
    classifier = small(activation=lambda x: x * 0.5)  # which only a copy can carry
    here = weights(clone(classifier).fit(*digits))
    share = max(1, joblib.cpu_count() // 2)
    there = joblib.Parallel(n_jobs=2)(
        joblib.delayed(fit_and_count_threads)(classifier, *digits) for _ in range(2)
    )
    for fitted, n_threads in there:
        np.testing.assert_array_equal(weights(fitted), here)
        assert n_threads == int(os.environ.get("OMP_NUM_THREADS", share))


def test_progress_bar_shows_the_epochs_of_every_fit_in_two_workers(
    digits, capsys, monkeypatch
):
    callback = pytest.importorskip("sklearn.callback")
    monkeypatch.setenv("COLUMNS", "120")
    pipeline = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=2)
    search = GridSearchCV(pipeline, {"noise__scale": [1, 2]}, cv=2, n_jobs=2)
    search.set_callbacks(callback.ProgressBar(max_propagation_depth=None))
    search.fit(*digits)
    printed = capsys.readouterr().out
    assert printed.count("KerasMLPClassifier - fit") == 2 * 2 + 1
    assert printed.count("100%") >= 2 * 2 + 1


# --- settings of Keras ----------------------------------------------------------------


@pytest.fixture
def _in_double_precision():
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("_in_double_precision")
def test_workers_train_in_the_precision_that_the_main_process_was_given(digits):
    network = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=1, random_state=0)
    here, in_workers = (
        noise_curve(
            network, *digits, scales=[1.0], cv=2, scoring="neg_log_loss", n_jobs=n_jobs
        ).scores["value"]
        for n_jobs in (1, 2)
    )
    assert here.tolist() == in_workers.tolist()


def test_workers_need_no_keras_for_what_it_has_by_default():
    code = (
        "import sys; from skn_noise.study import _keras as ours\n"
        "ours.take_keras_settings(None)\n"
        "here = ours.all_keras_settings()\n"
        "ours.take_keras_settings({name: here[name] for name in ours._SHARED})\n"
        "assert ours.keras_settings() is None and 'keras' not in sys.modules"
    )
    assert python(code).returncode == 0


def test_settings_that_keras_has_are_not_set_again(monkeypatch):
    settings = keras_settings()
    monkeypatch.setattr(keras.config, "set_floatx", None)
    take_keras_settings(settings)
    take_keras_settings(None)


# --- forks and memory -----------------------------------------------------------------

FORKS_AND_MEMORY = """
import os, signal, warnings
import numpy as np
from skn_noise import KerasMLPClassifier

warnings.simplefilter("ignore", DeprecationWarning)  # of os.fork
X, y = np.random.default_rng(0).random((20, 3)), np.arange(20) % 2
classifier = KerasMLPClassifier((4,), epochs=1)

def in_fork(what, call):
    process = os.fork()
    if process == 0:
        signal.alarm(60)
        try:
            call()
            print(what, "works", flush=True)
        except RuntimeError as error:
            print(what, error, flush=True)
        os._exit(0)
    os.waitpid(process, 0)

in_fork("before:", lambda: classifier.fit(X, y))
classifier.fit(X, y)
in_fork("fit:", lambda: classifier.fit(X, y))
in_fork("predict:", lambda: classifier.predict(X))
classifier.predict(X)
print("parent: works")

def used():
    return int(open("/proc/self/statm").read().split()[1]) / 256

def sizes(n_fits, X, y, **params):
    after = []
    for i in range(n_fits):
        KerasMLPClassifier(epochs=1, **params).fit(X, y).score(X, y)
        after.append(used())
    return after

X, y = np.random.default_rng(0).random((4000, 784)), np.arange(4000) % 10
small = sizes(60, X[:40, :1], y[:40] % 2, hidden_layer_sizes=(8,))
large = sizes(10, X, y, batch_size=1000)
print("small:", small[59] - small[20])
print("large:", max(large[2:]) - max(large[:2]))
"""


@pytest.fixture(scope="module")
def said():
    lines = python(FORKS_AND_MEMORY, OMP_NUM_THREADS="1").stdout.splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_a_fork_of_a_process_in_which_tensorflow_ran_is_refused(said):
    """A fork lacks the threads of TensorFlow, and would wait for them for ever."""
    assert said.keys() == {"before", "fit", "predict", "parent", "small", "large"}
    for what in ("fit", "predict"):
        assert "running when this process was forked" in said[what]
        assert "'spawn'" in said[what]
        assert "loky" in said[what]
    assert (said["before"], said["parent"]) == ("works", "works")


def test_memory_does_not_grow_from_fit_to_fit(said):
    """See benchmarks/memory.py for 300 fits, which are too many here."""
    assert float(said["small"]) < 8  # MiB; it was 18
    # TensorFlow's own pools fill up in the first fits. Networks and samples that stayed
    # in memory would be 150 MiB.
    assert float(said["large"]) < 75
