"""Pairs of studies: those whose scores may differ, and those whose scores may not.

Each way is a context that yields what :func:`skn_noise.noise_curve` takes, of the one
study or of the other.
"""

import enum
import functools
import sys
from collections import OrderedDict
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import metadata, util
from types import ModuleType

import joblib
import numpy as np
import pandas as pd
import sklearn
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skn_noise import GaussianNoiseTransformer, KerasMLPClassifier

X, Y = load_iris(return_X_y=True)
X_FIT, Y_FIT = X[::2], Y[::2]
Y_OTHER = (Y_FIT + 1) % 3

DIFFERENT, SAME = {}, {}


# --- how ways are written -----------------------------------------------------------


def behind_noise(*steps, **options):
    names = [f"step{number}" for number in range(len(steps) - 1)] + ["last"]
    noise = ("noise", GaussianNoiseTransformer(random_state=0))
    return Pipeline([noise, *zip(names, steps, strict=True)], **options)


def study(last=None, **options):
    estimator = behind_noise(GaussianNB() if last is None else last)
    defaults = {"estimator": estimator, "X": X, "y": Y, "scales": [1.0], "cv": 2}
    return {**defaults, "scoring": "accuracy", **options}


def add(ways, name, one, other):
    """Add a way of which both studies are made by functions."""
    ways[name] = lambda is_other: nullcontext((other if is_other else one)())


def estimators(name, one, other, ways=DIFFERENT):
    add(ways, name, lambda: study(one()), lambda: study(other()))


def options(name, one, other, ways=DIFFERENT):
    add(ways, name, lambda: study(**one), lambda: study(**other))


def steps(name, one, other, ways=DIFFERENT):
    add(
        ways,
        name,
        lambda: study(estimator=behind_noise(one(), GaussianNB())),
        lambda: study(estimator=behind_noise(other(), GaussianNB())),
    )


def functions(name, one, other, ways=DIFFERENT):
    steps(
        name,
        lambda: FunctionTransformer(one()),
        lambda: FunctionTransformer(other()),
        ways,
    )


def contexts(name, context, ways=DIFFERENT):
    @contextmanager
    def way(is_other):
        with context() if is_other else nullcontext():
            yield study()

    ways[name] = way


def typed(source, name, module="typed"):
    """Return what a module of the user's defines."""
    made = ModuleType(module)
    sys.modules[module] = made
    exec(source, vars(made))  # with the names of the module, as an import has it
    return getattr(made, name)


def sources(name, source, old, new, thing="Own", ways=DIFFERENT):
    """Add a way in which the code of a classifier is edited."""
    assert source.replace(old, new) != source
    estimators(
        name,
        lambda: typed(source, thing)(),
        lambda: typed(source.replace(old, new), thing)(),
        ways,
    )


def source_functions(name, source, old, new, ways=DIFFERENT):
    """Add a way in which the code of a function is edited."""
    assert source.replace(old, new) != source
    functions(
        name,
        lambda: typed(source, "own"),
        lambda: typed(source.replace(old, new), "own"),
        ways,
    )


# --- state beyond the parameters ----------------------------------------------------


def frozen(name, classifier):
    estimators(
        f"frozen {name}",
        lambda: FrozenEstimator(classifier().fit(X_FIT, Y_FIT)),
        lambda: FrozenEstimator(classifier().fit(X_FIT, Y_OTHER)),
    )


frozen("naive Bayes", GaussianNB)
frozen("tree", lambda: DecisionTreeClassifier(random_state=0))
frozen("forest", lambda: RandomForestClassifier(3, random_state=0))
frozen("SVC", SVC)
frozen("nearest neighbours", lambda: KNeighborsClassifier(algorithm="kd_tree"))
frozen("logistic regression", lambda: LogisticRegression(max_iter=20, tol=0.1))
frozen("pipeline", lambda: behind_noise(StandardScaler(), GaussianNB()))


def changed_by_hand():
    fitted = GaussianNB().fit(X_FIT, Y_FIT)
    fitted.theta_ = fitted.theta_[::-1]
    return FrozenEstimator(fitted)


estimators(
    "fitted attribute changed by hand",
    lambda: FrozenEstimator(GaussianNB().fit(X_FIT, Y_FIT)),
    changed_by_hand,
)


