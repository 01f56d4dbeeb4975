import numpy as np
import pytest

from skn_noise import noise_curve


@pytest.mark.parametrize(
    "scales", [[], [1, 1], [-1], [np.nan], [np.inf], ["a"], [[1]], 3]
)
def test_bad_scales(quick_pipeline, digits, scales):
    with pytest.raises(ValueError, match="scales"):
        noise_curve(quick_pipeline, *digits, scales=scales)


def test_unknown_parameter_names_the_near_ones(quick_pipeline, digits):
    with pytest.raises(ValueError, match="'noise__scale'"):
        noise_curve(quick_pipeline, *digits, param_name="noise__scales")
