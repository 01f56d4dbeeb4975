"""Whatever may change a score changes the key of its cell, and nothing else does."""

import importlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.naive_bayes import GaussianNB
from ways_to_differ import DIFFERENT, SAME, Kept, behind_noise, study, typed

import skn_noise
from skn_noise import noise_curve
from skn_noise.study._plan import plan_study
from skn_noise.study._regime import find_regime
from skn_noise.study._store import CellStore
from skn_noise.study.fingerprint._code import _source
from skn_noise.study.fingerprint._digest import fingerprint
from skn_noise.study.fingerprint._environment import environment
from skn_noise.study.fingerprint._written import names_written_by


def keys(way, folder):
    """Return the keys of both studies."""
    found = []
    for is_other in (False, True):
        with way(is_other) as kwargs:
            found.append(keys_of(folder, **kwargs))
    return found


def keys_of(folder, estimator, X, y, scales, **options):
    training = options.pop("training", None)
    param_name = options.pop("param_name", "noise__scale")
    regime = find_regime(estimator, training, param_name, scales)
    options = {"groups": None, "params": None, "error_score": np.nan, **options}
    for name in ("n_jobs", "progress"):
        options.pop(name, None)
    plan = plan_study(
        estimator,
        X,
        y,
        regime=regime,
        scales=[(scale, (scale,)) for scale in scales],
        scores_train=True,
        **options,
    )
    store = CellStore(folder, plan)
    return {store._key(cell) for cell in plan.cells}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_may_change_a_score_changes_the_key(name, tmp_path):
    one, other = keys(DIFFERENT[name], tmp_path)
    assert one.isdisjoint(other)


@pytest.mark.parametrize("name", SAME)
def test_what_changes_no_score_changes_no_key(name, tmp_path):
    one, other = keys(SAME[name], tmp_path)
    assert one == other


def test_keys_are_the_same_in_every_process(tmp_path):
    """Keras is loaded in one of them, hashes are seeded otherwise, no key differs."""
    names = ["closure", "set", "frozen forest", "method of a class", "categories"]
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_fingerprint as t;"
        "print(*[t.keys(t.DIFFERENT[name], sys.argv[2]) for name in sys.argv[3:]])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, Path(__file__).parent, tmp_path, *names],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    importlib.import_module("keras")
    for name in names:
        for keys_of_study in keys(DIFFERENT[name], tmp_path):
            assert all(key in ran.stdout for key in keys_of_study)


@pytest.mark.parametrize(
    "thing", [sys.stderr, (item for item in "a")], ids=["file", "generator"]
)
def test_what_cannot_be_told_apart_is_refused_by_its_parameter(thing, tmp_path):
    with pytest.raises(ValueError, match="in estimator__step0__thing from another"):
        keys_of(tmp_path, **study(estimator=behind_noise(holding(thing), GaussianNB())))


def test_a_global_that_cannot_be_told_apart_is_refused_by_its_name():
    source = "stream = (item for item in 'a')\ndef own(X):\n    next(stream)"
    with pytest.raises(ValueError, match="in function__stream from another"):
        fingerprint(function=typed(source, "own"))


def test_what_is_taken_of_an_own_module_is_refused_by_its_name():
    typed("stream = (item for item in 'a')", "stream", "helpers")
    use = "import helpers\ndef own(X):\n    next(helpers.stream)"
    with pytest.raises(ValueError, match="in function__helpers__stream from another"):
        fingerprint(function=typed(use, "own"))


class Single:
    """An object that a pickle only names."""

    factor = 1

    def __reduce__(self):
        return "SINGLE"


SINGLE = Single()


def test_an_object_that_a_pickle_only_names_counts_with_its_state(monkeypatch):
    before = fingerprint(value=SINGLE)
    monkeypatch.setattr(SINGLE, "factor", 2)
    assert fingerprint(value=SINGLE) != before


class Slotted:
    __slots__ = ()

    def __reduce__(self):
        return "SLOTTED"


SLOTTED = Slotted()


def test_an_object_that_a_pickle_only_names_need_have_no_state():
    assert fingerprint(value=SLOTTED) == fingerprint(value=SLOTTED)


def test_an_object_that_calls_itself_what_another_is_called_is_refused():
    what = r"the test_fingerprint\.Single in value from another"
    why = "it calls itself SINGLE, but there is no"
    with pytest.raises(ValueError, match=f"{what}: {why}"):
        fingerprint(value=Single())


@pytest.mark.parametrize("value", [[0.5, 1], [("a",)], ["ab"], [("a", 1), 2], []])
def test_lists_that_are_no_steps_are_taken_for_what_they_hold(value):
    digests = {fingerprint(step=Kept(held)) for held in (value, [*value], [*value, 7])}
    assert len(digests) == 2


