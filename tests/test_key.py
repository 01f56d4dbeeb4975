"""Whatever may change a score changes the key of its study; a little else may, too.

Each pair is a function of 0 or 1 that makes the one or the other.
"""

import enum
import functools
import sys
import threading
from collections import OrderedDict, namedtuple
from copy import deepcopy
from importlib import metadata, util
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn
from own_code import key_of, typed
from processes import python
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skn_noise import GaussianNoiseTransformer, KerasMLPClassifier, noise_curve
from skn_noise.study._key import differences, hash_named
from skn_noise.study._plan import plan_study
from skn_noise.study._regime import find_regime
from skn_noise.study._store import CellStore

X, Y = load_iris(return_X_y=True)

# --- values ---------------------------------------------------------------------------


class Slots:
    __slots__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor

    def scale(self, X):
        return X * self.factor


class Choice(enum.Enum):
    ONE = 1
    OTHER = 2


class Measured(np.ndarray):
    """An array with an attribute."""


def measured(unit):
    array = np.ones(2).view(Measured)
    array.unit = unit
    return array


class Remembers(GaussianNB):
    """Has a parameter whose name means nothing else than what it does here."""

    def __init__(self, memory=1):
        super().__init__()
        self.memory = memory


def sparse_of(form, size=1):
    return getattr(sparse, form)(([1.0], ([0], [0])), shape=(size, size))


def with_attrs(value):
    frame = pd.DataFrame({"a": [1.0]})
    frame.attrs["unit"] = value
    return frame


def categories(*, ordered):
    return pd.Series([1, 2], dtype=pd.CategoricalDtype([1, 2], ordered=ordered))


COLUMNS = list("abcd")
FRAME = pd.DataFrame(X[:9], columns=COLUMNS)

UNLIKE = {
    "name": lambda z: SimpleNamespace(**{"b" if z else "a": 1}),
    "True and 1": lambda z: 1 if z else True,
    "1 and 1.0": lambda z: 1.0 if z else 1,
    "sign of a zero": lambda z: 0.0 if z else -0.0,
    "integer too long to print": lambda z: 10**9999 + z,
    "end of a list": lambda z: [["a", "b"], []] if z else [["a"], ["b"]],
    "order of an ordered dict": lambda z: OrderedDict.fromkeys("ba" if z else "ab"),
    "set": lambda z: {"a", "c" if z else "b"},
    "items of a set that cannot be sorted": lambda z: {"a", -2 if z else -1},
    "keys of a dict that cannot be sorted": lambda z: {"a": 1, -2 if z else -1: 1},
    "slots": lambda z: Slots(2 if z else 1),
    "enumeration": lambda z: Choice.OTHER if z else Choice.ONE,
    "bound method": lambda z: Slots(2 if z else 1).scale,
    "own class": lambda z: Slots if z else Choice,
    "lock": lambda z: [threading.Lock(), 2 if z else 1],
    # Arrays.
    "one value": lambda z: X + 1e-9 * z,
    "type of a number": lambda z: np.float64(1) if z else np.float32(1),
    "dtype": lambda z: np.array([0, 1], float if z else int),
    "place of a dtype": lambda z: [np.dtype("f8"), 1][:: -1 if z else 1],
    "order in storage": lambda z: np.asfortranarray(X) if z else X,
    "shape without values": lambda z: np.zeros((3, 0) if z else (0, 3)),
    "array of objects": lambda z: np.array(["b" if z else "a", 1], object),
    "fields": lambda z: np.full(1, z, "i1,f8"),
    "long double": lambda z: np.array([z, 1], "g"),
    "masked": lambda z: np.ma.array([1, 2], mask=np.ma.nomask if z else [0, 1]),
    "mask": lambda z: np.ma.array([5.0, 6.0], mask=[z, 0]),
    "attribute of an array": lambda z: measured("cm" if z else "m"),
    "generator": lambda z: np.random.default_rng(z),
    "sparse container": lambda z: sparse_of("csr_matrix" if z else "csr_array"),
    "sparse shape": lambda z: sparse_of("csr_array", 2 if z else 1),
    # Tables.
    "kind of the samples": lambda z: FRAME if z else X[:9],
    "names of columns": lambda z: FRAME.rename(columns={"d": "de"[z]}),
    "order of columns": lambda z: FRAME[COLUMNS[:: -1 if z else 1]],
    "index": lambda z: FRAME.set_axis(range(z, 9 + z)),
    "attrs of a frame": lambda z: with_attrs("cm" if z else "m"),
    "name of a column": lambda z: pd.Series([1.0], name="z" if z else "a"),
    "order of categories": lambda z: categories(ordered=bool(z)),
    "category of a row": lambda z: categories(ordered=True).iloc[:: -1 if z else 1],
    "nullable values": lambda z: pd.array([1, None if z else 2], "Int64"),
    "type of nullable values": lambda z: pd.array([1, 2], "Int32" if z else "Int64"),
    "polars null": lambda z: pl.Series("a", [1, None if z else 2]),
    "polars name": lambda z: pl.Series("z" if z else "a", [1, 2]),
    "polars columns": lambda z: pl.DataFrame({"a": [1], "z" if z else "b": [2]}),
    "arrow null": lambda z: pa.array([1.0, None if z else 2.0]),
    "arrow names": lambda z: pa.table({"z" if z else "a": [1]}),
}


