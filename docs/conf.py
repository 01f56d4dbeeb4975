"""How Sphinx builds the documentation: `sphinx-build -W docs docs/_build/html`."""

import json
import os
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")  # the gallery runs where no screen is

from skn_noise import __version__

project = "skn_noise"
author = "The skn_noise developers"
copyright = "2026, " + author  # noqa: A001  # as Sphinx has it
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "gallery/**/*.py", "gallery/**/*.ipynb"]
default_role = "literal"

# --- links ----------------------------------------------------------------------------

nitpicky = True
# Names that other libraries document. Their addresses are only known with a network, so
# that links to them are made where one is, and the build is the same without.
nitpick_ignore_regex = [
    (r"py:.*", r"(sklearn|keras|tensorflow|numpy|pandas|matplotlib|scipy|joblib)\..*"),
    (r"py:.*", r"(np|pd|plt)\..*"),
]
if os.environ.get("READTHEDOCS"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "matplotlib": ("https://matplotlib.org/stable", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "pandas": ("https://pandas.pydata.org/docs", None),
        "python": ("https://docs.python.org/3", None),
        "sklearn": ("https://scikit-learn.org/stable", None),
    }

# --- the API --------------------------------------------------------------------------

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings say it in words
numpydoc_show_class_members = False

# --- the gallery ----------------------------------------------------------------------

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    # These two train for minutes; what they print stands in their text.
    "filename_pattern": r"/(?!sweep|whose_loss_is_it)\w+\.py$",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skn_noise",),
    # Colab starts empty. It opens the notebook from the repository, so that the
    # repository is there to install from.
    "first_notebook_cell": """\
from importlib.util import find_spec

if find_spec("skn_noise") is None:
    %pip install --quiet git+https://github.com/skn-noise/skn_noise
""",
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1000,
    "write_computation_times": False,
}

# --- the pages ------------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["skn_noise.css"]
html_title = f"skn_noise {version}"
html_show_sourcelink = False
toc_object_entries_show_parents = "hide"
html_theme_options = {
    "github_url": "https://github.com/skn-noise/skn_noise",
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
}
html_sidebars = {
    "measured": [],
    "glossary": [],
    "changelog": [],
}


def write_notebook(app, exception):
    """Write the notebook that Colab opens to where the repository keeps it."""
    if exception is None:
        made = Path(app.srcdir, "gallery", "ten_minutes.ipynb")
        notebook = json.loads(made.read_text(encoding="utf-8"))
        # The version of Python would differ from machine to machine.
        del notebook["metadata"]["language_info"]
        kept = Path(app.srcdir).parent / "examples" / made.name
        kept.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")


def setup(app):
    """Run the above after each build."""
    app.connect("build-finished", write_notebook)