class ClonesItself(ClassifierMixin, BaseEstimator):
    def __sklearn_clone__(self):
        return self

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[self.chosen], len(X))


def clones_itself(chosen):
    classifier = ClonesItself()
    classifier.chosen = chosen
    return classifier


estimators(
    "state kept by __sklearn_clone__",
    lambda: clones_itself(0),
    lambda: clones_itself(1),
)
steps(
    "set_output of a step",
    StandardScaler,
    lambda: StandardScaler().set_output(transform="pandas"),
)


def requesting(weight):
    with sklearn.config_context(enable_metadata_routing=True):
        return GaussianNB().set_fit_request(sample_weight=weight)


estimators("metadata request", lambda: requesting(True), lambda: requesting(False))

# --- parameters ---------------------------------------------------------------------

estimators(
    "number",
    lambda: GaussianNB(var_smoothing=1e-9),
    lambda: GaussianNB(var_smoothing=1.0),
)
estimators(
    "1 and 1.0",
    lambda: DecisionTreeClassifier(max_features=1, random_state=0),
    lambda: DecisionTreeClassifier(max_features=1.0, random_state=0),
)
estimators(
    "array",
    lambda: GaussianNB(priors=np.array([0.2, 0.3, 0.5])),
    lambda: GaussianNB(priors=np.array([0.5, 0.3, 0.2])),
)
estimators(
    "dict",
    lambda: LogisticRegression(max_iter=9, tol=1, class_weight={0: 1, 1: 1, 2: 9}),
    lambda: LogisticRegression(max_iter=9, tol=1, class_weight={0: 9, 1: 1, 2: 1}),
)
estimators(
    "random state",
    lambda: RandomForestClassifier(2, random_state=np.random.RandomState(0)),
    lambda: RandomForestClassifier(2, random_state=np.random.RandomState(1)),
)
estimators("class of a step", GaussianNB, KNeighborsClassifier)
steps("step left out", StandardScaler, lambda: "passthrough")
add(
    DIFFERENT,
    "order of steps",
    lambda: study(
        estimator=behind_noise(StandardScaler(), SelectKBest(k=1), GaussianNB())
    ),
    lambda: study(
        estimator=behind_noise(SelectKBest(k=1), StandardScaler(), GaussianNB())
    ),
)


class Kept(BaseEstimator):
    """A step with a parameter of any kind."""

    def __init__(self, value=None):
        self.value = value

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return X


def values(name, one, other, ways=DIFFERENT):
    steps(name, lambda: Kept(one()), lambda: Kept(other()), ways)


@dataclass
class Settings:
    factor: float


class Slots:
    __slots__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor

    def scale(self, X):
        return X * self.factor


class Choice(enum.Enum):
    ONE = 1
    OTHER = 2


def array(value, dtype=float):
    return np.array([value, 1], dtype)


values("True and 1", lambda: True, lambda: 1)
values("None and 'None'", lambda: None, lambda: "None")
values("text and bytes", lambda: "a", lambda: b"a")
values("-0.0 and 0.0", lambda: -0.0, lambda: 0.0)
values("list and tuple", lambda: [1, [2]], lambda: [1, (2,)])
values("where a list ends", lambda: [["a"], ["b"]], lambda: [["a", "b"], []])
values("set", lambda: {"a", "b"}, lambda: {"a", "c"})
values(
    "order of an ordered dict",
    lambda: OrderedDict(a=1, b=2),
    lambda: OrderedDict(b=2, a=1),
)
values("data class", lambda: Settings(1), lambda: Settings(2))
values("slots", lambda: Slots(1), lambda: Slots(2))
values("enumeration", lambda: Choice.ONE, lambda: Choice.OTHER)
values("bound method", lambda: Slots(1).scale, lambda: Slots(2).scale)
values("type of a number", lambda: np.float32(1), lambda: np.float64(1))
values("dtype", lambda: array(0, np.int64), lambda: array(0, np.float64))
values("shape", lambda: np.zeros((2, 3)), lambda: np.zeros((3, 2)))
values("array of objects", lambda: array("a", object), lambda: array("b", object))
values("fields", lambda: np.zeros(1, "i1,f8"), lambda: np.ones(1, "i1,f8"))
values("long double", lambda: array(1, "g"), lambda: array(2, "g"))
values("masked", lambda: np.ma.array([1, 2], mask=[0, 1]), lambda: np.ma.array([1, 2]))
values("generator", lambda: np.random.default_rng(0), lambda: np.random.default_rng(1))
values("own class", lambda: Settings, lambda: Slots)
values("integer too long to print", lambda: 10**9999, lambda: 10**9999 + 1)

