from fractions import Fraction

import numpy as np
import pytest

from skn_noise import noise_curve
from skn_noise.study._regime import check_param_name, check_scales


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


def test_scale_0_is_a_scale():
    assert check_scales([0, Fraction(1, 2)]) == (0.0, 0.5)


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        (["a"], "scales must be numbers, got ['a']."),
        ([], "scales must be a list of at least one number, got []."),
        ([-1], "scales must be finite and not negative, got [-1]."),
        ([1, 1], "scales must hold each scale once, got [1, 1]."),
    ],
)
def test_scales_are_refused_in_one_sentence(scales, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole text is compared)
        check_scales(scales)
    assert str(error.value) == message


def test_parameters_that_are_scales_are_named_where_none_is_near(quick_pipeline):
    message = (
        "Pipeline has no parameter 'x'. The nearest are ['noise__scale']. Pass the "
        "parameter that is the scale of the noise as param_name; "
        "estimator.get_params() lists them all."
    )
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole text is compared)
        check_param_name(quick_pipeline, "x")
    assert str(error.value) == message
