"""Keras layers of this package, registered with Keras when the module is imported."""

from skn_noise.network.layers import InputNoise

__all__ = ["InputNoise"]