# --- functions and classes ----------------------------------------------------------

functions("lambda", lambda: lambda X: X * 2, lambda: lambda X: X * -3)
functions(
    "closure",
    lambda: (lambda factor: lambda X: X * factor)(2),
    lambda: (lambda factor: lambda X: X * factor)(-3),
)
functions(
    "partial",
    lambda: functools.partial(np.multiply, 2),
    lambda: functools.partial(np.multiply, -3),
)
functions("ufunc", lambda: np.sin, lambda: np.cos)

FUNCTION = """
import functools
import math
from types import SimpleNamespace

FACTOR = 1
TABLE = {"offset": 0}
settings = SimpleNamespace(power=1)
COUNTS = []

def helper(X):
    return X - 0.5

def decorated(function):
    def wrapper(X):
        return function(X) * 1.5
    return wrapper

class Tool:
    def __call__(self, X):
        return abs(X) ** 0.25

@functools.cache
def cached(n_features):
    return n_features + 2.5

@decorated
def inner(X):
    return X + 0.125

def own(X, default=7, *, named=9):
    "Say what it does."
    COUNTS.append(1)
    total = sum(FACTOR * value for value in (1, 2))
    known = X.shape[0] in {3, 5}
    X = helper(X) * total + TABLE["offset"] + default + named
    X = X + known + cached(4)
    return Tool()(inner(X)) ** settings.power + math.pi

own.attribute = "a"
"""
for what, old, new in [
    ("body", "* total +", "* total -"),
    ("constant in a loop", "(1, 2)", "(1, 3)"),
    ("constant set", "{3, 5}", "{3, 150}"),
    ("default", "default=7", "default=8"),
    ("default by name", "named=9", "named=8"),
    ("global number", "FACTOR = 1", "FACTOR = -1"),
    ("global table", '"offset": 0', '"offset": 3'),
    ("global object", "power=1", "power=2"),
    ("function that it calls", "X - 0.5", "X + 0.5"),
    ("function behind a decorator", "X + 0.125", "X - 0.125"),
    ("cached function", "+ 2.5", "- 2.5"),
    ("decorator", "* 1.5", "* -1.5"),
    ("class that it uses", "0.25", "2"),
    ("function of a module", "math.pi", "math.tau"),
    ("attribute", 'attribute = "a"', 'attribute = "b"'),
]:
    source_functions(f"{what} of a function", FUNCTION, old, new)

CLASS = """
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

class Base:
    def chosen(self):
        return 0

class Right(Base):
    sign = 1

class Left(Base):
    sign = -1

class Own(Right, Left, ClassifierMixin, BaseEstimator):
    "A classifier of the user's."
    fits = 0
    offset = 0
    table = [0, 0]

    @property
    def step(self):
        return 10

    @staticmethod
    def pick(classes):
        return classes[::1]

    @classmethod
    def shift(cls):
        return cls.offset

    def fit(self, X, y):
        Own.fits += 1
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        number = self.chosen() + self.shift() + self.sign + self.step + self.table[0]
        return np.repeat(self.pick(self.classes_)[number % 3], len(X))
"""
for what, old, new in [
    ("method", "% 3", "% 2"),
    ("base class", "return 0", "return 1"),
    ("order of bases", "Right, Left", "Left, Right"),
    ("attribute", "offset = 0", "offset = 1"),
    ("list", "[0, 0]", "[1, 0]"),
    ("property", "return 10", "return 11"),
    ("static method", "[::1]", "[::-1]"),
    ("class method", "cls.offset", "cls.offset + 1"),
]:
    sources(f"{what} of a class", CLASS, old, new)

estimators(
    "class of the same name in another module",
    lambda: typed(CLASS, "Own", "one")(),
    lambda: typed(CLASS.replace("% 3", "% 2"), "Own", "other")(),
)


def set_while_it_runs():
    own = typed(CLASS, "Own")
    own.offset = 1
    return own()


estimators(
    "attribute of a class set while it runs",
    lambda: typed(CLASS, "Own")(),
    set_while_it_runs,
)