class Tensor:
    """Holds numbers where only `__array__` finds them."""

    def __init__(self, *numbers):
        self.__array__ = lambda dtype=None, copy=None: np.array(numbers)

    def __reduce__(self):
        return Tensor, ()


class OtherTensor(Tensor):
    def __reduce__(self):
        return OtherTensor, ()


class Remembers(GaussianNB):
    """Has a parameter whose name means nothing else than what it does here."""

    def __init__(self, memory=1):
        super().__init__()
        self.memory = memory


def sparse_of(form, size=1):
    return getattr(sparse, form)(([1.0], ([0], [0])), shape=(size, size))


def chosen(columns):
    return ColumnTransformer([("chosen", "passthrough", columns)])


UNLIKE = {
    "name": (SimpleNamespace(a=1), SimpleNamespace(b=1)),
    "columns": (chosen([0]), chosen([1])),
    "mask": (np.ma.array([5.0], fill_value=5.0), np.ma.masked_equal([5.0], 5.0)),
    "long": (np.longdouble([1, 2]), np.longdouble([1, 3])),
    "long complex": (np.clongdouble([1, 2]), np.clongdouble([1, 3])),
    "shape": (np.zeros((0, 3)), np.zeros((3, 0))),
    "tensor": (Tensor(1, 2), Tensor(1, 3)),
    "kind of tensor": (Tensor(1, 2), OtherTensor(1, 2)),
    "sparse form": (sparse_of("csr_array"), sparse_of("csc_array")),
    "sparse container": (sparse_of("csr_array"), sparse_of("csr_matrix")),
    "sparse shape": (sparse_of("csr_array"), sparse_of("csr_array", 2)),
    "memory of one's own": (Remembers(1), Remembers(2)),
}


@pytest.mark.parametrize("what", UNLIKE)
def test_values_are_told_apart_by(what):
    one, other = UNLIKE[what]
    assert fingerprint(value=one) == fingerprint(value=one) != fingerprint(value=other)


@pytest.mark.parametrize("dtype", [np.longdouble, np.clongdouble])
def test_what_lies_between_long_numbers_does_not_count(dtype):
    values = np.array([1, 2], dtype=dtype)
    between = np.zeros((2, values.itemsize), np.uint8)
    between.reshape(-1, 16)[:, 10:] = 7
    other = (values.view(np.uint8) | between.ravel()).view(dtype)
    assert fingerprint(value=values) == fingerprint(value=other)


def test_a_list_of_lists_is_no_tuple_of_lists():
    assert fingerprint(value=[[[1]]]) != fingerprint(value=([[1]],))


def holding(thing):
    step = Kept()
    step.__sklearn_clone__ = lambda: step
    step.thing = thing
    return step


def test_what_is_refused_is_refused_before_any_fit(recorded, tmp_path):
    recorded.__sklearn_clone__ = lambda: recorded
    recorded.thing = (item for item in "a")
    X, y = np.zeros((4, 1)), [0, 1, 0, 1]
    with pytest.raises(ValueError, match="pass memory=None"):
        noise_curve(recorded, X, y, param_name="scale", cv=2, memory=tmp_path)
    assert not Path(recorded.log).exists()


def test_a_ring_of_references_comes_to_an_end():
    ring, other = [1], [2]
    ring.append(ring)
    other.append(other)
    assert fingerprint(ring=ring) != fingerprint(ring=other)


def test_references_too_deep_are_refused():
    deep = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(ValueError, match="in deep from another"):
        fingerprint(deep=deep)


def test_a_lock_is_no_reason_to_fit_again():
    assert fingerprint(lock=threading.Lock()) == fingerprint(lock=threading.Lock())


CALLS = []


class Counts(GaussianNB):
    """Counts its fits in all the ways there are."""

    n_fits = 0
    by_kind = {}

    def fit(self, X, y):
        CALLS.append(X.shape)
        Counts.n_fits += 1
        self.by_kind["fit"] = self.by_kind.get("fit", 0) + 1
        return super().fit(X, y)


def test_counts_that_own_code_keeps_are_no_reason_to_fit_again(tmp_path):
    before = keys_of(tmp_path, **study(Counts()))
    noise_curve(**study(Counts()))
    assert Counts.n_fits == Counts.by_kind["fit"] == len(CALLS) > 0
    assert keys_of(tmp_path, **study(Counts())) == before


def test_what_code_writes_into_is_known_at_any_depth():
    def own(self, found):
        self.counts["a"]["b"] = 1
        found()[0] = 2

    assert names_written_by(own.__code__) == {"counts"}


