"""The pages name all there is; `.ci/run` builds them."""

import re
from pathlib import Path

import pytest

import skn_noise
from skn_noise import statistics

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


def test_commands_of_measured_facts_are_there():
    text = (DOCS / "measured.rst").read_text(encoding="utf-8")
    scripts = re.findall(r"python (\S+\.py)", text)
    assert len(scripts) == 5
    assert all((DOCS.parent / script).is_file() for script in scripts)