# --- scoring ------------------------------------------------------------------------


def halved(y_true, y_pred):
    return accuracy_score(y_true, y_pred) / 2


def negated(y_true, y_pred):
    return -accuracy_score(y_true, y_pred)


class ScaledScore:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, estimator, X, y):
        return estimator.score(X, y) * self.factor


options("name of a metric", {"scoring": "accuracy"}, {"scoring": "f1_macro"})
options("scorer", {"scoring": make_scorer(halved)}, {"scoring": make_scorer(negated)})
options(
    "sign of a scorer",
    {"scoring": make_scorer(halved)},
    {"scoring": make_scorer(halved, greater_is_better=False)},
)
options(
    "lambda that scores",
    {"scoring": lambda estimator, X, y: 0.25},
    {"scoring": lambda estimator, X, y: 0.75},
)
options("object that scores", {"scoring": ScaledScore(1)}, {"scoring": ScaledScore(2)})
options(
    "names of metrics",
    {"scoring": {"a": "accuracy", "b": "f1_macro"}},
    {"scoring": {"b": "accuracy", "a": "f1_macro"}},
)

# --- data, folds and weights --------------------------------------------------------

COLUMNS = list("abcd")
FRAME = pd.DataFrame(X, columns=COLUMNS)


def changed():
    changed = X.copy()
    changed[0, 0] += 1e-9
    return changed


def column(values, dtype):
    return FRAME.assign(a=pd.Series(values, dtype=dtype))


# The noise takes neither sparse samples nor columns with values missing.
NO_NOISE = Pipeline(
    [("none", Kept()), ("tree", DecisionTreeClassifier(random_state=0))]
)
BEHIND_NO_NOISE = {"estimator": NO_NOISE, "param_name": "none__value"}

options("one value", {"X": X}, {"X": changed()})
options("dtype of the samples", {"X": X}, {"X": X.astype(np.float32)})
options("kind of the samples", {"X": X}, {"X": FRAME})
options("order in storage", {"X": X}, {"X": np.asfortranarray(X)})
options("names of columns", {"X": FRAME}, {"X": FRAME.set_axis(list("abce"), axis=1)})
options("order of columns", {"X": FRAME}, {"X": FRAME[COLUMNS[::-1]]})
options("index", {"X": FRAME}, {"X": FRAME.set_axis(range(1, 151))})
options("dtype of a column", {"X": FRAME}, {"X": FRAME.astype({"a": np.float32})})
options(
    "nullable column",
    {"X": column([1] * 150, "Int64"), **BEHIND_NO_NOISE},
    {"X": column([1] * 149 + [None], "Int64"), **BEHIND_NO_NOISE},
)
options(
    "categories",
    {"X": column([1] * 150, pd.CategoricalDtype([1, 2]))},
    {"X": column([1] * 150, pd.CategoricalDtype([2, 1]))},
)
options(
    "sparse",
    {"X": sparse.csr_array(X), **BEHIND_NO_NOISE},
    {"X": sparse.csr_array(changed()), **BEHIND_NO_NOISE},
)
options("targets", {"y": Y}, {"y": np.where(Y == 2, 1, Y)})
options("type of targets", {"y": Y}, {"y": Y.astype(float)})
options("labels", {"y": Y.astype(str)}, {"y": Y.astype(str).astype(object)})
options(
    "folds",
    {"cv": [(np.arange(100), np.arange(50, 150))]},
    {"cv": [(np.arange(99), np.arange(50, 150))]},
)
options(
    "weights",
    {"params": {"last__sample_weight": np.ones(150)}},
    {"params": {"last__sample_weight": np.arange(1.0, 151)}},
)
options("scale", {"scales": [1.0]}, {"scales": [2.0]})
options("regime", {"training": "frozen"}, {"training": "clean"})

# --- settings and versions ----------------------------------------------------------

contexts("global output", lambda: sklearn.config_context(transform_output="pandas"))
contexts("finite data assumed", lambda: sklearn.config_context(assume_finite=True))


@contextmanager
def keras_setting(name, value):
    import keras

    before = getattr(keras.config, name)()
    getattr(keras.config, f"set_{name}")(value)
    try:
        yield
    finally:
        getattr(keras.config, f"set_{name}")(before)


