"""Own code counts in the key of a study: its files, and the values that it reads."""

import importlib
import json
import pickle
import sys
from functools import cache
from importlib import metadata
from importlib.machinery import ExtensionFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

import polars as pl
import pytest
from own_code import forget, imported_key, key_of, typed, write
from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, noise_curve
from skn_noise.study._key import code_here, differences
from skn_noise.study._modules import _distributions_of


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder of own modules, which are forgotten at the end."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    forget(tmp_path)


def own_code(folder):
    return imported_key(folder).own_code


# --- files ----------------------------------------------------------------------------

ENDS = "def own(X):\n    return X\n"
LAZY = """
import importlib
def __getattr__(name):
    config = importlib.import_module("own_lazy.config")
    return config if name == "config" else getattr(config, name)
"""
MODULES = {
    "own_other.py": "gain = 1\n",
    "own_pack/__init__.py": "from .hidden import handed_on\n",
    "own_pack/hidden.py": "handed_on = 1\n",
    "own_pack/sub.py": "gain = 1\n",
    "own_pack/sibling.py": "gain = 1\n",
    "own_pack/deep/__init__.py": "",
    "own_pack/deep/near.py": "gain = 1\n",
    "own_pack/deep/low.py": "from . import near\nfrom ..sibling import gain\n",
    "own_space/part.py": "gain = 1\n",
    "own_lazy/__init__.py": LAZY,
    "own_lazy/config.py": "GAIN = 1\n",
    "own_lazy/deep/part.py": "",
    "own_lazy/unused.py": "raise SystemExit",
}
IMPORTS = [
    ("import own_other\n" + ENDS, "own_other.py"),
    ("from own_other import gain\n" + ENDS, "own_other.py"),
    ("from own_other import *\n" + ENDS, "own_other.py"),
    ("def own(X):\n    import own_other\n    return X", "own_other.py"),
    (
        "class own:\n    def fit(self):\n        from own_pack import deep\n",
        "own_pack/deep/__init__.py",
    ),
    ("import own_pack\n" + ENDS, "own_pack/__init__.py"),
    ("import own_pack.sub\n" + ENDS, "own_pack/sub.py"),
    ("import own_pack.sub\n" + ENDS, "own_pack/__init__.py"),
    ("from own_pack import sub\n" + ENDS, "own_pack/sub.py"),
    ("from own_pack import handed_on\n" + ENDS, "own_pack/hidden.py"),
    ("import own_pack.deep.low\n" + ENDS, "own_pack/sibling.py"),
    ("import own_pack.deep.low\n" + ENDS, "own_pack/deep/near.py"),
    ("import own_space.part\n" + ENDS, "own_space/part.py"),
    # All files of a package that imports its modules lazily count.
    ("import own_lazy\n" + ENDS, "own_lazy/config.py"),
    ("import own_lazy\n" + ENDS, "own_lazy/deep/part.py"),
    ("import own_lazy\n" + ENDS, "own_lazy/new.py"),
]


@pytest.mark.parametrize(("source", "edited"), IMPORTS)
def test_the_files_of_own_modules_that_are_imported_count(source, edited, own_folder):
    write(own_folder, MODULES | {"own_step.py": source})
    before = own_code(own_folder)
    assert own_code(own_folder) == before
    write(own_folder, {edited: MODULES.get(edited, "") + "gain = 2\n"})
    after = own_code(own_folder)
    assert after[edited] != before.get(edited)


def test_an_own_module_that_is_not_imported_does_not_count(own_folder):
    write(own_folder, MODULES | {"own_step.py": ENDS})
    assert "own_other.py" not in own_code(own_folder)


def test_the_distributions_that_own_modules_import_count(own_folder):
    write(own_folder, {"own_step.py": "import polars\n" + ENDS})
    assert imported_key(own_folder).versions["polars"] == pl.__version__


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
        "skn_noise.study._modules._providers", cache(metadata.packages_distributions)
    )
    _distributions_of.cache_clear()
    key = imported_key(own_folder)
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
    assert found[0] == found[2] != found[1]


def test_a_worker_sees_the_same_files_and_versions_or_says_that_one_is_missing(
    own_folder,
):
    write(own_folder, {"own_step.py": ENDS})
    key = pickle.loads(pickle.dumps(imported_key(own_folder)))
    assert code_here(key) == (key.files, key.versions)
    forget(own_folder)
    (own_folder / "own_step.py").unlink()
    assert code_here(key)[0]["own_step.py"] is None


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
        params |= {"scales": [1], "scoring": "accuracy"}
        curve = noise_curve(pipeline, *load_iris(return_X_y=True), **params)
        return curve.scores["value"].tolist()

    write(own_folder, {"own_step.py": STEP})
    before = run(memory=own_folder)
    write(own_folder, {"own_step.py": STEP.replace("gain = 1.0", "gain = 0.125")})
    why = "5 cells in .* are of another study: own_step.py changed"
    with pytest.warns(UserWarning, match=why):
        after = run(memory=own_folder)
    assert after == run() != before


def test_a_changed_file_is_named_without_the_functions_that_read_it(own_folder):
    step = "import own_other\ndef own(X):\n    return own_other.scaled(X)\n"
    write(own_folder, {"own_step.py": step, "own_other.py": "def scaled(X):\n    1\n"})
    before = imported_key(own_folder)
    write(own_folder, {"own_other.py": "def scaled(X):\n    20\n"})
    after = imported_key(own_folder)
    assert differences(before, after) == [("own_code", "own_other.py changed")]


# --- values that it reads -------------------------------------------------------------


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


IMPORTS_INSIDE = [
    "import own_config\n    return X * own_config.GAIN",
    "import own_config as c\n    return X * c.GAIN",
    "from own_config import GAIN\n    return X * GAIN",
    "def g():\n        import own_config as c\n        c.GAIN",
    "import own_pack\n    return X * own_pack.config.GAIN",
    "from own_pack import config\n    return X * config.GAIN",
    "import own_lazy\n    return X * own_lazy.config.GAIN",
    "import own_lazy\n    return X * own_lazy.GAIN",
]


@pytest.mark.parametrize("body", IMPORTS_INSIDE)
def test_values_of_own_modules_that_are_imported_in_a_function_count(body, own_folder):
    files = {
        "own_config.py": "GAIN = 1\nother = open\n",
        "own_pack/__init__.py": "from . import config\n",
        "own_pack/config.py": "GAIN = 1\n",
        "own_step.py": f"def own(X):\n    {body}\n",
    }
    write(own_folder, MODULES | files)
    before = own_code(own_folder)
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
    files = {
        "own_step.py": "import own_other\n" + source.format("own_other"),
        "own_other.py": "import own_step, own_other\nGAIN = 1\n",
    }
    write(own_folder, files)
    before = own_code(own_folder)
    sys.modules["own_other"].GAIN = 2
    assert key_of(sys.modules["own_step"].own).own_code != before


def test_an_import_in_a_function_that_fails_is_left_to_its_call(own_folder):
    source = "def own():\n    import own_missing, own_broken\n"
    write(own_folder, {"own_step.py": source, "own_broken.py": "1 +"})
    assert own_code(own_folder) == own_code(own_folder)


def test_a_value_without_a_hash_hides_no_other(own_folder):
    source = "import sys\nFILE, GAIN = sys.stderr, 1\ndef own(X):\n    FILE, GAIN\n"
    write(own_folder, {"own_step.py": source})
    before = own_code(own_folder)
    sys.modules["own_step"].GAIN = 2
    assert key_of(sys.modules["own_step"].own).own_code != before
