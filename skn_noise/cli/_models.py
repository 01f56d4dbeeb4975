"""Make the pipeline of a sweep: imputer, scaler, noise and the model of --model."""

from importlib import import_module
from importlib.util import find_spec

from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise._defaults import (
    BATCH_SIZE,
    EPOCHS,
    FEATURE_SCALES,
    HIDDEN_LAYER_SIZES,
    PRECISIONS,
    SCALES,
)
from skn_noise.copies import NoisyCopies
from skn_noise.network._mlp import KerasMLPClassifier
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.scaling import GlobalStandardScaler

# Early stopping would validate on noisy copies of the samples that it trains on.
_BOOSTING = {"early_stopping": False}
_NETWORK = {
    "epochs": EPOCHS,
    "batch_size": BATCH_SIZE,
    "hidden": list(HIDDEN_LAYER_SIZES),
    "precision": PRECISIONS[0],
}
_REGRESSORS = ("forest", "boosting", "knn")
_TAKE_NAN = ("forest", "boosting")


def check_options(args):
    """Fill in the defaults that depend on other options, and check these together.

    The options of the network are None for another model. The scales are an empty list
    if those around the tolerance are to be found.

    Raises
    ------
    ValueError
        If an option does not apply together with another.

    ImportError
        If the model needs TensorFlow, which is missing.
    """
    if isinstance(args.snr, list):  # afterwards, True asks for an axis of decibels
        args.scales, args.snr = args.snr, True
        if args.unit == "absolute":
            raise ValueError(
                "--snr is the ratio to the standard deviation of the data, and --unit "
                "absolute does not refer to it. Leave out one of the two."
            )
    if args.scales is None:
        args.scales = list(SCALES) if args.tolerance is None else []
    _check_by_feature(args)
    if args.model == "mlp":
        for name, default in _NETWORK.items():
            if getattr(args, name) is None:
                setattr(args, name, default)
        _check_tensorflow()
    for name in _NETWORK:
        if args.model != "mlp" and getattr(args, name) is not None:
            option = f"--{name.replace('_', '-')}"
            raise ValueError(
                f"{option} is for the network, --model mlp, but --model {args.model} "
                f"is another model. Leave out {option}."
            )
    if args.impute and args.pixels:
        raise ValueError(
            "--impute is for the missing values of a table, and pixels have none. Pass "
            "--no-pixels, too, or leave it out."
        )
    if args.model == "mlp" and args.unit == "absolute" and "fresh" in args.training:
        raise ValueError(
            "--training fresh with --model mlp draws the noise behind the scaler, "
            "where it cannot be in --unit absolute. Leave out one of the two, or choose"
            " another --model."
        )


def _check_by_feature(args):
    """Fill in the scales of --by-feature, and check that they apply."""
    if args.by_feature is None:
        return
    args.by_feature = list(dict.fromkeys(args.by_feature or FEATURE_SCALES))
    if args.pixels:
        raise ValueError(
            "--by-feature adds noise to one column of a table at a time, and a pixel "
            "is no column. Pass --no-pixels, too, or leave it out."
        )
    if 0 in args.by_feature:
        raise ValueError(
            "--by-feature needs scales greater than 0. Leave 0 out: every fit is "
            "validated without noise, too."
        )


def _check_tensorflow():
    # Finding it takes no time; importing it, which raises the error, takes seconds.
    if find_spec("tensorflow") is None:
        try:
            import_module("skn_noise.network._tensorflow")
        except ImportError as error:
            raise ImportError(
                f"{error} Other models, such as --model forest, do not need it."
            ) from error


def check_takes(model, *, regression, has_missing):
    """Raise an error if the model takes no such targets, or no missing values."""
    if regression and model not in _REGRESSORS:
        raise ValueError(
            f"--model {model} is a classifier, but the labels are numbers to predict "
            f"(a regression). Choose one of --model {', '.join(_REGRESSORS)}."
        )
    if has_missing and model not in _TAKE_NAN:
        raise ValueError(
            f"--model {model} needs all values, but some are missing. Pass --impute, "
            "which replaces them by the median of their column, or choose one of "
            f"--model {', '.join(_TAKE_NAN)}, which take missing values."
        )


def make_model(args, training):
    """Return the pipeline for a regime of training.

    Noise of --unit std follows the scaler, whose output has standard deviation 1. Noise
    of --unit absolute comes before it.
    """
    scaler = GlobalStandardScaler() if args.pixels else StandardScaler()
    # A constant column stays constant only if the noise looks at the columns itself.
    by_column = args.unit == "std" and not args.pixels and args.model != "mlp"
    unit = "std" if by_column else "absolute"
    noise = GaussianNoiseTransformer(unit=unit, random_state=args.seed)
    model = _make_estimator(args)
    steps = [("standardize", scaler), ("noise", noise)]
    if args.unit == "absolute":
        steps = [("noise", noise)]
        model = make_pipeline(scaler, model)
    if training == "fresh" and args.model != "mlp":
        model = NoisyCopies(model, scale=1.0, unit=unit, random_state=args.seed)
    if args.impute:
        # Without the option, a column that a fold lacks throughout would be dropped.
        imputer = SimpleImputer(strategy="median", keep_empty_features=True)
        steps.insert(0, ("impute", imputer))
    return Pipeline([*steps, (args.model, model)])


def _make_estimator(args):
    name, seed = args.model, args.seed
    if name == "mlp":
        return KerasMLPClassifier(
            random_state=seed,
            epochs=args.epochs,
            batch_size=args.batch_size,
            hidden_layer_sizes=args.hidden,
            precision=args.precision,
        )
    if name == "logistic":
        return LogisticRegression(max_iter=1000)
    if name == "knn":
        return KNeighborsRegressor() if args.regression else KNeighborsClassifier()
    if name == "forest":
        forest = RandomForestRegressor if args.regression else RandomForestClassifier
        return forest(random_state=seed)
    boosting = HistGradientBoostingClassifier
    if args.regression:
        boosting = HistGradientBoostingRegressor
    return boosting(random_state=seed, **_BOOSTING)
