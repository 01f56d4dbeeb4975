"""The pages name all there is; `.ci/run` builds them."""

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest

import skn_noise
from skn_noise import statistics
from skn_noise.cli._main import make_parser

DOCS = Path(__file__).parents[1] / "docs"
API = (DOCS / "api.rst").read_text(encoding="utf-8").split()
PUBLIC = {*skn_noise.__all__, *statistics.__all__} - {"statistics"}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_the_api_lists_every_public_name(name):
    assert name in API


ESTIMATORS = [
    skn_noise.GaussianNoiseTransformer,
    skn_noise.GaussianParzenClassifier,
    skn_noise.GlobalStandardScaler,
    skn_noise.KerasMLPClassifier,
]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_html_of_an_estimator_links_to_its_page(estimator):
    name = f"skn_noise.{estimator.__name__}"
    page = f"https://skn-noise.readthedocs.io/page/generated/{name}.html"
    assert f'href="{page}"' in estimator()._repr_html_()


def test_an_estimator_of_others_does_not_link_to_our_pages():
    class Own(skn_noise.GlobalStandardScaler):
        pass

    assert "skn-noise.readthedocs.io" not in Own()._repr_html_()


def test_the_guide_lists_all_its_pages():
    index = (DOCS / "guide" / "index.rst").read_text(encoding="utf-8").split()
    pages = {file.stem for file in DOCS.glob("guide/*.rst")} - {"index"}
    assert pages <= set(index)


# --- what the pages show in blocks ----------------------------------------------------

WRITTEN = sorted([*DOCS.glob("*.rst"), *DOCS.glob("guide/*.rst")])
PAGES = {page: page.read_text(encoding="utf-8") for page in WRITTEN}


def blocks_of(page, language):
    """Return the blocks of code in a language, each without its indentation."""
    pattern = rf"^\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)"
    return [dedent(block) for block in re.findall(pattern, PAGES[page], re.MULTILINE)]


COMMANDS = [
    command
    for page in PAGES
    for block in blocks_of(page, "bash")
    for command in block.strip().splitlines()
]
OURS = sorted({each for each in COMMANDS if each.startswith("skn-noise ")})
SCRIPTS = sorted(
    {each for each in COMMANDS if re.match(r"(nice )?python \S+\.py", each)}
)


def test_the_pages_name_scripts_and_our_command():
    assert OURS
    assert SCRIPTS
    (installation,) = {*COMMANDS} - {*OURS, *SCRIPTS}
    assert installation in (DOCS.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", OURS)
def test_our_command_takes_the_options(command):
    _, *arguments = shlex.split(command)
    assert make_parser().parse_args(arguments).runs


@pytest.mark.parametrize("command", SCRIPTS)
def test_the_script_is_there(command):
    (script,) = re.findall(r"python (\S+\.py)", command)
    assert (DOCS.parent / script).is_file()


def test_the_network_of_pytorch_runs(tmp_path, monkeypatch):
    pytest.importorskip("skorch")
    monkeypatch.chdir(tmp_path)
    blocks = blocks_of(DOCS / "guide" / "own_estimators.rst", "python")
    (code,) = [block for block in blocks if "import torch" in block]
    names = {"__name__": "guide"}
    exec(compile(code, "own_estimators.rst", "exec"), names)
    assert set(names["curve"].scores["metric"]) == {"accuracy", "neg_log_loss"}
    assert names["curve"].scores["value"].notna().all()
