"""Pairs of studies: those whose scores may differ, and those whose scores may not.

Each way is a function of 0 or 1, the number of the study. It returns a context that
yields what :func:`skn_noise.noise_curve` takes.
"""

import functools
import sys
from contextlib import contextmanager, nullcontext
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


def options(table, ways=DIFFERENT):
    """Add ways in which the arguments of the study differ."""
    defaults = {"X": X, "y": Y, "scales": [1.0], "cv": 2, "scoring": "accuracy"}
    for name, of in table.items():

        def way(z, of=of):
            estimator = behind_noise(GaussianNB())
            return nullcontext({"estimator": estimator, **defaults, **of(z)})

        ways[name] = way


def pipelines(table, ways=DIFFERENT):
    options({n: lambda z, of=of: {"estimator": of(z)} for n, of in table.items()}, ways)


def classifiers(table, ways=DIFFERENT):
    pipelines(
        {n: lambda z, of=of: behind_noise(of(z)) for n, of in table.items()}, ways
    )


def steps(table, ways=DIFFERENT):
    def with_step(of):
        return lambda z: behind_noise(of(z), GaussianNB())

    pipelines({name: with_step(of) for name, of in table.items()}, ways)


def functions(table, ways=DIFFERENT):
    def with_function(of):
        return lambda z: FunctionTransformer(of(z))

    steps({name: with_function(of) for name, of in table.items()}, ways)


def contexts(table, ways=DIFFERENT):
    """Add ways in which the second study is planned in a context."""
    options({"": lambda z: {}}, plain := {})
    for name, context in table.items():

        @contextmanager
        def way(z, context=context):
            with context() if z else nullcontext(), plain[""](z) as arguments:
                yield arguments

        ways[name] = way


def typed(source, name, module="typed"):
    """Return what a module of the user's defines."""
    made = ModuleType(module)
    sys.modules[module] = made
    exec(source, vars(made))  # with the names of the module, as an import has it
    return getattr(made, name)


def edits(kind, source, table, ways=DIFFERENT):
    """Add ways in which the code of a function or of a class is edited."""
    for what, (old, new) in table.items():
        assert source.replace(old, new) != source

        def of(z, old=old, new=new):
            own = typed(source.replace(old, new) if z else source, "own")
            return own() if kind == "class" else own

        add = classifiers if kind == "class" else functions
        add({f"{what} of a {kind}": of}, ways)


# --- state beyond the parameters ----------------------------------------------------

FROZEN = {
    "naive Bayes": GaussianNB,
    "tree": lambda: DecisionTreeClassifier(random_state=0),
    "forest": lambda: RandomForestClassifier(3, random_state=0),
    "SVC": SVC,
    "nearest neighbours": lambda: KNeighborsClassifier(algorithm="kd_tree"),
    "logistic regression": lambda: LogisticRegression(max_iter=20, tol=0.1),
    "pipeline": lambda: behind_noise(StandardScaler(), GaussianNB()),
    "network": lambda: KerasMLPClassifier((3,), epochs=1, random_state=0),
}


def frozen(make):
    return lambda z: FrozenEstimator(make().fit(X_FIT, Y_OTHER if z else Y_FIT))


def changed_by_hand(z):
    fitted = GaussianNB().fit(X_FIT, Y_FIT)
    fitted.theta_ = fitted.theta_[:: -1 if z else 1]
    return FrozenEstimator(fitted)


class ClonesItself(ClassifierMixin, BaseEstimator):
    def __sklearn_clone__(self):
        return self

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[self.chosen], len(X))


def clones_itself(z):
    classifier = ClonesItself()
    classifier.chosen = z
    return classifier


def requesting(z):
    with sklearn.config_context(enable_metadata_routing=True):
        return GaussianNB().set_fit_request(sample_weight=not z)


classifiers({f"frozen {name}": frozen(make) for name, make in FROZEN.items()})
classifiers(
    {
        "fitted attribute changed by hand": changed_by_hand,
        "state kept by __sklearn_clone__": clones_itself,
        "metadata request": requesting,
    }
)

# --- parameters ---------------------------------------------------------------------


class Kept(BaseEstimator):
    """A step with a parameter of any kind."""

    def __init__(self, value=None):
        self.value = value

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return X


def forest(**params):
    return RandomForestClassifier(2, **{"random_state": 0, **params})


