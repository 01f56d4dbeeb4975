"""What a notebook shows, run once by a real kernel."""

import os
import re

import nbclient
import nbformat
import pytest

CELLS = {
    "study": """
        from sklearn.datasets import load_iris
        from sklearn.naive_bayes import GaussianNB
        from sklearn.pipeline import Pipeline
        from skn_noise import GaussianNoiseTransformer, NoiseCurveDisplay, noise_curve

        noise = GaussianNoiseTransformer(random_state=0)
        pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
        study = {"X": load_iris().data, "y": load_iris().target, "cv": 2}
        curve = noise_curve(pipeline, scales=[0.1, 1.0], **study)""",
    "bar": """
        noise_curve(pipeline, scales=[0.1, 1.0], progress=True, **study);""",
    "bar of two processes": """
        noise_curve(pipeline, scales=[0.1, 1.0], progress=True, n_jobs=2, **study);""",
    "no bar": """
        noise_curve(pipeline, scales=[0.1, 1.0], **study);""",
    "curve": "curve",
    "plot": "curve.plot()",
    "display": "NoiseCurveDisplay.from_curve(curve)",
    "end": """
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)""",
}


@pytest.fixture(scope="module")
def outputs():
    """Return what stands below each cell in the saved notebook."""
    cells = [
        nbformat.v4.new_code_cell("\n".join(map(str.strip, code.splitlines())))
        for code in CELLS.values()
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    # A kernel draws in the notebook unless it is told to draw elsewhere, as tests are.
    kernel_env = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
    nbclient.NotebookClient(notebook, timeout=120).execute(env=kernel_env)
    return {
        name: cell.outputs for name, cell in zip(CELLS, notebook.cells, strict=True)
    }


def counted(outputs, kind):
    return sum(kind in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("cell", ["bar", "bar of two processes"])
def test_the_last_state_of_a_bar_stays_and_nothing_else(outputs, cell):
    (output,) = outputs[cell]
    assert output.output_type == "display_data"
    for text in (output.data["text/plain"], output.data["text/html"]):
        assert re.search(r"Fitting.*4/4.*fold [01]", re.sub("<[^>]*>", "", text), re.S)


@pytest.mark.parametrize("cell", ["study", "no bar"])
def test_nothing_is_shown_unasked(outputs, cell):
    assert outputs[cell] == []


def test_a_curve_shows_itself_once(outputs):
    (output,) = outputs["curve"]
    assert output.data["text/html"].count("<svg") == 1
    assert output.data["text/plain"].startswith("NoiseCurve(2 scales")


@pytest.mark.parametrize("cell", ["plot", "display"])
def test_a_figure_appears_once(outputs, cell):
    assert counted(outputs[cell], "image/png") == 1
    assert {output.output_type for output in outputs[cell]} == {
        "display_data",
        "execute_result",
    }
