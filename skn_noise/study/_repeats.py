"""Seeds of the repeats of a study, which draw the noise and the network anew."""

from copy import deepcopy
from numbers import Integral

import numpy as np


def random_states_of(estimator):
    """Return all parameters that are a `random_state`, by their names."""
    return {
        name: value
        for name, value in sorted(estimator.get_params().items())
        if name.rpartition("__")[2] == "random_state"
    }


def check_repeats(estimator, n_repeats):
    """Raise an error if there is nothing that repeats could draw anew."""
    if n_repeats > 1 and not random_states_of(estimator):
        raise ValueError(
            f"n_repeats={n_repeats} draws anew what a `random_state` determines, and "
            f"{type(estimator).__name__} has no such parameter, so that all repeats "
            "would be the same. Pass n_repeats=1, or add a step that has one, such as "
            "GaussianNoiseTransformer."
        )


def params_of_repeat(estimator, repeat):
    """Return the random states of a repeat; the first has those of the estimator."""
    if repeat == 0:
        return {}
    return {
        name: _derived(value, repeat)
        for name, value in random_states_of(estimator).items()
    }


def _derived(random_state, repeat):
    if isinstance(random_state, np.random.RandomState):
        seed = deepcopy(random_state).randint(2**31)
        return np.random.RandomState(_derived(seed, repeat))
    if isinstance(random_state, Integral):
        words = np.random.SeedSequence([int(random_state), repeat]).generate_state(1)
        return int(words[0] >> 1)  # some take no more than 31 bits
    return random_state  # None draws anew by itself
