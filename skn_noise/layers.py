"""Layers of our own; importing this module lets Keras load networks with them."""

from skn_noise.network.layers import InputNoise

__all__ = ["InputNoise"]