def test_an_own_module_that_is_imported_where_it_is_used(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    late = tmp_path / "imported_late.py"
    keys_found = []
    for factor in (2, -3):
        late.write_text(f"factor = {factor}")
        function = typed("def own(X):\n    import imported_late\n", "own")
        keys_found.append(fingerprint(function=function))
    assert keys_found[0] != keys_found[1]


def test_what_own_code_takes_of_own_modules():
    helpers = typed("FACTOR = 1\nUNUSED = 1", "FACTOR") and sys.modules["typed"]
    use = "import typed as helpers\ndef own(X):\n    return X * helpers.FACTOR"
    own = typed(use, "own", "uses_typed")
    before = fingerprint(own=own)
    helpers.UNUSED = 2
    assert fingerprint(own=own) == before
    helpers.FACTOR = 2
    assert fingerprint(own=own) != before


def test_what_own_code_calls_of_own_modules_counts_at_any_depth():
    typed("FACTOR = 1\ndef scaled(X):\n    return X", "scaled", "inner")
    outer = ModuleType("outer")
    outer.inner = sys.modules["inner"]
    own = typed("def own(X):\n    return outer.inner.scaled(X)", "own")
    own.__globals__["outer"] = outer
    before = fingerprint(own=own)
    outer.inner.FACTOR = 2
    assert fingerprint(own=own) == before
    outer.inner.scaled = lambda X: 2 * X
    assert fingerprint(own=own) != before


def own_class(shift):
    class Own:
        def fit(self, X, y):
            self.shifted = None

        def shifted(self, X):
            return X + shift

    return Own


def test_a_method_that_own_code_also_writes_counts():
    assert fingerprint(own=own_class(1)) == fingerprint(own=own_class(1))
    assert fingerprint(own=own_class(1)) != fingerprint(own=own_class(2))


@pytest.mark.parametrize("suffix", [".so", ".pyd"])
def test_a_compiled_module_counts_by_its_content(suffix, tmp_path, monkeypatch):
    module = ModuleType("own_compiled")
    path = tmp_path / f"own_compiled{suffix}"
    module.__file__ = str(path)
    module.Fast = type("Fast", (GaussianNB,), {"__module__": "own_compiled"})
    monkeypatch.setitem(sys.modules, "own_compiled", module)
    use = typed("import own_compiled\ndef own(X):\n    own_compiled.fast(X)", "own")
    found = []
    for content in (b"one", b"two", b"one"):
        path.write_bytes(content)
        found.append((fingerprint(cls=module.Fast), fingerprint(own=use)))
    for one, two, again in zip(*found, strict=True):
        assert one == again != two


def test_an_installed_module_that_is_imported_where_it_is_used_has_a_version():
    assert _source("json", "") is _source("json", "own_pack") is None


def test_own_sources_count_while_the_package_is_developed():
    noise = Path(skn_noise.__file__).with_name("noise.py")
    assert noise.read_bytes() in environment().skn_noise


@pytest.fixture
def keras_unloaded(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return monkeypatch, tmp_path


def test_settings_of_keras_on_disk_count_before_it_is_loaded(keras_unloaded):
    _, home = keras_unloaded
    before = environment().keras
    (home / "keras.json").write_text('{"floatx": "float16"}')
    assert environment().keras != before


@pytest.mark.parametrize(
    ("name", "value"), [("KERAS_MAX_EPOCHS", "1"), ("KERAS_FLOATX", "float16")]
)
def test_variables_that_keras_reads_count_before_it_is_loaded(
    keras_unloaded, name, value
):
    monkeypatch, _ = keras_unloaded
    before = environment().keras
    monkeypatch.setenv(name, value)
    assert environment().keras != before


def test_settings_in_the_folder_of_the_user_count_before_keras_is_loaded(
    keras_unloaded,
):
    monkeypatch, home = keras_unloaded
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(home))
    before = environment().keras
    (home / ".keras").mkdir()
    (home / ".keras" / "keras.json").write_text('{"floatx": "float16"}')
    assert environment().keras != before


@pytest.mark.parametrize("kind", ["polars", "pyarrow"])
def test_tables_of_other_kinds_count_by_content(kind):
    package = importlib.import_module(kind)
    make = package.DataFrame if kind == "polars" else package.table
    columns = {"a": [1.5, 2.5], "b": ["x", None], "c": [1, 2]}
    assert fingerprint(X=make(columns)) == fingerprint(X=make(columns))
    for name, column in [("a", [1.5, 3.5]), ("b", ["x", "y"]), ("c", [1.0, 2.0])]:
        other = make({**columns, name: column})
        assert fingerprint(X=make(columns)) != fingerprint(X=other)


def categories(*, ordered):
    return pd.Series([1, 2], dtype=pd.CategoricalDtype([1, 2], ordered=ordered))


TABLES = {
    "values of a column": lambda z: pd.Series([1.0, 3.0 if z else 2.0]),
    "name of a column": lambda z: pd.Series([1.0], name="z" if z else "a"),
    "index of a column": lambda z: pd.Series([1.0], index=[7 if z else 0]),
    "order of categories": lambda z: categories(ordered=z),
    "category of a row": lambda z: categories(ordered=True).iloc[:: -1 if z else 1],
    "values of an index": lambda z: pd.Index([1, 3 if z else 2]),
    "name of an index": lambda z: pd.Index([1, 2], name="z" if z else "a"),
    "nullable values": lambda z: pd.array([1, None if z else 2], "Int64"),
    "type of nullable values": lambda z: pd.array([1, 2], "Int32" if z else "Int64"),
    "type of missing values": lambda z: pd.array([None], "Int32" if z else "Int64"),
    "polars values": lambda z: pl.Series("a", [1, 3 if z else 2]),
    "polars null": lambda z: pl.Series("a", [1, None if z else 2]),
    "polars text": lambda z: pl.Series("a", ["x", "z" if z else "y"]),
    "polars name": lambda z: pl.Series("z" if z else "a", [1, 2]),
    "polars type": lambda z: pl.Series("a", [1], pl.Int8 if z else pl.Int16),
    "polars type of null": lambda z: pl.Series("a", [None], pl.Int8 if z else pl.Int16),
    "polars null or NaN": lambda z: pl.Series("a", [1.0, None if z else np.nan]),
    "polars columns": lambda z: pl.DataFrame({"a": [1], "z" if z else "b": [2]}),
    "arrow values": lambda z: pa.array([1, 3 if z else 2]),
    "arrow null": lambda z: pa.array([1.0, None if z else 2.0]),
    "arrow text": lambda z: pa.array(["x", "z" if z else "y"]),
    "arrow type": lambda z: pa.array([1], pa.int8() if z else pa.int16()),
    "arrow type of null": lambda z: pa.array([None], pa.int8() if z else pa.int16()),
    "arrow null or NaN": lambda z: pa.array([1.0, None if z else np.nan]),
    "arrow names": lambda z: pa.table({"z" if z else "a": [1]}),
    "arrow columns": lambda z: pa.table({"a": pa.chunked_array([[1, 3 if z else 2]])}),
}


@pytest.mark.parametrize("what", TABLES)
def test_tables_are_told_apart_by_all_that_is_in_them(what):
    one, copy, other = (fingerprint(X=TABLES[what](z)) for z in (False, False, True))
    assert one == copy != other


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64()], ids=str)
def test_numbers_without_gaps_are_the_same_in_any_chunks(kind):
    whole = pa.chunked_array([pa.array([1, 2, 3], kind)])
    parts = pa.chunked_array([pa.array([1], kind), pa.array([2, 3], kind)])
    assert fingerprint(X=whole) == fingerprint(X=parts)


