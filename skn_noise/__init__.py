"""What Gaussian noise costs a classifier, measured with scikit-learn's own tools."""

from skn_noise.datasets import Dataset, load_dataset
from skn_noise.display import (
    ClassRecallDisplay,
    EpochCurveDisplay,
    NoiseComparisonDisplay,
    NoiseCurveDisplay,
    NoiseMatrixDisplay,
    NoisySamplesDisplay,
)
from skn_noise.network._mlp import KerasMLPClassifier
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.parzen import GaussianParzenClassifier
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.results._accuracy_fit import AccuracyFit, fit_accuracy
from skn_noise.results._compare import NoiseComparison, compare_curves
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._matrix import NoiseMatrix
from skn_noise.results._tolerance import NoiseTolerance
from skn_noise.scaling import GlobalStandardScaler
from skn_noise.study._noise_curve import noise_curve
from skn_noise.study._noise_grid import noise_grid
from skn_noise.study._noise_matrix import noise_matrix

__version__ = "0.1.0.dev0"

__all__ = [
    "AccuracyFit",
    "ClassRecallDisplay",
    "Dataset",
    "EpochCurveDisplay",
    "GaussianNoiseTransformer",
    "GaussianParzenClassifier",
    "GlobalStandardScaler",
    "KerasMLPClassifier",
    "NoiseComparison",
    "NoiseComparisonDisplay",
    "NoiseCurve",
    "NoiseCurveDisplay",
    "NoiseMatrix",
    "NoiseMatrixDisplay",
    "NoiseTolerance",
    "NoisySamplesDisplay",
    "compare_curves",
    "fit_accuracy",
    "load_dataset",
    "make_noise_pipeline",
    "noise_curve",
    "noise_grid",
    "noise_matrix",
]
