"""Whatever may change a score changes the key of its cell; a little else may, too."""

import enum
import importlib
import json
import os
import pickle
import subprocess
import sys
import threading
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.machinery import ExtensionFileLoader
from importlib.util import spec_from_file_location
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
from sklearn.pipeline import Pipeline
from ways_to_differ import ALLOWED_MISSES, DIFFERENT, SAME, X, Y, typed

from skn_noise import GaussianNoiseTransformer, noise_curve
from skn_noise.study._key import differences, hash_named, make_key, seen_here
from skn_noise.study._modules import _distributions_of
from skn_noise.study._plan import plan_study
from skn_noise.study._regime import find_regime
from skn_noise.study._store import CellStore


def plan_of(estimator, X, y, scales, **options):
    training = options.pop("training", None)
    param_name = options.pop("param_name", "noise__scale")
    regime = find_regime(estimator, training, param_name, scales)
    options = {"groups": None, "params": None, "error_score": np.nan, **options}
    scales = [(scale, (scale,)) for scale in scales]
    return plan_study(
        estimator, X, y, regime=regime, scales=scales, scores_train=True, **options
    )


def keys_of(folder, **kwargs):
    plan = plan_of(**kwargs)
    store = CellStore(folder, plan)
    return {store._path(cell) for cell in plan.cells}


def keys(way, folder):
    """Return the keys of both studies."""
    found = []
    for z in (0, 1):
        with way(z) as kwargs:
            found.append(keys_of(folder, **kwargs))
    return found


@pytest.mark.parametrize("name", DIFFERENT)
def test_anything_that_may_change_a_score_changes_the_key(name, tmp_path):
    one, other = keys(DIFFERENT[name], tmp_path)
    assert one.isdisjoint(other)


@pytest.mark.parametrize("name", sorted(SAME.keys() - ALLOWED_MISSES.keys()))
def test_the_key_stays_where_no_score_changes(name, tmp_path):
    one, other = keys(SAME[name], tmp_path)
    assert one == other


def test_every_allowed_miss_has_a_reason():
    assert ALLOWED_MISSES.keys() <= SAME.keys()
    assert all(ALLOWED_MISSES.values())


def test_keys_are_the_same_in_every_process(tmp_path):
    """Keras is loaded in one of them, hashes are seeded otherwise, no key differs."""
    names = ["closure", "set", "frozen forest", "method of a class", "categories"]
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_key as t;"
        "print(*[t.keys(t.DIFFERENT[name], sys.argv[2]) for name in sys.argv[3:]])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, Path(__file__).parent, tmp_path, *names],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    pytest.importorskip("keras")
    for name in names:
        for study_keys in keys(DIFFERENT[name], tmp_path):
            assert all(key in ran.stdout for _, key in study_keys)


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder of own modules, which are forgotten at the end."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    forget(tmp_path)


def forget(folder):
    """Forget the modules of a folder, as another process would not have them."""
    for name, module in list(sys.modules.items()):
        if str(folder) in str(getattr(module, "__file__", None) or ""):
            del sys.modules[name]
    importlib.invalidate_caches()


def write(folder, files):
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def key_of(thing):
    return make_key(data={}, estimator={"thing": thing}, scoring={})


def own_code(folder, module="own_step"):
    """Return what the key says of the own code of a module, in a new process."""
    forget(folder)
    return key_of(importlib.import_module(module).own).own_code


