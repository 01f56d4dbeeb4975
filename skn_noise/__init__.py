"""Measure the cost of Gaussian noise for a model, with scikit-learn's own tools."""

import lazy_loader

from skn_noise._versions import __version__ as __version__

# The names stand in __init__.pyi. As `skn-noise --help` comes through here, too,
# nothing that takes long is imported before it is used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