@pytest.mark.parametrize("container", ["array", "matrix"])
@pytest.mark.parametrize("form", ["bsr", "coo", "csc", "csr", "dia", "dok", "lil"])
def test_sparse_samples_are_told_apart_in_any_form(form, container):
    dense = np.array([[0, 1.0, 0], [2.0, 0, 0]])
    kind = getattr(sparse, f"{form}_{container}")
    digests = [
        fingerprint(X=kind(values))
        for values in (dense, dense.copy(), dense * 2, dense[::-1], dense.T)
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


@pytest.mark.parametrize(
    ("use", "file"),
    [
        ("import own_pack", "__init__.py"),
        ("import own_pack.sub", "sub.py"),
        ("from .sub import factor", "sub.py"),
        ("import own_pack.deep", "deep/__init__.py"),
        ("import own_pack.deep.low", "deep/low.py"),
    ],
)
def test_a_module_of_an_own_package_that_is_imported_where_it_is_used(
    use, file, tmp_path, monkeypatch
):
    for name in ("__init__.py", "sub.py", "deep/__init__.py", "deep/low.py"):
        path = tmp_path / "own_pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("factor = 1")
    monkeypatch.syspath_prepend(tmp_path)
    source = f"__package__ = 'own_pack'\ndef own(X):\n    {use}\n"
    before = fingerprint(function=typed(source, "own"))
    (tmp_path / "own_pack" / file).write_text("factor = 2")
    assert fingerprint(function=typed(source, "own")) != before


def test_a_module_that_is_not_there_is_left_to_the_function_that_imports_it():
    source = "def own(X):\n    import missing_pack.sub\n"
    assert fingerprint(own=typed(source, "own")) == fingerprint(
        own=typed(source, "own")
    )
