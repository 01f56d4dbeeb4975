"""Training with products of bfloat16."""

import os
import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from small_networks import latest_graph, small, weights

from skn_noise import make_noise_pipeline
from skn_noise.network import _training


def processor_multiplies_bfloat16():
    try:
        _training.refuse_unless_bfloat16()
    except ValueError:
        return False
    return True


needs_bfloat16 = pytest.mark.skipif(
    not processor_multiplies_bfloat16(), reason="the processor lacks bfloat16"
)


def brief(**params):
    return small(**{"hidden_layer_sizes": (16, 16), "precision": "bfloat16"} | params)


@needs_bfloat16
def test_it_is_close_to_float32_but_not_the_same(digits):
    fitted = {name: brief(precision=name).fit(*digits) for name in KINDS}
    half, single = (weights(fitted[name]) for name in ("bfloat16", "float32"))
    assert not np.array_equal(half, single)
    assert np.abs(half - single).max() < 0.01


KINDS = ["float32", "bfloat16"]


@needs_bfloat16
def test_learns_digits(digits):
    classifier = brief(epochs=30, batch_size=16, learning_rate=0.01).fit(*digits)
    assert classifier.score(*digits) > 0.95


@needs_bfloat16
def test_hidden_products_alone_are_bfloat16_backward_too(digits):
    brief(dropout=0).fit(*digits)
    graph = latest_graph().run_steps.graph
    functions = graph._functions.values()
    nodes = [node for f in functions for node in f.cached_definition.node_def]
    products = [node.attr["T"].type for node in nodes if node.op == "MatMul"]
    # Two layers forward and their weights backward, and the first layer's outputs; the
    # inputs need none. The classes have three.
    assert sorted(products).count(14) == 5  # bfloat16
    assert sorted(products).count(1) == 3  # float32


@needs_bfloat16
def test_the_network_stays_float32(digits):
    classifier = brief().fit(*digits)
    variables = [*classifier.model_.weights, *classifier.model_.optimizer.variables]
    assert {v.dtype for v in variables} <= {"float32", "int64"}
    X = digits[0].astype(np.float32)
    np.testing.assert_allclose(
        classifier.predict_proba(X), classifier.model_(X), atol=1e-7
    )


@needs_bfloat16
def test_same_bits_again_and_after_pickling(digits):
    classifier = brief(input_noise=0.5).fit(*digits)
    copy = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(weights(copy), weights(classifier))
    np.testing.assert_array_equal(weights(copy.fit(*digits)), weights(classifier))


@needs_bfloat16
def test_the_number_of_threads_does_not_matter(digits):
    code = (
        "import sys; from sklearn.datasets import load_digits;"
        "from skn_noise import KerasMLPClassifier; X, y = load_digits(return_X_y=True);"
        "c = KerasMLPClassifier((64, 64), epochs=1, random_state=0,"
        " precision='bfloat16').fit(X[:300] / 16, y[:300]);"
        "sys.stdout.buffer.write(c.predict_proba(X[:9] / 16).tobytes())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    ).stdout
    X, y = digits
    classifier = brief(hidden_layer_sizes=(64, 64), epochs=1).fit(X, y)
    assert classifier.predict_proba(X[:9]).tobytes() == printed


@needs_bfloat16
def test_history_and_callbacks(digits):
    stopping = keras.callbacks.EarlyStopping("accuracy", min_delta=1, patience=0)
    classifier = brief(epochs=5, callbacks=stopping)
    classifier.fit(*digits, X_val=digits[0], y_val=digits[1])
    assert len(classifier.history_["val_loss"]) == 2


@needs_bfloat16
@pytest.mark.parametrize("policy", ["float64", "mixed_bfloat16"])
def test_policies_of_keras(digits, policy):
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy(policy)
        classifier = brief().fit(*digits)
    finally:
        keras.config.set_dtype_policy(before)
    assert classifier.predict_proba(digits[0]).dtype == np.float32


@needs_bfloat16
def test_a_pipeline_passes_it_on(digits):
    pipeline = make_noise_pipeline(
        hidden_layer_sizes=(8,), epochs=1, precision="bfloat16"
    )
    assert pipeline.fit(*digits)[-1].precision == "bfloat16"


# --- where it is refused --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"),
        ("ONEDNN_MAX_CPU_ISA", "avx2"),
        ("DNNL_MAX_CPU_ISA", "AVX512_CORE_VNNI"),
        ("TF_ENABLE_ONEDNN_OPTS", "0"),
    ],
)
def test_instructions_turned_off_by_the_environment(monkeypatch, digits, name, value):
    monkeypatch.setenv(name, value)
    flags = {"avx512_bf16"}
    monkeypatch.setattr(_training, "_processor_flags", lambda: flags)
    with pytest.raises(ValueError, match=rf'{name}.*pass precision="float32"'):
        brief().fit(*digits)


@pytest.mark.parametrize("value", ["ALL", "AVX512_CORE_AMX", "AVX512_CORE_BF16"])
def test_limits_that_leave_the_instructions(monkeypatch, value):
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", value)
    monkeypatch.setattr(_training, "_processor_flags", lambda: {"amx_bf16"})
    _training.refuse_unless_bfloat16()


def test_a_processor_without_the_instructions(monkeypatch, digits):
    monkeypatch.setattr(_training, "_processor_flags", lambda: {"avx2"})
    with pytest.raises(ValueError, match=r"needs a processor with .*not found here"):
        brief().fit(*digits)


@pytest.mark.parametrize("precision", ["float16", None, 16])
def test_no_such_precision(digits, precision):
    with pytest.raises(ValueError, match="'precision' parameter"):
        brief(precision=precision).fit(*digits)
