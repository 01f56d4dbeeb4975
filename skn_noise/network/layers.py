"""Keras layers of this package, registered with Keras when the module is imported."""

from numbers import Integral, Real

import numpy as np

from skn_noise._sklearn import Interval
from skn_noise.network._tensorflow import keras

# Normal noise exceeds ten standard deviations practically never, and 1e38 is finite in
# float32.
_STDDEVS = Interval(Real, 0, 1e37, closed="both")
_SEEDS = Interval(Integral, 0, 2**31 - 1, closed="both")


@keras.saving.register_keras_serializable(package="skn_noise")
class InputNoise(keras.layers.Layer):
    """Add Gaussian noise, drawn afresh for every batch, in training only.

    Unlike ``keras.layers.GaussianNoise``, it takes standard deviations above 1. The
    standard deviation is a non-trainable weight, so that networks that differ in it
    only share a graph of TensorFlow.

    Parameters
    ----------
    stddev : float
        Standard deviation of the noise, in the units of the inputs, from 0 to 1e37.

    seed : int, default=None
        Seed of the noise, from 0 to 2**31 - 1. If None, Keras draws one.

    **kwargs : dict
        Further parameters of ``keras.layers.Layer``.

    Raises
    ------
    ValueError
        If `stddev` or `seed` is out of its range.

    See Also
    --------
    skn_noise.KerasMLPClassifier : Uses it as first layer if `input_noise` is not 0.

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
                f"stddev must be a number from 0 to {_STDDEVS.right:g}, got {stddev!r}."
            )
        if not (seed is None or _SEEDS.is_satisfied_by(seed)):
            raise ValueError(
                f"seed must be None or an int from 0 to {_SEEDS.right}, got {seed!r}."
            )
        super().__init__(**kwargs)
        self.seed = None if seed is None else int(seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        # In float64, so that `get_config` returns exactly the number passed here.
        self.stddev = self.add_weight(
            name="stddev",
            dtype="float64",
            initializer=lambda shape, dtype: np.full(shape, stddev, dtype),
            trainable=False,
            autocast=False,
        )
        self.built = True

    def call(self, inputs, training=False):
        """Return the inputs, with noise added if `training` is true."""
        if not training:
            return inputs
        shape = keras.ops.shape(inputs)
        noise = keras.random.normal(
            shape, dtype=self.compute_dtype, seed=self.seed_generator
        )
        return inputs + keras.ops.cast(self.stddev, self.compute_dtype) * noise

    def compute_output_shape(self, input_shape):
        """Return `input_shape`: noise does not change it."""
        return input_shape

    def get_config(self):
        """Return the parameters of the layer, for ``from_config``."""
        noise = {"stddev": float(self.stddev), "seed": self.seed}
        return {**super().get_config(), **noise}