ENDS = "def own(X):\n    return X\n"
IMPORTS = {
    "import": ("import own_other\n" + ENDS, "own_other.py"),
    "from": ("from own_other import gain\n" + ENDS, "own_other.py"),
    "star": ("from own_other import *\n" + ENDS, "own_other.py"),
    "in a function": (
        "def own(X):\n    import own_other\n    return X",
        "own_other.py",
    ),
    "in a method": (
        "class own:\n    def fit(self):\n        from own_pack import deep\n",
        "own_pack/deep/__init__.py",
    ),
    "of a package": ("import own_pack\n" + ENDS, "own_pack/__init__.py"),
    "of a submodule": ("import own_pack.sub\n" + ENDS, "own_pack/sub.py"),
    "its package": ("import own_pack.sub\n" + ENDS, "own_pack/__init__.py"),
    "from a package": ("from own_pack import sub\n" + ENDS, "own_pack/sub.py"),
    "that a package hands on": (
        "from own_pack import handed_on\n" + ENDS,
        "own_pack/hidden.py",
    ),
    "at depth": ("import own_pack.deep.low\n" + ENDS, "own_pack/sibling.py"),
    "within a package": ("import own_pack.deep.low\n" + ENDS, "own_pack/deep/near.py"),
    "without __init__": ("import own_space.part\n" + ENDS, "own_space/part.py"),
}


@pytest.mark.parametrize("form", IMPORTS)
def test_the_files_of_own_modules_that_are_imported_count(form, own_folder):
    source, edited = IMPORTS[form]
    files = {
        "own_step.py": source,
        "own_other.py": "gain = 1\n",
        "own_pack/__init__.py": "from .hidden import handed_on\n",
        "own_pack/hidden.py": "handed_on = 1\n",
        "own_pack/sub.py": "gain = 1\n",
        "own_pack/sibling.py": "gain = 1\n",
        "own_pack/deep/__init__.py": "",
        "own_pack/deep/near.py": "gain = 1\n",
        "own_pack/deep/low.py": "from . import near\nfrom ..sibling import gain\n",
        "own_space/part.py": "gain = 1\n",
    }
    write(own_folder, files)
    before = own_code(own_folder)
    assert own_code(own_folder) == before
    write(own_folder, {edited: files[edited] + "gain = 2\n"})
    after = own_code(own_folder)
    assert {name for name in before if before[name] != after.get(name)} >= {edited}


def test_an_own_module_that_is_not_imported_does_not_count(own_folder):
    write(own_folder, {"own_step.py": ENDS, "own_other.py": "gain = 1\n"})
    assert "own_other.py" not in own_code(own_folder)


def test_the_distributions_that_own_modules_import_count(own_folder):
    write(own_folder, {"own_step.py": "import polars\n" + ENDS})
    forget(own_folder)
    versions = key_of(importlib.import_module("own_step").own).versions
    assert versions["polars"] == pl.__version__


def test_distributions_that_others_require_count():
    assert "threadpoolctl" in key_of(GaussianNB()).versions


@pytest.mark.parametrize(
    ("url", "version", "is_own"),
    [
        ("https://a.b/c.whl", "1.0", False),
        ("file:///here", "1.0", True),
        ("", "", True),
    ],
)
def test_a_local_install_and_one_without_a_version_are_own_code(
    url, version, is_own, own_folder, monkeypatch
):
    meta = "Metadata-Version: 2.1\nName: own-step\n"
    meta += f"Version: {version}\n" if version else ""
    write(
        own_folder,
        {
            "own_step.py": ENDS,
            "own_step-1.0.dist-info/METADATA": meta,
            "own_step-1.0.dist-info/direct_url.json": json.dumps({"url": url}),
            "own_step-1.0.dist-info/RECORD": "own_step.py,,\n",
            "own_step-1.0.dist-info/top_level.txt": "own_step\n",
        },
    )
    monkeypatch.setattr(
        "skn_noise.study._modules._providers",
        cache(metadata.packages_distributions),
    )
    _distributions_of.cache_clear()
    forget(own_folder)
    key = key_of(importlib.import_module("own_step").own)
    assert ("own_step.py" in key.own_code) == is_own
    assert ("own-step" in key.versions) == (not is_own)


