"""Load data sets by name or from files."""

from skn_noise.datasets._dataset import Dataset
from skn_noise.datasets._load import load_dataset

__all__ = ["Dataset", "load_dataset"]
