"""The trained network as scikeras holds it."""

from functools import partial

import numpy as np

from skn_noise.network._build import LOSS, build_network, state_of
from skn_noise.network._tensorflow import KerasClassifier


class HeldKerasClassifier(KerasClassifier):
    """A classifier of scikeras that is pickled whole, and unpickled without a word.

    A pickle names the class first. As this one lives here, it brings our door along,
    and TensorFlow starts as silently in a fresh process as it did in the first.
    """

    def __getstate__(self):
        """Pickle numbers for the network: Keras would not load code of the user's."""
        state = super().__getstate__()
        if self._is_built_by_blueprint() and "model_" in state:
            state = state | {"model_": [v.numpy() for v in state_of(state["model_"])]}
        return state

    def __setstate__(self, state):
        """Build the network again."""
        super().__setstate__(state)
        if isinstance(numbers := getattr(self, "model_", None), list):
            self.model_ = self.model()
            for variable, number in zip(state_of(self.model_), numbers, strict=True):
                variable.assign(number)

    def _is_built_by_blueprint(self):
        return isinstance(self.model, partial) and self.model.func is build_network


def hold(network, blueprint, classes, **params):
    """Return the trained network as a fitted classifier of scikeras."""
    held = HeldKerasClassifier(
        network, optimizer=blueprint.optimizer, loss=LOSS, **params
    )
    # The shapes and labels are all that scikeras looks for in samples. It would take
    # many labels that come only once for the numbers of a regression.
    X = np.zeros((2 * len(classes), blueprint.n_features), np.float32)
    held.initialize(X, np.tile(classes, 2))
    # Whoever fits it by itself wants another network, not this one trained on.
    return held.set_params(
        model=partial(build_network, blueprint), random_state=blueprint.seed
    )
