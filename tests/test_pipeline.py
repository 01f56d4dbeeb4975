import re

import numpy as np
import pytest
from sklearn.preprocessing import RobustScaler, StandardScaler

from skn_noise import GlobalStandardScaler, make_noise_pipeline


def test_steps_and_parameters():
    pipeline = make_noise_pipeline(0.5, random_state=3, epochs=7, dropout=0.1)
    assert list(pipeline.named_steps) == ["standardize", "noise", "mlp"]
    params = pipeline.get_params()
    assert params["noise__scale"] == 0.5
    assert params["noise__random_state"] == params["mlp__random_state"] == 3
    assert (params["mlp__epochs"], params["mlp__dropout"]) == (7, 0.1)


@pytest.mark.parametrize(
    ("given", "meant"), [("epoch", "epochs"), ("scal", "scale"), ("seed", None)]
)
def test_unknown_parameter(given, meant):
    hint = f" Did you mean '{meant}'?" if meant else ""
    said = re.escape(f"make_noise_pipeline() has no parameter '{given}'.{hint}")
    with pytest.raises(TypeError, match=f"^{said}$"):
        make_noise_pipeline(**{given: 3})


@pytest.mark.parametrize(
    ("scaler", "kind"),
    [
        ("global", GlobalStandardScaler),
        ("standard", StandardScaler),
        (RobustScaler(), RobustScaler),
    ],
)
def test_scaler_by_name_or_as_a_transformer(scaler, kind):
    step = make_noise_pipeline(scaler=scaler)["standardize"]
    assert type(step) is kind
    assert step is not scaler


@pytest.mark.parametrize("scaler", ["robust", None, StandardScaler])
def test_a_scaler_that_is_none(scaler):
    with pytest.raises(ValueError, match="Expected scaler to be 'global', 'standard'"):
        make_noise_pipeline(scaler=scaler)


def test_memory_caches_the_transformers(digits, tmp_path):
    pipeline = make_noise_pipeline(
        hidden_layer_sizes=(4,), epochs=1, random_state=0, memory=str(tmp_path)
    )
    first = pipeline.fit(*digits).predict_proba(digits[0])
    assert any(tmp_path.rglob("output.pkl"))
    np.testing.assert_array_equal(pipeline.fit(*digits).predict_proba(digits[0]), first)


def test_set_output_gives_the_classifier_named_features(digits):
    pipeline = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=1)
    pipeline.set_output(transform="pandas").fit(*digits)
    assert pipeline[-1].feature_names_in_[:2].tolist() == ["x0", "x1"]