@pytest.mark.parametrize("what", UNLIKE)
def test_values_are_told_apart_by_their(what):
    one, copy, other = (hash_named({"X": UNLIKE[what](z)}) for z in (0, 0, 1))
    assert one == copy != other


def test_the_order_in_which_a_set_was_filled_does_not_matter():
    one, other = {-1, -2}, {-2, -1}  # of the same hash, so that their order differs
    assert list(one) != list(other)
    assert hash_named({"X": one}) == hash_named({"X": other})


def test_a_frame_that_is_used_stays_the_same():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1, 2], "c": ["x", "y", "x"]})
    before = hash_named({"X": frame})
    frame.to_numpy(), frame.iloc[[1, 2]], frame.loc[frame["a"] > 1]
    assert hash_named({"X": frame}) == before


@pytest.mark.parametrize("container", ["array", "matrix"])
@pytest.mark.parametrize("form", ["bsr", "coo", "csc", "csr", "dia", "dok", "lil"])
def test_sparse_samples_are_told_apart_in_any_form(form, container):
    dense = np.array([[0, 1.0, 0], [2.0, 0, 0]])
    kind = getattr(sparse, f"{form}_{container}")
    digests = [
        hash_named({"X": kind(values)})
        for values in (dense, dense.copy(), dense * 2, dense[::-1], dense.T)
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_references_that_are_a_ring_or_too_deep_come_to_an_end():
    ring, other, deep = [1], [2], []
    ring.append(ring)
    other.append(other)
    assert key_of(ring) != key_of(other)
    for _ in range(10_000):
        deep = [deep]
    assert "thing cannot be hashed: maximum recursion" in key_of(deep).refused


class Single:
    """An object that a pickle only names."""

    factor = 1

    def __reduce__(self):
        return "SINGLE"


SINGLE = Single()


def test_an_object_that_a_pickle_only_names_counts_with_its_state(monkeypatch):
    before = key_of(SINGLE)
    monkeypatch.setattr(SINGLE, "factor", 2)
    assert key_of(SINGLE) != before


@pytest.mark.parametrize("thing", [sys.stderr, (item for item in "a")])
def test_a_value_that_cannot_be_hashed_is_refused_before_any_fit(thing, recorded):
    recorded.__sklearn_clone__ = lambda: recorded
    recorded.thing = thing
    options = {"param_name": "scale", "cv": 2, "memory": Path(recorded.log).parent}
    with pytest.raises(ValueError, match="estimator cannot be hashed: cannot pickle"):
        noise_curve(recorded, X, Y, **options)
    assert not Path(recorded.log).exists()


def test_a_time_limit_of_the_user_passes():
    class Slow:
        def __reduce__(self):
            raise TimeoutError

    with pytest.raises(TimeoutError):
        key_of(Slow())


# --- estimators -----------------------------------------------------------------------

X_FIT, Y_FIT = X[::2], Y[::2]


def frozen(estimator):
    return lambda z: FrozenEstimator(estimator.fit(X_FIT, (Y_FIT + z) % 3))


def changed_by_hand(z):
    fitted = GaussianNB().fit(X_FIT, Y_FIT)
    fitted.theta_ = fitted.theta_[:: -1 if z else 1]
    return FrozenEstimator(fitted)


class ClonesItself(ClassifierMixin, BaseEstimator):
    def __sklearn_clone__(self):
        return self


def clones_itself(z):
    classifier = ClonesItself()
    classifier.chosen = z
    return classifier


def requesting(z):
    with sklearn.config_context(enable_metadata_routing=True):
        return GaussianNB().set_fit_request(sample_weight=not z)


ESTIMATORS = {
    "lambda": lambda z: (lambda X: X * -3) if z else (lambda X: X * 2),
    "closure": lambda z: (lambda factor: lambda X: X * factor)(-3 if z else 2),
    "partial": lambda z: functools.partial(np.multiply, -3 if z else 2),
    "ufunc": lambda z: np.cos if z else np.sin,
    "frozen naive Bayes": frozen(GaussianNB()),
    "frozen forest": frozen(RandomForestClassifier(3, random_state=0)),
    "frozen SVC": frozen(SVC()),
    "frozen tree of neighbours": frozen(KNeighborsClassifier(algorithm="kd_tree")),
    "frozen pipeline": frozen(make_pipeline(StandardScaler(), GaussianNB())),
    "frozen network": frozen(KerasMLPClassifier((3,), epochs=1, random_state=0)),
    "fitted attribute changed by hand": changed_by_hand,
    "state kept by __sklearn_clone__": clones_itself,
    "metadata request": requesting,
    "parameter": lambda z: DecisionTreeClassifier(max_features=1.0 if z else 1),
    "memory of one's own": lambda z: Remembers(2 if z else 1),
    "columns": lambda z: ColumnTransformer([("chosen", "passthrough", [z])]),
    "class of a step": lambda z: KNeighborsClassifier() if z else GaussianNB(),
    "order of steps": lambda z: make_pipeline(
        *[StandardScaler(), GaussianNoiseTransformer()][:: -1 if z else 1]
    ),
    "step left out": lambda z: make_pipeline("passthrough" if z else StandardScaler()),
    "set_output of a step": lambda z: StandardScaler().set_output(
        transform="pandas" if z else None
    ),
}


@pytest.mark.parametrize("what", ESTIMATORS)
def test_estimators_are_told_apart_by_their(what):
    assert key_of(ESTIMATORS[what](0)) != key_of(ESTIMATORS[what](1))


def with_callbacks(z):
    from sklearn.callback import ProgressBar

    pipeline = make_pipeline(GaussianNB())
    return pipeline.set_callbacks(ProgressBar()) if z else pipeline


TREE = FrozenEstimator(DecisionTreeClassifier(random_state=0).fit(X_FIT, Y_FIT))

ALIKE = {
    "copy of a fitted tree": lambda z: deepcopy(TREE) if z else TREE,
    "n_jobs": lambda z: RandomForestClassifier(n_jobs=2 if z else None),
    "verbose": lambda z: SVC(verbose=0 if z else False),
    "memory": lambda z: make_pipeline(GaussianNB(), memory="cache" if z else None),
    "verbose of an MLP": lambda z: KerasMLPClassifier(verbose=2 * z),
}
if util.find_spec("sklearn.callback"):  # since scikit-learn 1.9
    ALIKE["callbacks"] = with_callbacks


@pytest.mark.parametrize("what", ALIKE)
def test_no_score_depends_on(what):
    assert key_of(ALIKE[what](0)) == key_of(ALIKE[what](1))


# --- code -----------------------------------------------------------------------------

FUNCTION = """
import functools
import math
from types import SimpleNamespace

FACTOR = 1
TABLE = {"offset": 0}
settings = SimpleNamespace(power=1)

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
    total = sum(FACTOR * value for value in (1, 2))
    known = X.shape[0] in {3, 5}
    X = helper(X) * total + TABLE["offset"] + default + named
    X = X + known + cached(4)
    return Tool()(inner(X)) ** settings.power + math.pi

own.attribute = "a"
"""
CLASS = """
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

    def predict(self, X):
        return self.chosen() % 3
"""
SOURCES = {"function": FUNCTION, "class": CLASS}
EDITS = {
    "function": {
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
    "class": {
        "method": ("% 3", "% 2"),
        "base class": ("return 0", "return 1"),
        "order of bases": ("Right, Left", "Left, Right"),
        "attribute": ("offset = 0", "offset = 1"),
        "list": ("[0, 0]", "[1, 0]"),
        "property": ("return 10", "return 11"),
        "static method": ("[::1]", "[::-1]"),
        "class method": ("cls.offset", "cls.offset + 1"),
    },
}
NO_EDITS = {
    "function": {
        "comment": ("FACTOR = 1", "FACTOR = 1  # once"),
        "lines": ("\ndef own", "\n\n\ndef own"),
        "function that it does not call": ("\ndef own", "\ndef other(): 1\n\ndef own"),
    },
    "class": {
        "docstring": ("A classifier of the user's.", "One of the user's."),
        "lines": ("\nclass own", "\n\n\nclass own"),
    },
}


@pytest.mark.parametrize(
    ("counts", "kind", "what"),
    [
        (edits is EDITS, kind, what)
        for edits in (EDITS, NO_EDITS)
        for kind, table in edits.items()
        for what in table
    ],
)
def test_an_edit_of_code_counts_if_it_changes_an_instruction(counts, kind, what):
    source, (old, new) = SOURCES[kind], (EDITS if counts else NO_EDITS)[kind][what]
    assert old in source
    one, other = (key_of(typed(s, "own")) for s in (source, source.replace(old, new)))
    assert (one != other) == counts


def test_a_class_of_the_same_name_in_another_module_is_another_class():
    one, other = (key_of(typed(CLASS, "own", module)()) for module in ("one", "other"))
    assert one != other


def test_a_function_that_calls_itself_comes_to_an_end():
    source = "def own(n):\n    return n and own(n - {})"
    one, other = (key_of(typed(source.format(step), "own")) for step in (1, 2))
    assert one != other


class Sets(GaussianNB):
    shift = 0


def test_a_class_attribute_that_was_set_since_the_import_counts(monkeypatch):
    before = key_of(Sets())
    monkeypatch.setattr(Sets, "shift", 1)
    assert key_of(Sets()) != before


class Unreadable(GaussianNB):
    file = sys.stderr


def test_code_of_a_file_may_hold_anything():
    assert key_of(Unreadable()).refused is None
    assert key_of(Unreadable()) == key_of(Unreadable())


def words_of(before, after):
    return [words for _, words in differences(before, after)]


def test_code_that_was_generated_is_named_without_a_module():
    def made(gain):
        names = {}
        exec(f"def own(X):\n    return X * {gain}", names)
        return key_of(names["own"])

    assert words_of(made(1), made(2)) == ["own in generated code changed"]


def test_a_named_tuple_is_named_without_the_module_of_its_methods():
    def made(default):
        return key_of(namedtuple("Own", "a", defaults=[default]))

    words = words_of(made(1), made(2))
    assert "Own.__new__ in generated code changed" in words
    assert not any("namedtuple_" in word for word in words)


# --- Keras ----------------------------------------------------------------------------


def network(weight=0.5, *, activation="relu", layers=(), **compiled):
    import keras

    hidden = keras.layers.Dense(3, activation, kernel_initializer="ones", name="hidden")
    made = keras.Sequential([keras.Input((4,), name="inputs"), hidden, *layers])
    hidden.set_weights([np.full((4, 3), weight) * [1, 2, -1], np.zeros(3)])
    if compiled:
        made.compile(**compiled)
    return made


def of_keras(module, name, *args, **params):
    import keras

    return attrgetter(f"{module}.{name}")(keras)(*args, **params)


def own_layer(factor):
    import keras

    class Times(keras.layers.Layer):
        def call(self, x):
            return x * self.factor

    layer = Times(name="times")
    layer.factor = factor
    return layer


def own_callback(factor):
    import keras

    class Own(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch > factor

    return Own()


def adam(rate):
    return of_keras("optimizers", "Adam", learning_rate=rate)


def schedule(z):
    return of_keras("optimizers.schedules", "ExponentialDecay", 0.1 + z, 10, 0.5)


IN_KERAS = {
    "weights": lambda z: network(-0.5 if z else 0.5),
    "activation": lambda z: network(activation="tanh" if z else "relu"),
    "own activation": lambda z: network(
        activation=(lambda x: x * -2) if z else (lambda x: x * 2)
    ),
    "function in a layer": lambda z: of_keras(
        "layers", "Lambda", (lambda x: -x) if z else (lambda x: x)
    ),
    "own layer": lambda z: network(layers=[own_layer(-1 if z else 1)]),
    "dtype of a layer": lambda z: of_keras(
        "layers", "Rescaling", 1, dtype="mixed_bfloat16" if z else "float32"
    ),
    "loss": lambda z: network(loss="mae" if z else "mse"),
    "own loss": lambda z: network(
        loss=(lambda y, out: -out) if z else (lambda y, out: out)
    ),
    "rate of the optimizer": lambda z: network(optimizer=adam(0.1 + z)),
    "class of an optimizer": lambda z: of_keras("optimizers", "Nadam" if z else "Adam"),
    "schedule of rates": lambda z: adam(schedule(z)),
    "callback": lambda z: of_keras("callbacks", "EarlyStopping", min_delta=10 * z),
    "own callback": lambda z: own_callback(z),
}


@pytest.mark.parametrize("what", IN_KERAS)
def test_parts_of_networks_are_told_apart_by_their(what):
    pytest.importorskip("keras")
    one, copy, other = (key_of(IN_KERAS[what](z)) for z in (0, 0, 1))
    assert one.refused is None
    assert one == copy != other


# --- studies --------------------------------------------------------------------------


def halved(y_true, y_pred):
    return accuracy_score(y_true, y_pred) / 2


def negated(y_true, y_pred):
    return -accuracy_score(y_true, y_pred)


class ScaledScore:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, estimator, X, y):
        return estimator.score(X, y) * self.factor


STUDIES = {
    "samples": lambda z: {"X": X + 1e-9 * z},
    "targets": lambda z: {"y": np.where(Y == 2, 1, Y) if z else Y},
    "type of targets": lambda z: {"y": Y.astype(float if z else int)},
    "folds": lambda z: {"cv": [(np.arange(100 - z), np.arange(50, 150))]},
    "weights": lambda z: {"params": {"last__sample_weight": 1 + z * Y}},
    "scale": lambda z: {"scales": [2.0 if z else 1.0]},
    "regime": lambda z: {"training": "clean" if z else "frozen"},
    "name of a metric": lambda z: {"scoring": "f1_macro" if z else "accuracy"},
    "names of metrics": lambda z: {"scoring": {"ab"[z]: "accuracy"}},
    "scorer": lambda z: {"scoring": make_scorer(negated if z else halved)},
    "sign of a scorer": lambda z: {
        "scoring": make_scorer(halved, greater_is_better=not z)
    },
    "lambda that scores": lambda z: {
        "scoring": (lambda *_: 0.75) if z else (lambda *_: 0.25)
    },
    "object that scores": lambda z: {"scoring": ScaledScore(2 if z else 1)},
}
SAME_STUDIES = {
    "another list of scales": lambda z: {"scales": (1,) if z else [1.0]},
    "number of draws": lambda z: {"n_draws": 1 + z},
    "error_score": lambda z: {"error_score": 0.5 if z else np.nan},
    "copy of the samples": lambda z: {"X": X.copy() if z else X},
    "scale of the estimator": lambda z: {"estimator": noisy_bayes(noise__scale=1 + z)},
}


def noisy_bayes(**params):
    noise = GaussianNoiseTransformer(random_state=0)
    steps = [("noise", noise), ("last", GaussianNB())]
    return Pipeline(steps).set_params(**params)


def cells_of(folder, *, scales=(1.0,), training=None, **options):
    """Return the files and the hashes of the cells of a study."""
    options = {"estimator": noisy_bayes(), "X": X, "y": Y, "cv": 2} | options
    options = {"groups": None, "params": None, "error_score": np.nan} | options
    options = {"scoring": "accuracy", "scores_train": True, "n_draws": 1} | options
    regime = find_regime(options["estimator"], training, "noise__scale", scales)
    scales = [(scale, (scale,)) for scale in scales]
    plan = plan_study(regime=regime, scales=scales, **options)
    store = CellStore(folder, plan)
    return {store._path(cell) for cell in plan.cells}


@pytest.mark.parametrize("what", STUDIES)
def test_cells_are_told_apart_by_their(what, tmp_path):
    one, other = (cells_of(tmp_path, **STUDIES[what](z)) for z in (0, 1))
    assert one.isdisjoint(other)


@pytest.mark.parametrize("what", SAME_STUDIES)
def test_no_cell_depends_on(what, tmp_path):
    one, other = (cells_of(tmp_path, **SAME_STUDIES[what](z)) for z in (0, 1))
    assert one == other


def test_keys_are_the_same_in_every_process():
    """Keras is loaded in one of them, hashes are seeded otherwise, no key differs."""
    pytest.importorskip("keras")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_key as t;"
        "print(*map(t.keys_of, range(2)), sep='\\n')"
    )
    ran = python(code, Path(__file__).parent, PYTHONHASHSEED="7")
    assert ran.stdout.splitlines() == [str(keys_of(z)) for z in (0, 1)]


def keys_of(z):
    values = ESTIMATORS["closure"](z), UNLIKE["set"](z), categories(ordered=bool(z))
    return key_of([*values, ESTIMATORS["frozen forest"](z), typed(CLASS, "own")])


# --- settings and versions ------------------------------------------------------------


@pytest.mark.parametrize("package", ["numpy", "scikit-learn", "keras", "skn_noise"])
def test_the_version_of_a_package_counts(package, monkeypatch):
    before, real = key_of(1), metadata.version
    monkeypatch.setattr(
        metadata, "version", lambda name: "99.0" if name == package else real(name)
    )
    assert key_of(1).versions != before.versions


def test_distributions_that_others_require_count():
    assert "threadpoolctl" in key_of(GaussianNB()).versions


@pytest.mark.parametrize(
    ("setting", "counts"),
    [
        ({"transform_output": "pandas"}, True),
        ({"assume_finite": True}, True),
        ({"display": "text"}, False),
    ],
)
def test_settings_of_scikit_learn_count_where_they_matter(setting, counts):
    before = key_of(1)
    with sklearn.config_context(**setting):
        assert (key_of(1) != before) == counts


@pytest.mark.parametrize(
    ("name", "value"),
    [("dtype_policy", "mixed_bfloat16"), ("floatx", "float64"), ("epsilon", 1e-3)],
)
def test_settings_of_keras_count(name, value):
    config = pytest.importorskip("keras").config
    before, default = key_of(1), getattr(config, name)()
    getattr(config, f"set_{name}")(value)
    try:
        assert key_of(1).settings != before.settings
    finally:
        getattr(config, f"set_{name}")(default)


@pytest.fixture
def keras_unloaded(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    return tmp_path / ".keras" / "keras.json"


def test_settings_of_keras_on_disk_count_before_it_is_loaded(keras_unloaded):
    before = key_of(1)
    keras_unloaded.parent.mkdir()
    keras_unloaded.write_text('{"floatx": "float16"}')
    words = "keras.dtype_policy was 'float32' and is 'float16'"
    assert ("settings", words) in differences(before, key_of(1))


@pytest.mark.usefixtures("keras_unloaded")
@pytest.mark.parametrize(
    ("name", "value"), [("KERAS_MAX_EPOCHS", "1"), ("KERAS_FLOATX", "float16")]
)
def test_variables_that_keras_reads_count_before_it_is_loaded(name, value, monkeypatch):
    before = key_of(1)
    monkeypatch.setenv(name, value)
    assert key_of(1).settings != before.settings