def test_a_file_that_was_edited_but_not_imported_again_counts_as_it_runs(own_folder):
    write(own_folder, {"own_step.py": ENDS + "gain = 1\n"})
    before = own_code(own_folder)
    write(own_folder, {"own_step.py": ENDS + "gain = 20\n"})
    module = sys.modules["own_step"]
    assert key_of(module.own).own_code == before
    importlib.invalidate_caches()
    importlib.reload(module)
    assert key_of(module.own).own_code["own_step.py"] != before["own_step.py"]


@pytest.mark.parametrize("suffix", [".cpython-311-x86_64-linux-gnu.so", ".pyd"])
def test_a_compiled_own_module_counts_by_its_content(suffix, own_folder):
    path = own_folder / f"own_compiled{suffix}"
    found = []
    for content in (b"one", b"two", b"one"):
        path.write_bytes(content)
        spec = spec_from_file_location(
            "own_compiled", path, loader=ExtensionFileLoader("own_compiled", str(path))
        )
        module = ModuleType("own_compiled")
        module.__spec__ = spec
        sys.modules["own_compiled"] = module
        module.Fast = type("Fast", (GaussianNB,), {"__module__": "own_compiled"})
        found.append(key_of(module.Fast()).own_code[path.name])
    del sys.modules["own_compiled"]
    assert found[0] == found[2] != found[1]


def test_a_worker_sees_the_same_files_and_versions(own_folder):
    write(own_folder, {"own_step.py": ENDS})
    forget(own_folder)
    key = key_of(importlib.import_module("own_step").own)
    files, versions = seen_here(pickle.loads(pickle.dumps(key)))
    assert versions == key.versions
    assert files == {n: h for n, h in key.own_code.items() if n.endswith(".py")}


def test_a_worker_without_an_own_module_says_so(own_folder):
    write(own_folder, {"own_step.py": ENDS})
    key = key_of(importlib.import_module("own_step").own)
    forget(own_folder)
    (own_folder / "own_step.py").unlink()
    assert seen_here(key)[0]["own_step.py"] is None


STEP = """
from sklearn.base import BaseEstimator, TransformerMixin
gain = 1.0
class Own(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.gain = gain
        return self
    def transform(self, X):
        return X * self.gain
"""


def test_a_file_that_was_edited_between_two_processes_runs_again(own_folder):
    def run(**params):
        forget(own_folder)
        own = importlib.import_module("own_step").Own()
        noise = GaussianNoiseTransformer(random_state=0)
        pipeline = Pipeline([("own", own), ("noise", noise), ("last", GaussianNB())])
        curve = noise_curve(pipeline, X, Y, scales=[1], scoring="accuracy", **params)
        return curve.scores["value"].tolist()

    write(own_folder, {"own_step.py": STEP})
    before = run(memory=own_folder)
    write(own_folder, {"own_step.py": STEP.replace("gain = 1.0", "gain = 0.125")})
    why = "5 cells in .* are of another study: own_step.py changed"
    with pytest.warns(UserWarning, match=why):
        after = run(memory=own_folder)
    assert after == run() != before


def test_values_that_own_code_reads_count():
    own = typed("FACTOR = 1\ndef own(X):\n    return X * FACTOR", "own")
    before = key_of(own)
    sys.modules["typed"].FACTOR = 2
    assert differences(before, key_of(own)) == [("own_code", "own in typed changed")]


def test_values_that_own_code_takes_of_own_modules_count():
    helpers = typed("FACTOR = 1\nUNUSED = 1", "FACTOR") and sys.modules["typed"]
    use = "import typed as helpers\ndef own(X):\n    return X * helpers.FACTOR"
    own = typed(use, "own", "uses_typed")
    before = key_of(own)
    helpers.UNUSED = 2
    assert key_of(own) == before
    helpers.FACTOR = 2
    assert key_of(own) != before


