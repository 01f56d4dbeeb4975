# What `import skn_noise` offers and where it is; imported when it is first used.

from . import statistics as statistics
from ._versions import show_versions as show_versions
from .copies import NoisyCopies as NoisyCopies
from .datasets import Dataset as Dataset
from .datasets import load_dataset as load_dataset
from .display import CertifiedAccuracyDisplay as CertifiedAccuracyDisplay
from .display import ClassRecallDisplay as ClassRecallDisplay
from .display import EpochCurveDisplay as EpochCurveDisplay
from .display import FeatureToleranceDisplay as FeatureToleranceDisplay
from .display import NoiseComparisonDisplay as NoiseComparisonDisplay
from .display import NoiseCurveDisplay as NoiseCurveDisplay
from .display import NoiseMatrixDisplay as NoiseMatrixDisplay
from .display import NoisySamplesDisplay as NoisySamplesDisplay
from .network._mlp import KerasMLPClassifier as KerasMLPClassifier
from .noise import GaussianNoiseTransformer as GaussianNoiseTransformer
from .parzen import GaussianParzenClassifier as GaussianParzenClassifier
from .pipeline import make_noise_pipeline as make_noise_pipeline
from .report._report import write_report as write_report
from .results._area import NoiseArea as NoiseArea
from .results._by_feature import NoiseByFeature as NoiseByFeature
from .results._compare import NoiseComparison as NoiseComparison
from .results._compare import compare_curves as compare_curves
from .results._curve import NoiseCurve as NoiseCurve
from .results._matrix import NoiseMatrix as NoiseMatrix
from .results._tolerance import NoiseTolerance as NoiseTolerance
from .scaling import GlobalStandardScaler as GlobalStandardScaler
from .smoothing import SmoothedClassifier as SmoothedClassifier
from .study._find_tolerance import find_tolerance as find_tolerance
from .study._noise_by_feature import noise_by_feature as noise_by_feature
from .study._noise_curve import noise_curve as noise_curve
from .study._noise_matrix import noise_matrix as noise_matrix
from .study._regime import noise_grid as noise_grid

__version__: str
