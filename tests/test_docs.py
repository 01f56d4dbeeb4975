"""README and pages name all there is, and run; `.ci/run` builds the pages."""

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest

import skn_noise
from skn_noise import statistics
from skn_noise.cli import main
from skn_noise.cli._main import make_parser

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    page: page.read_text(encoding="utf-8")
    for page in sorted([*DOCS.glob("*.rst"), *DOCS.glob("guide/*.rst")])
}


def test_the_api_lists_every_public_name():
    listed = PAGES[DOCS / "api.rst"].split()
    public = {*skn_noise.__all__, *statistics.__all__} - {"statistics"}
    assert public <= set(listed)


def test_the_guide_lists_all_its_pages():
    index = PAGES[DOCS / "guide" / "index.rst"].split()
    assert {file.stem for file in DOCS.glob("guide/*.rst")} - {"index"} <= set(index)


@pytest.mark.parametrize(
    "name",
    [
        "GaussianNoiseTransformer",
        "GaussianParzenClassifier",
        "GlobalStandardScaler",
        "KerasMLPClassifier",
    ],
)
def test_html_of_an_estimator_links_to_its_page(name):
    page = f"https://skn-noise.readthedocs.io/page/generated/skn_noise.{name}.html"
    assert f'href="{page}"' in getattr(skn_noise, name)()._repr_html_()


def test_an_estimator_of_others_does_not_link_to_our_pages():
    class Own(skn_noise.GlobalStandardScaler):
        pass

    assert "skn-noise.readthedocs.io" not in Own()._repr_html_()


# --- blocks of code -------------------------------------------------------------------


def blocks_of(page, language):
    """Return the blocks of code in a language, each without its indentation."""
    pattern = rf"^\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)"
    return [dedent(block) for block in re.findall(pattern, PAGES[page], re.MULTILINE)]


README_BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
IN_README = [
    command
    for language, code in README_BLOCKS
    if language == "bash"
    for command in code.strip().split(" && ")
]
IN_PAGES = [
    command
    for page in PAGES
    for block in blocks_of(page, "bash")
    for command in block.strip().splitlines()
]
OURS = sorted({each for each in IN_PAGES if each.startswith("skn-noise ")})
SCRIPTS = sorted(
    {each for each in IN_PAGES if re.match(r"(nice )?python \S+\.py", each)}
)


def test_commands_are_our_own_scripts_the_installation_and_the_tests():
    assert IN_README == [
        "python -m venv .venv",
        ".venv/bin/pip install .",
        ".venv/bin/skn-noise sweep",
        "python -m venv .venv",
        '.venv/bin/pip install -e ".[test]"',
        ".venv/bin/python -m pytest -n 2",
    ]
    assert {language for language, _ in README_BLOCKS} == {"bash", "python"}
    installations = {*IN_PAGES} - {*OURS, *SCRIPTS}
    assert len(installations) == 2
    assert all(command in README for command in installations)


def test_python_of_the_readme_runs(tmp_path, monkeypatch):
    """Run it as it stands, but on three of the digits."""
    (code,) = [code for language, code in README_BLOCKS if language == "python"]
    all_digits = "load_digits(return_X_y=True)"
    assert all_digits in code
    code = code.replace(all_digits, "load_digits(n_class=3, return_X_y=True)")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert (tmp_path / "curve.png").exists()


def test_the_sweep_of_the_readme_runs_on_small_data(tmp_path):
    _, *options = shlex.split(IN_README[2])
    small = ["--dataset", "digits", "--cv", "2", "--scales", "1", "2"]
    quick = ["--epochs", "1", "--hidden", "4", "--jobs", "1"]
    main([*options, *small, *quick, "--output", str(tmp_path)])
    written = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert written == set(re.findall(r"`(\w+\.(?:html|csv|png|json))`", README))


@pytest.mark.parametrize("command", OURS)
def test_our_command_takes_the_options(command):
    _, *arguments = shlex.split(command)
    assert make_parser().parse_args(arguments).runs


@pytest.mark.parametrize("command", SCRIPTS)
def test_the_script_is_there(command):
    (script,) = re.findall(r"python (\S+\.py)", command)
    assert (ROOT / script).is_file()


def test_the_network_of_pytorch_runs(tmp_path, monkeypatch):
    pytest.importorskip("skorch")
    monkeypatch.chdir(tmp_path)
    blocks = blocks_of(DOCS / "guide" / "own_estimators.rst", "python")
    (code,) = [block for block in blocks if "import torch" in block]
    names = {"__name__": "guide"}
    exec(compile(code, "own_estimators.rst", "exec"), names)
    assert set(names["curve"].scores["metric"]) == {"accuracy", "neg_log_loss"}
    assert names["curve"].scores["value"].notna().all()
