"""Training with products of bfloat16."""

import keras
import numpy as np
import pytest
from small_networks import has_bfloat16, latest_graph, small, weights

from skn_noise.network import _training

needs_bfloat16 = pytest.mark.skipif(
    not has_bfloat16(), reason="the processor lacks bfloat16"
)


def brief(**params):
    return small(**{"hidden_layer_sizes": (16, 16), "precision": "bfloat16"} | params)


@pytest.fixture(scope="module")
def half(digits):
    """A network trained with products of bfloat16, and its graph."""
    return brief().fit(*digits), latest_graph()


@needs_bfloat16
def test_it_is_close_to_float32_but_not_the_same(digits, half):
    ours, single = weights(half[0]), weights(brief(precision="float32").fit(*digits))
    assert not np.array_equal(ours, single)
    assert np.abs(ours - single).max() < 0.01


@needs_bfloat16
def test_hidden_products_alone_are_bfloat16_backward_too(half):
    functions = half[1].run_steps.graph._functions.values()
    nodes = [node for f in functions for node in f.cached_definition.node_def]
    products = [node.attr["T"].type for node in nodes if node.op == "MatMul"]
    # Two layers forward and their weights backward, and the first layer's outputs; the
    # inputs need none. The classes have three.
    assert sorted(products).count(14) == 5  # bfloat16
    assert sorted(products).count(1) == 3  # float32


@needs_bfloat16
def test_the_network_stays_float32(digits, half):
    classifier, _ = half
    variables = [*classifier.model_.weights, *classifier.model_.optimizer.variables]
    assert {v.dtype for v in variables} <= {"float32", "int64"}
    X = digits[0].astype(np.float32)
    np.testing.assert_allclose(
        classifier.predict_proba(X), classifier.model_(X), atol=1e-7
    )


@needs_bfloat16
def test_same_bits_again(digits, half):
    np.testing.assert_array_equal(weights(brief().fit(*digits)), weights(half[0]))


@needs_bfloat16
def test_policies_of_keras(digits):
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("float64")
        classifier = brief(epochs=1).fit(*digits)
    finally:
        keras.config.set_dtype_policy(before)
    assert classifier.model_.dtype == "float64"
    assert classifier.predict_proba(digits[0]).dtype == np.float32


# --- where it is refused --------------------------------------------------------------


def test_a_processor_without_the_instructions(monkeypatch, digits):
    monkeypatch.setattr(_training, "_processor_flags", lambda: {"avx2"})
    with pytest.raises(ValueError, match=r"needs a processor with .*not found here"):
        brief().fit(*digits)