contexts(
    "dtype policy of Keras", lambda: keras_setting("dtype_policy", "mixed_bfloat16")
)
contexts("number type of Keras", lambda: keras_setting("floatx", "float64"))
contexts("epsilon of Keras", lambda: keras_setting("epsilon", 1e-3))


@contextmanager
def of_version(package, version):
    real = metadata.version
    metadata.version = lambda name: version if name == package else real(name)
    try:
        yield
    finally:
        metadata.version = real


for package in (
    "scikit-learn",
    "numpy",
    "scipy",
    "pandas",
    "keras",
    "tensorflow",
    "scikeras",
    "skn_noise",
):
    contexts(f"version of {package}", functools.partial(of_version, package, "99.0"))

# --- Keras --------------------------------------------------------------------------


class UsesNetwork(ClassifierMixin, BaseEstimator):
    """A classifier that predicts with a network it is given."""

    def __init__(self, network=None):
        self.network = network

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        outputs = np.asarray(self.network(np.asarray(X, np.float32)))
        return self.classes_[outputs.argmax(axis=1)]


def network(weight=0.5, *, activation="relu", layers=(), compiled=None):
    import keras

    hidden = keras.layers.Dense(3, activation, kernel_initializer="ones")
    made = keras.Sequential([keras.Input((4,)), hidden, *layers])
    weights = np.full((4, 3), weight) * [1, 2, -1]
    hidden.set_weights([weights, np.zeros(3)])
    if compiled:
        made.compile(**compiled)
    return made


def networks(name, one, other, ways=DIFFERENT):
    # Frozen, as Keras loads no copies of what holds functions of the user's.
    def use(network):
        return FrozenEstimator(UsesNetwork(network()).fit(X, Y))

    estimators(f"{name} of a network", lambda: use(one), lambda: use(other), ways)


def keras_layer(name, *args, **params):
    import keras

    return getattr(keras.layers, name)(*args, **params)


def own_layer(factor):
    import keras

    class Times(keras.layers.Layer):
        def call(self, x):
            return x * self.factor

    layer = Times()
    layer.factor = factor
    return layer


networks("weights", network, lambda: network(-0.5))
networks("activation", network, lambda: network(activation="tanh"))
networks(
    "own activation",
    lambda: network(activation=lambda x: x * 2),
    lambda: network(activation=lambda x: x * -2),
)
networks(
    "function in a layer",
    lambda: network(layers=[keras_layer("Lambda", lambda x: x)]),
    lambda: network(layers=[keras_layer("Lambda", lambda x: -x)]),
)
networks(
    "own layer",
    lambda: network(layers=[own_layer(1)]),
    lambda: network(layers=[own_layer(-1)]),
)
networks(
    "dtype of a layer",
    lambda: network(layers=[keras_layer("Rescaling", 1, dtype="float32")]),
    lambda: network(layers=[keras_layer("Rescaling", 1, dtype="mixed_bfloat16")]),
)
networks(
    "loss",
    lambda: network(compiled={"loss": "mse"}),
    lambda: network(compiled={"loss": "mae"}),
)
networks(
    "rate of the optimizer",
    lambda: network(compiled={"optimizer": optimizer(learning_rate=0.1)}),
    lambda: network(compiled={"optimizer": optimizer(learning_rate=0.2)}),
)
networks(
    "own loss",
    lambda: network(compiled={"loss": lambda y, outputs: outputs}),
    lambda: network(compiled={"loss": lambda y, outputs: -outputs}),
)


def optimizer(name="Adam", **params):
    import keras

    return getattr(keras.optimizers, name)(**params)


def schedule(rate):
    import keras

    return keras.optimizers.schedules.ExponentialDecay(rate, 10, 0.5)


def stopper(**params):
    import keras

    return keras.callbacks.EarlyStopping("loss", **params)