def test_values_count_at_any_depth_of_own_modules():
    typed("FACTOR = 1\ndef scaled(X):\n    return X", "scaled", "inner")
    outer = ModuleType("outer")
    outer.inner = sys.modules["inner"]
    own = typed("def own(X):\n    return outer.inner.scaled(X)", "own")
    own.__globals__["outer"] = outer
    before = key_of(own)
    outer.inner.scaled = lambda X: 2 * X
    assert key_of(own) != before


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


def test_a_function_that_calls_itself_comes_to_an_end():
    source = "def own(n):\n    return n and own(n - {})"
    one, other = (key_of(typed(source.format(step), "own")) for step in (1, 2))
    assert one != other


def test_a_ring_of_references_comes_to_an_end():
    ring, other = [1], [2]
    ring.append(ring)
    other.append(other)
    assert key_of(ring) != key_of(other)


@pytest.mark.parametrize("thing", [sys.stderr, (item for item in "a")])
def test_a_value_that_cannot_be_hashed_is_refused_before_any_fit(thing, recorded):
    recorded.__sklearn_clone__ = lambda: recorded
    recorded.thing = thing
    options = {"param_name": "scale", "cv": 2, "memory": Path(recorded.log).parent}
    with pytest.raises(ValueError, match="estimator cannot be hashed: cannot pickle"):
        noise_curve(recorded, X, Y, **options)
    assert not Path(recorded.log).exists()


def test_references_too_deep_are_refused():
    deep = []
    for _ in range(10_000):
        deep = [deep]
    assert "thing cannot be hashed: maximum recursion" in key_of(deep).refused


def test_a_time_limit_of_the_user_passes():
    class Slow:
        def __reduce__(self):
            raise TimeoutError

    with pytest.raises(TimeoutError):
        key_of(Slow())


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


def chosen(columns):
    return ColumnTransformer([("chosen", "passthrough", columns)])


def sparse_of(form, size=1):
    return getattr(sparse, form)(([1.0], ([0], [0])), shape=(size, size))


def with_attrs(value):
    frame = pd.DataFrame({"a": [1.0]})
    frame.attrs["unit"] = value
    return frame


def categories(*, ordered):
    return pd.Series([1, 2], dtype=pd.CategoricalDtype([1, 2], ordered=ordered))


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


