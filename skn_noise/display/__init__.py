"""Pictures of results: each Display holds the tables that it draws."""

from skn_noise.display._by_feature import FeatureToleranceDisplay
from skn_noise.display._certified_accuracy import CertifiedAccuracyDisplay
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._epoch_curve import EpochCurveDisplay
from skn_noise.display._heat_maps import ClassRecallDisplay, NoiseMatrixDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._noisy_samples import NoisySamplesDisplay

__all__ = [
    "CertifiedAccuracyDisplay",
    "ClassRecallDisplay",
    "EpochCurveDisplay",
    "FeatureToleranceDisplay",
    "NoiseComparisonDisplay",
    "NoiseCurveDisplay",
    "NoiseMatrixDisplay",
    "NoisySamplesDisplay",
]
