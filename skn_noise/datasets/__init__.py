"""Named data sets and files, all as one `Dataset`."""

from skn_noise.datasets._dataset import Dataset
from skn_noise.datasets._load import load_dataset

__all__ = ["Dataset", "load_dataset"]
