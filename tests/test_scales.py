import numpy as np
import pytest

from skn_noise import noise_curve
from skn_noise.study._scales import check_param_name


@pytest.mark.parametrize(
    "scales", [[], [1, 1], [-1], [np.nan], [np.inf], ["a"], [[1]], 3, [10**400]]
)
def test_bad_scales(quick_pipeline, digits, scales):
    with pytest.raises(ValueError, match="scales"):
        noise_curve(quick_pipeline, *digits, scales=scales)


def test_unknown_parameter_names_the_near_ones(quick_pipeline, digits):
    with pytest.raises(ValueError, match="'noise__scale'"):
        noise_curve(quick_pipeline, *digits, param_name="noise__scales")


@pytest.mark.parametrize("param_name", [None, 3, ["noise__scale"]])
def test_parameter_that_is_no_name(quick_pipeline, param_name):
    with pytest.raises(ValueError, match=r"has no parameter .*'noise__scale'"):
        check_param_name(quick_pipeline, param_name)
