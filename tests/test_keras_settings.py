import keras
import pytest
from processes import python
from sklearn.datasets import load_digits

from skn_noise import make_noise_pipeline, noise_curve
from skn_noise.study._keras import keras_settings, take_keras_settings


@pytest.fixture
def _in_double_precision():
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("_in_double_precision")
def test_workers_train_in_the_precision_that_the_main_process_was_given():
    X, y = (array[:200] for array in load_digits(return_X_y=True))
    network = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=1, random_state=0)
    here, in_workers = (
        noise_curve(
            network, X, y, scales=[1.0], cv=2, scoring="neg_log_loss", n_jobs=n_jobs
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
