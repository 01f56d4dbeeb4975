"""Pictures of results; each Display holds the data it draws."""

from skn_noise.display._class_recall import ClassRecallDisplay
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._epoch_curve import EpochCurveDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._noise_matrix import NoiseMatrixDisplay
from skn_noise.display._noisy_samples import NoisySamplesDisplay

__all__ = [
    "ClassRecallDisplay",
    "EpochCurveDisplay",
    "NoiseComparisonDisplay",
    "NoiseCurveDisplay",
    "NoiseMatrixDisplay",
    "NoisySamplesDisplay",
]
