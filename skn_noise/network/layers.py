"""Layers of our own; importing this module lets Keras load networks with them."""

from numbers import Integral, Real

import numpy as np

from skn_noise._sklearn import Interval
from skn_noise.network._tensorflow import keras

# Ten times the largest is still a number of 32 bits.
_STDDEVS = Interval(Real, 0, 1e37, closed="both")
_SEEDS = Interval(Integral, 0, 2**31 - 1, closed="both")


@keras.saving.register_keras_serializable(package="skn_noise")
class InputNoise(keras.layers.Layer):
    """Add Gaussian noise, drawn afresh for every batch, in training only.

    It is ``keras.layers.GaussianNoise`` without that layer's limit of 1 on the standard
    deviation, which is a weight here, not to be trained: one graph of TensorFlow serves
    networks of all standard deviations.

    Parameters
    ----------
    stddev : float
        Standard deviation of the noise, in the units of the inputs; not negative.

    seed : int, default=None
        Determines the noise; None draws a seed.

    **kwargs : dict
        Parameters of ``keras.layers.Layer``.

    Raises
    ------
    ValueError
        If `stddev` is not a number from 0 to 1e37, or `seed` no whole number.

    See Also
    --------
    skn_noise.KerasMLPClassifier : Has it in front if its `input_noise` is not 0.

    References
    ----------
    Bishop (1995). "Training with noise is equivalent to Tikhonov regularization".
    Neural Computation 7(1).

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise.layers import InputNoise
    >>> layer = InputNoise(2.0, seed=0)
    >>> x = np.zeros((1000, 10), dtype=np.float32)
    >>> round(float(np.std(layer(x, training=True))), 1)
    2.0
    >>> float(np.std(layer(x)))
    0.0
    """

    def __init__(self, stddev, seed=None, **kwargs):
        if not _STDDEVS.is_satisfied_by(stddev):
            raise ValueError(
                "stddev must be one finite number, 0 or more and at most "
                f"{_STDDEVS.right:g}, got {stddev!r}."
            )
        if not (seed is None or _SEEDS.is_satisfied_by(seed)):
            raise ValueError(
                f"seed must be a whole number from 0 to {_SEEDS.right}, or None, got "
                f"{seed!r}."
            )
        super().__init__(**kwargs)
        self.seed = None if seed is None else int(seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        # Of double precision, so that a configuration has the very number given here.
        self.stddev = self.add_weight(
            name="stddev",
            dtype="float64",
            initializer=lambda shape, dtype: np.full(shape, stddev, dtype),
            trainable=False,
            autocast=False,
        )
        self.built = True

    def call(self, inputs, training=False):
        """Return the inputs, in training with noise."""
        if not training:
            return inputs
        shape = keras.ops.shape(inputs)
        noise = keras.random.normal(
            shape, dtype=self.compute_dtype, seed=self.seed_generator
        )
        return inputs + keras.ops.cast(self.stddev, self.compute_dtype) * noise

    def compute_output_shape(self, input_shape):
        """Return the shape of the inputs."""
        return input_shape

    def get_config(self):
        """Return what another such layer is made from."""
        noise = {"stddev": float(self.stddev), "seed": self.seed}
        return {**super().get_config(), **noise}