UNLIKE = {
    "name": lambda z: SimpleNamespace(**{"b" if z else "a": 1}),
    "columns": lambda z: chosen([1 if z else 0]),
    "True and 1": lambda z: 1 if z else True,
    "None and 'None'": lambda z: "None" if z else None,
    "text and bytes": lambda z: b"a" if z else "a",
    "sign of a zero": lambda z: 0.0 if z else -0.0,
    "list and tuple": lambda z: [1, (2,) if z else [2]],
    "end of a list": lambda z: [["a", "b"], []] if z else [["a"], ["b"]],
    "order of an ordered dict": lambda z: OrderedDict.fromkeys("ba" if z else "ab"),
    "data class": lambda z: Settings(2 if z else 1),
    "slots": lambda z: Slots(2 if z else 1),
    "enumeration": lambda z: Choice.OTHER if z else Choice.ONE,
    "bound method": lambda z: Slots(2 if z else 1).scale,
    "type of a number": lambda z: np.float64(1) if z else np.float32(1),
    "dtype": lambda z: np.array([0, 1], float if z else int),
    "shape of an array": lambda z: np.zeros((3, 2) if z else (2, 3)),
    "array of objects": lambda z: np.array(["b" if z else "a", 1], object),
    "fields": lambda z: np.full(1, z, "i1,f8"),
    "long double": lambda z: np.array([z, 1], "g"),
    "masked": lambda z: np.ma.array([1, 2], mask=np.ma.nomask if z else [0, 1]),
    "generator": lambda z: np.random.default_rng(z),
    "own class": lambda z: Slots if z else Settings,
    "integer too long to print": lambda z: 10**9999 + z,
    "mask": lambda z: np.ma.array([5.0, 6.0], mask=[z, 0]),
    "shape without values": lambda z: np.zeros((3, 0) if z else (0, 3)),
    "items of a set that cannot be sorted": lambda z: {"a", -2 if z else -1},
    "keys of a dict that cannot be sorted": lambda z: {"a": 1, -2 if z else -1: 1},
    "place of a dtype": lambda z: [np.dtype("f8"), 1][:: -1 if z else 1],
    "attribute of an array": lambda z: measured("cm" if z else "m"),
    "memory of one's own": lambda z: Remembers(2 if z else 1),
    "sparse form": lambda z: sparse_of("csc_array" if z else "csr_array"),
    "sparse container": lambda z: sparse_of("csr_matrix" if z else "csr_array"),
    "sparse shape": lambda z: sparse_of("csr_array", 2 if z else 1),
    "attrs of a frame": lambda z: with_attrs("cm" if z else "m"),
    "values of a column": lambda z: pd.Series([1.0, 3.0 if z else 2.0]),
    "name of a column": lambda z: pd.Series([1.0], name="z" if z else "a"),
    "index of a column": lambda z: pd.Series([1.0], index=[7 if z else 0]),
    "order of categories": lambda z: categories(ordered=bool(z)),
    "category of a row": lambda z: categories(ordered=True).iloc[:: -1 if z else 1],
    "nullable values": lambda z: pd.array([1, None if z else 2], "Int64"),
    "type of nullable values": lambda z: pd.array([1, 2], "Int32" if z else "Int64"),
    "polars values": lambda z: pl.Series("a", [1, 3 if z else 2]),
    "polars null": lambda z: pl.Series("a", [1, None if z else 2]),
    "polars text": lambda z: pl.Series("a", ["x", "z" if z else "y"]),
    "polars name": lambda z: pl.Series("z" if z else "a", [1, 2]),
    "polars type": lambda z: pl.Series("a", [1], pl.Int8 if z else pl.Int16),
    "polars columns": lambda z: pl.DataFrame({"a": [1], "z" if z else "b": [2]}),
    "arrow values": lambda z: pa.array([1, 3 if z else 2]),
    "arrow null": lambda z: pa.array([1.0, None if z else 2.0]),
    "arrow text": lambda z: pa.array(["x", "z" if z else "y"]),
    "arrow type": lambda z: pa.array([1], pa.int8() if z else pa.int16()),
    "arrow names": lambda z: pa.table({"z" if z else "a": [1]}),
    "lock": lambda z: [threading.Lock(), 2 if z else 1],
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


IMPORTS_INSIDE = {
    "import": "import own_config\n    return X * own_config.GAIN",
    "as": "import own_config as c\n    return X * c.GAIN",
    "from": "from own_config import GAIN\n    return X * GAIN",
    "in a function in it": "def g():\n        import own_config as c\n        c.GAIN",
    "of a package": "import own_pack\n    return X * own_pack.config.GAIN",
    "from a package": "from own_pack import config\n    return X * config.GAIN",
    "lazily": "import own_lazy\n    return X * own_lazy.config.GAIN",
    "made lazily": "import own_lazy\n    return X * own_lazy.GAIN",
}
LAZY = """
import importlib
def __getattr__(name):
    config = importlib.import_module("own_lazy.config")
    return config if name == "config" else getattr(config, name)
"""


@pytest.fixture
def own_config(own_folder):
    files = {
        "own_config.py": "GAIN = 1\nother = open\n",
        "own_pack/__init__.py": "from . import config\n",
        "own_pack/config.py": "GAIN = 1\n",
        "own_lazy/__init__.py": LAZY,
        "own_lazy/config.py": "GAIN = 1\n",
        "own_lazy/deep/part.py": "",
        "own_lazy/unused.py": "raise SystemExit",
    }
    write(own_folder, files)
    return own_folder


@pytest.mark.parametrize("form", IMPORTS_INSIDE)
def test_values_of_own_modules_that_are_imported_in_a_function_count(form, own_config):
    write(own_config, {"own_step.py": f"def own(X):\n    {IMPORTS_INSIDE[form]}\n"})
    before = own_code(own_config)
    own = sys.modules["own_step"].own
    own(1)  # a first fit, which may import modules
    assert key_of(own).own_code == before
    for name in ("own_config", "own_pack.config", "own_lazy.config"):
        if name in sys.modules:
            sys.modules[name].GAIN = 2
    after = key_of(own).own_code
    assert {n for n in after if after[n] != before[n]} == {"own in own_step"}


def test_values_of_a_module_made_by_hand_that_is_imported_in_a_function_count():
    typed("GAIN = 1", "GAIN", "by_hand")
    own = typed("def own(X):\n    from by_hand import GAIN\n    return X * GAIN", "own")
    before = key_of(own)
    sys.modules["by_hand"].GAIN = 2
    assert key_of(own) != before


def test_modules_that_import_each_other_in_functions_come_to_an_end(own_folder):
    source = "def own():\n    from {0} import own_step, own_other\n    {0}.GAIN"
    write(
        own_folder,
        {
            "own_step.py": "import own_other\n" + source.format("own_other"),
            "own_other.py": "import own_step, own_other\nGAIN = 1\n",
        },
    )
    before = own_code(own_folder)
    sys.modules["own_other"].GAIN = 2
    assert key_of(sys.modules["own_step"].own).own_code != before


def test_an_import_in_a_function_that_fails_is_left_to_its_call(own_folder):
    write(
        own_folder,
        {
            "own_step.py": "def own():\n    import own_missing, own_broken\n",
            "own_broken.py": "1 +",
        },
    )
    assert own_code(own_folder) == own_code(own_folder)


@pytest.mark.parametrize("edited", ["config.py", "deep/part.py", "new.py"])
def test_all_files_of_a_package_that_imports_its_modules_lazily_count(
    edited, own_config
):
    write(own_config, {"own_step.py": "import own_lazy\n" + ENDS})
    before = own_code(own_config)
    write(own_config, {f"own_lazy/{edited}": "GAIN = 2\n"})
    after = own_code(own_config)
    assert after[f"own_lazy/{edited}"] != before.get(f"own_lazy/{edited}")


def test_a_value_without_a_hash_hides_no_other(own_folder):
    source = "import sys\nFILE, GAIN = sys.stderr, 1\ndef own(X):\n    FILE, GAIN\n"
    write(own_folder, {"own_step.py": source})
    before = own_code(own_folder)
    sys.modules["own_step"].GAIN = 2
    assert key_of(sys.modules["own_step"].own).own_code != before


def changes_of(before, after):
    return [words for _, words in differences(before, after)]


def test_a_changed_file_is_named_without_the_functions_that_read_it(own_folder):
    step = "import own_other\ndef own(X):\n    return own_other.scaled(X)\n"
    write(own_folder, {"own_step.py": step, "own_other.py": "def scaled(X):\n    1\n"})
    own_code(own_folder)
    before = key_of(sys.modules["own_step"].own)
    write(own_folder, {"own_other.py": "def scaled(X):\n    20\n"})
    own_code(own_folder)
    after = key_of(sys.modules["own_step"].own)
    assert changes_of(before, after) == ["own_other.py changed"]


def test_code_that_was_generated_is_named_without_a_module():
    def made(gain):
        names = {}
        exec(f"def own(X):\n    return X * {gain}", names)
        return key_of(names["own"])

    assert changes_of(made(1), made(2)) == ["own in generated code changed"]


def test_a_named_tuple_is_named_without_the_module_of_its_methods():
    def made(default):
        return key_of(namedtuple("Own", "a", defaults=[default]))

    words = changes_of(made(1), made(2))
    assert "Own.__new__ in generated code changed" in words
    assert not any("namedtuple_" in word for word in words)