def own_callback(factor):
    import keras

    class Own(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch > factor

    return Own()


def mlps(name, one, other, ways=DIFFERENT):
    def mlp(param):
        params = {"epochs": 2, "batch_size": 30, "random_state": 0, **param}
        return KerasMLPClassifier((3,), **params)

    estimators(name, lambda: mlp(one()), lambda: mlp(other()), ways)


mlps(
    "rate of an optimizer",
    lambda: {"optimizer": optimizer(learning_rate=0.1)},
    lambda: {"optimizer": optimizer(learning_rate=0.2)},
)
mlps(
    "class of an optimizer",
    lambda: {"optimizer": optimizer("Adam")},
    lambda: {"optimizer": optimizer("Nadam")},
)
mlps(
    "schedule of rates",
    lambda: {"optimizer": optimizer(learning_rate=schedule(0.1))},
    lambda: {"optimizer": optimizer(learning_rate=schedule(0.2))},
)
mlps(
    "callback of Keras",
    lambda: {"callbacks": stopper(min_delta=0)},
    lambda: {"callbacks": stopper(min_delta=10)},
)
mlps(
    "own callback of Keras",
    lambda: {"callbacks": own_callback(0)},
    lambda: {"callbacks": own_callback(1)},
)
mlps(
    "own activation of an MLP",
    lambda: {"activation": lambda x: x},
    lambda: {"activation": lambda x: -x},
)
mlps("epochs", lambda: {"epochs": 1}, lambda: {"epochs": 2})
frozen(
    "network",
    lambda: KerasMLPClassifier((3,), epochs=9, batch_size=10, random_state=0),
)

# --- what changes no score ----------------------------------------------------------


def forest(**params):
    return RandomForestClassifier(2, random_state=0, **params)


options("another list of scales", {"scales": [1.0]}, {"scales": (1,)}, SAME)
options("error_score", {"error_score": np.nan}, {"error_score": 0.5}, SAME)
options("progress", {"progress": False}, {"progress": True}, SAME)
options("n_jobs of the study", {"n_jobs": None}, {"n_jobs": 1}, SAME)
estimators("n_jobs", forest, lambda: forest(n_jobs=2), SAME)
estimators("verbose", lambda: SVC(verbose=False), lambda: SVC(verbose=0), SAME)
mlps("verbose of an MLP", lambda: {"verbose": 0}, lambda: {"verbose": 2}, SAME)
add(
    SAME,
    "verbose of a pipeline",
    study,
    lambda: study(estimator=behind_noise(GaussianNB(), verbose=True)),
)
add(
    SAME,
    "memory of a pipeline",
    lambda: study(estimator=behind_noise(GaussianNB(), memory=None)),
    lambda: study(estimator=behind_noise(GaussianNB(), memory=joblib.Memory(None))),
)
if util.find_spec("sklearn.callback"):  # since scikit-learn 1.9
    from sklearn.callback import ProgressBar

    add(
        SAME,
        "callbacks of scikit-learn",
        lambda: study(estimator=behind_noise(GaussianNB())),
        lambda: study(
            estimator=behind_noise(GaussianNB()).set_callbacks(ProgressBar())
        ),
    )
add(
    SAME,
    "scale of the estimator",
    study,
    lambda: study(estimator=study()["estimator"].set_params(noise__scale=7.0)),
)
contexts(
    "how estimators are shown", lambda: sklearn.config_context(display="text"), SAME
)
values("order in a set", lambda: {"a", "b", "c"}, lambda: {"c", "b", "a"}, SAME)
values("copy", lambda: Settings([1]), lambda: Settings([1]), SAME)
options("copy of the samples", {"X": X}, {"X": X.copy()}, SAME)
networks("numbering", network, network, SAME)
mlps(
    "numbering of optimizers",
    lambda: {"optimizer": optimizer()},
    lambda: {"optimizer": optimizer()},
    SAME,
)
for what, old, new in [
    ("docstring", "Say what it does.", "Say it in other words."),
    ("comment", "COUNTS.append(1)", "COUNTS.append(1)  # how often"),
    ("lines", "\ndef own", "\n\n\ndef own"),
    (
        "function that it does not call",
        "X - 0.5\n",
        "X - 0.5\n\ndef other():\n    pass\n",
    ),
]:
    source_functions(f"{what} of a function", FUNCTION, old, new, SAME)
for what, old, new in [
    ("docstring", "A classifier of the user's.", "One of the user's."),
    ("lines", "\nclass Own", "\n\n\nclass Own"),
]:
    sources(f"{what} of a class", CLASS, old, new, ways=SAME)

# Pairs of the same scores that may run again, with the reason. In doubt a cell is not
# reused: a needless fit costs minutes.
ALLOWED_MISSES = {
    "docstring of a function": "it is a constant of the code, as a number is",
}