def in_order(z):
    ordered = [StandardScaler(), SelectKBest(k=1)][:: -1 if z else 1]
    return behind_noise(*ordered, GaussianNB())


classifiers(
    {
        "number": lambda z: GaussianNB(var_smoothing=1.0 if z else 1e-9),
        "1 and 1.0": lambda z: DecisionTreeClassifier(max_features=1.0 if z else 1),
        "array": lambda z: GaussianNB(
            priors=np.array([2, 3, 5][:: -1 if z else 1]) / 10
        ),
        "dict": lambda z: SVC(class_weight={0: 9 if z else 1, 1: 1, 2: 1}),
        "random state": lambda z: forest(random_state=np.random.RandomState(z)),
        "class of a step": lambda z: KNeighborsClassifier() if z else GaussianNB(),
    }
)
pipelines({"order of steps": in_order})
steps(
    {
        "step left out": lambda z: "passthrough" if z else StandardScaler(),
        "set_output of a step": lambda z: StandardScaler().set_output(
            transform="pandas" if z else None
        ),
        "set": lambda z: Kept({"a", "c" if z else "b"}),
    }
)

# --- functions and classes ----------------------------------------------------------

functions(
    {
        "lambda": lambda z: (lambda X: X * -3) if z else (lambda X: X * 2),
        "closure": lambda z: (lambda factor: lambda X: X * factor)(-3 if z else 2),
        "partial": lambda z: functools.partial(np.multiply, -3 if z else 2),
        "ufunc": lambda z: np.cos if z else np.sin,
    }
)

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
edits(
    "function",
    FUNCTION,
    {
        "body": ("* total +", "* total -"),
        "constant in a loop": ("(1, 2)", "(1, 3)"),
        "constant set": ("{3, 5}", "{3, 150}"),
        "default": ("default=7", "default=8"),
        "default by name": ("named=9", "named=8"),
        "global number": ("FACTOR = 1", "FACTOR = -1"),
        "global table": ('"offset": 0', '"offset": 3'),
        "global object": ("power=1", "power=2"),
        "function that it calls": ("X - 0.5", "X + 0.5"),
        "function behind a decorator": ("X + 0.125", "X - 0.125"),
        "cached function": ("+ 2.5", "- 2.5"),
        "decorator": ("* 1.5", "* -1.5"),
        "class that it uses": ("0.25", "2"),
        "function of a module": ("math.pi", "math.tau"),
        "attribute": ('attribute = "a"', 'attribute = "b"'),
    },
)

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

class own(Right, Left, ClassifierMixin, BaseEstimator):
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
        own.fits += 1
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        number = self.chosen() + self.shift() + self.sign + self.step + self.table[0]
        return np.repeat(self.pick(self.classes_)[number % 3], len(X))
"""
edits(
    "class",
    CLASS,
    {
        "method": ("% 3", "% 2"),
        "base class": ("return 0", "return 1"),
        "order of bases": ("Right, Left", "Left, Right"),
        "attribute": ("offset = 0", "offset = 1"),
        "list": ("[0, 0]", "[1, 0]"),
        "property": ("return 10", "return 11"),
        "static method": ("[::1]", "[::-1]"),
        "class method": ("cls.offset", "cls.offset + 1"),
    },
)


def set_while_it_runs(z):
    own = typed(CLASS, "own")
    own.offset = z
    return own()


def in_another_module(z):
    return typed(CLASS.replace("% 3", f"% {3 - z}"), "own", f"module{z}")()


classifiers(
    {
        "class of the same name in another module": in_another_module,
        "attribute of a class set while it runs": set_while_it_runs,
    }
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


SCORING = {
    "name of a metric": lambda z: "f1_macro" if z else "accuracy",
    "scorer": lambda z: make_scorer(negated if z else halved),
    "sign of a scorer": lambda z: make_scorer(halved, greater_is_better=not z),
    "lambda that scores": lambda z: (lambda *_: 0.75) if z else (lambda *_: 0.25),
    "object that scores": lambda z: ScaledScore(2 if z else 1),
    "names of metrics": lambda z: dict(
        zip("ba" if z else "ab", ["accuracy", "f1_macro"], strict=True)
    ),
}
options({n: lambda z, of=of: {"scoring": of(z)} for n, of in SCORING.items()})

# --- data, folds and weights --------------------------------------------------------

COLUMNS = list("abcd")
FRAME = pd.DataFrame(X, columns=COLUMNS)


def changed(z):
    changed = X.copy()
    changed[0, 0] += 1e-9 * z
    return changed


def column(values, dtype):
    return FRAME.assign(a=pd.Series(values, dtype=dtype))


def no_noise(X):
    """Return a study without noise, which takes no sparse samples and no NaN."""
    tree = DecisionTreeClassifier(random_state=0)
    estimator = Pipeline([("none", Kept()), ("tree", tree)])
    return {"estimator": estimator, "param_name": "none__value", "X": X}


options(
    {
        "one value": lambda z: {"X": changed(z)},
        "dtype of the samples": lambda z: {"X": X.astype("f4" if z else "f8")},
        "kind of the samples": lambda z: {"X": FRAME if z else X},
        "order in storage": lambda z: {"X": np.asfortranarray(X) if z else X},
        "names of columns": lambda z: {"X": FRAME.rename(columns={"d": "de"[z]})},
        "order of columns": lambda z: {"X": FRAME[COLUMNS[:: -1 if z else 1]]},
        "index": lambda z: {"X": FRAME.set_axis(range(z, 150 + z))},
        "dtype of a column": lambda z: {"X": FRAME.astype({"a": "f4" if z else "f8"})},
        "nullable column": lambda z: no_noise(
            column([1] * 149 + [None if z else 1], "Int64")
        ),
        "categories": lambda z: {
            "X": column([1] * 150, pd.CategoricalDtype([1, 2][:: -1 if z else 1]))
        },
        "sparse": lambda z: no_noise(sparse.csr_array(changed(z))),
        "targets": lambda z: {"y": np.where(Y == 2, 1, Y) if z else Y},
        "type of targets": lambda z: {"y": Y.astype(float if z else int)},
        "labels": lambda z: {"y": Y.astype(str).astype(object if z else str)},
        "folds": lambda z: {"cv": [(np.arange(100 - z), np.arange(50, 150))]},
        "weights": lambda z: {
            "params": {"last__sample_weight": np.linspace(1, 1 + z, 150)}
        },
        "scale": lambda z: {"scales": [2.0 if z else 1.0]},
        "regime": lambda z: {"training": "clean" if z else "frozen"},
    }
)

# --- settings and versions ----------------------------------------------------------


@contextmanager
def keras_setting(name, value):
    import keras

    before = getattr(keras.config, name)()
    getattr(keras.config, f"set_{name}")(value)
    try:
        yield
    finally:
        getattr(keras.config, f"set_{name}")(before)


@contextmanager
def of_version(package, version):
    real = metadata.version
    metadata.version = lambda name: version if name == package else real(name)
    try:
        yield
    finally:
        metadata.version = real


PACKAGES = ("scikit-learn", "numpy", "scipy", "pandas", "keras", "tensorflow")
PACKAGES += ("scikeras", "skn_noise")
contexts(
    {f"version of {p}": functools.partial(of_version, p, "99.0") for p in PACKAGES}
    | {
        "global output": lambda: sklearn.config_context(transform_output="pandas"),
        "finite data assumed": lambda: sklearn.config_context(assume_finite=True),
        "dtype policy of Keras": lambda: keras_setting(
            "dtype_policy", "mixed_bfloat16"
        ),
        "number type of Keras": lambda: keras_setting("floatx", "float64"),
        "epsilon of Keras": lambda: keras_setting("epsilon", 1e-3),
    }
)

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


def networks(table, ways=DIFFERENT):
    # Frozen, as Keras loads no copies of what holds functions of the user's.
    def use(of):
        return lambda z: FrozenEstimator(UsesNetwork(of(z)).fit(X, Y))

    classifiers({f"{name} of a network": use(of) for name, of in table.items()}, ways)


def keras_layer(name, *args, **params):
    import keras

    return network(layers=[getattr(keras.layers, name)(*args, **params)])


def own_layer(factor):
    import keras

    class Times(keras.layers.Layer):
        def call(self, x):
            return x * self.factor

    layer = Times()
    layer.factor = factor
    return layer


def optimizer(name="Adam", **params):
    import keras

    return getattr(keras.optimizers, name)(**params)


networks(
    {
        "weights": lambda z: network(-0.5 if z else 0.5),
        "activation": lambda z: network(activation="tanh" if z else "relu"),
        "own activation": lambda z: network(
            activation=(lambda x: x * -2) if z else (lambda x: x * 2)
        ),
        "function in a layer": lambda z: keras_layer(
            "Lambda", (lambda x: -x) if z else (lambda x: x)
        ),
        "own layer": lambda z: network(layers=[own_layer(-1 if z else 1)]),
        "dtype of a layer": lambda z: keras_layer(
            "Rescaling", 1, dtype="mixed_bfloat16" if z else "float32"
        ),
        "loss": lambda z: network(compiled={"loss": "mae" if z else "mse"}),
        "rate of the optimizer": lambda z: network(
            compiled={"optimizer": optimizer(learning_rate=0.2 if z else 0.1)}
        ),
        "own loss": lambda z: network(
            compiled={"loss": (lambda y, out: -out) if z else (lambda y, out: out)}
        ),
    }
)


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


def mlps(table, ways=DIFFERENT):
    def mlp(of):
        return lambda z: KerasMLPClassifier((3,), **{"random_state": 0, **of(z)})

    classifiers({name: mlp(of) for name, of in table.items()}, ways)


OPTIMIZERS = {
    "rate of an optimizer": lambda z: optimizer(learning_rate=0.2 if z else 0.1),
    "class of an optimizer": lambda z: optimizer("Nadam" if z else "Adam"),
    "schedule of rates": lambda z: optimizer(learning_rate=schedule(0.2 if z else 0.1)),
}
mlps({n: lambda z, of=of: {"optimizer": of(z)} for n, of in OPTIMIZERS.items()})
mlps(
    {
        "callback of Keras": lambda z: {"callbacks": stopper(min_delta=10 * z)},
        "own callback of Keras": lambda z: {"callbacks": own_callback(z)},
        "own activation of an MLP": lambda z: {
            "activation": (lambda x: -x) if z else (lambda x: x)
        },
        "epochs": lambda z: {"epochs": 2 if z else 1},
    }
)

# --- what changes no score ----------------------------------------------------------


def with_callbacks(z):
    from sklearn.callback import ProgressBar

    pipeline = behind_noise(GaussianNB())
    return pipeline.set_callbacks(ProgressBar()) if z else pipeline


def with_scale(z):
    return behind_noise(GaussianNB()).set_params(noise__scale=7.0 if z else 1.0)


options(
    {
        "another list of scales": lambda z: {"scales": (1,) if z else [1.0]},
        "error_score": lambda z: {"error_score": 0.5 if z else np.nan},
        "copy of the samples": lambda z: {"X": X.copy() if z else X},
    },
    SAME,
)
classifiers(
    {
        "n_jobs": lambda z: forest(n_jobs=2 if z else None),
        "verbose": lambda z: SVC(verbose=0 if z else False),
    },
    SAME,
)
pipelines(
    {
        "verbose of a pipeline": lambda z: behind_noise(GaussianNB(), verbose=bool(z)),
        "memory of a pipeline": lambda z: behind_noise(
            GaussianNB(), memory=joblib.Memory(None) if z else None
        ),
        "scale of the estimator": with_scale,
    },
    SAME,
)
if util.find_spec("sklearn.callback"):  # since scikit-learn 1.9
    pipelines({"callbacks of scikit-learn": with_callbacks}, SAME)
contexts(
    {"how estimators are shown": lambda: sklearn.config_context(display="text")}, SAME
)
networks({"numbering": lambda z: network()}, SAME)
mlps(
    {
        "verbose of an MLP": lambda z: {"verbose": 2 if z else 0},
        "numbering of optimizers": lambda z: {"optimizer": optimizer()},
    },
    SAME,
)
edits(
    "function",
    FUNCTION,
    {
        "docstring": ("Say what it does.", "Say it in other words."),
        "comment": ("COUNTS.append(1)", "COUNTS.append(1)  # how often"),
        "lines": ("\ndef own", "\n\n\ndef own"),
        "function that it does not call": (
            "\ndef helper",
            "\ndef other():\n    pass\n\ndef helper",
        ),
    },
    SAME,
)
edits(
    "class",
    CLASS,
    {
        "docstring": ("A classifier of the user's.", "One of the user's."),
        "lines": ("\nclass own", "\n\n\nclass own"),
    },
    SAME,
)

# Pairs of the same scores that may run again, with the reason. In doubt a cell is not
# reused: a needless fit costs minutes.
ALLOWED_MISSES = {
    "docstring of a function": "it is a constant of the code, as a number is",
}
