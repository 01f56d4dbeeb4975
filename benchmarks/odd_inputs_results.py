"""Cheap calls of results and Displays with all arguments fine, for odd_inputs.py.

The bare constructors of Displays, `NoiseComparison` and `NoiseTolerance`
are left out: as with scikit-learn's Displays, a user is given these objects, and does
not make them.
"""

from functools import cache

import matplotlib
import pandas as pd
from odd_inputs_parts import NOISY, SCALES, X, Y, making, pipeline, watched_pipeline
from sklearn.model_selection import GridSearchCV

import skn_noise as skn

matplotlib.use("agg")


@cache
def make_curve(**options):
    """Return a small curve."""
    study = NOISY | {"cv": 4, "scoring": ("accuracy", "neg_log_loss")} | options
    return skn.noise_curve(pipeline(), X, Y, **study)


@cache
def make_matrix():
    """Return a small matrix."""
    scales = {"train_scales": SCALES, "validation_scales": SCALES}
    name = {"param_name": NOISY["param_name"]}
    return skn.noise_matrix(
        pipeline(), X, Y, cv=4, scoring=["accuracy"], **scales, **name
    )


def epochs_of_a_curve():
    """Return epochs as a network would have left them."""
    epochs = pd.DataFrame(
        {"scale": 1.0, "fold": 0, "epoch": [1, 2], "split": "validation"}
    )
    return epochs.assign(metric="accuracy", value=[0.5, 0.6])


def results(folder):
    """Make them, and ask them all that they tell."""
    return {
        **curves(folder),
        **asked_of_tables(folder),
        **comparisons(),
        **matrices(folder),
        **reports(folder),
    }


def curves(folder):
    """Ask a curve all that it tells."""
    curve = make_curve()
    part = make_curve(scales=(7.0,))
    tables = {name: getattr(curve, name) for name in ("scores", "predictions")}
    interval = {"confidence": 0.95, "simultaneous": False}
    noisy = {NOISY["param_name"]: SCALES}
    search = GridSearchCV(pipeline(), noisy, cv=3, return_train_score=True).fit(X, Y)
    from_search = {"search": search, "X": X, "y": Y, "groups": None}
    from_search |= {"param_name": NOISY["param_name"]}
    fine = {"target": 0.6, "relative": None, "metric": "accuracy", "confidence": 0.95}
    return {
        "NoiseCurve": (
            lambda **given: skn.NoiseCurve(**given).summary(),
            tables | {"epochs": None, "n_classes": 2, "manifest": None},
        ),
        "NoiseCurve.summary": (curve.summary, interval),
        "NoiseCurve.cost": (curve.cost, {"reference": 0.0} | interval),
        "NoiseCurve.tolerance": (curve.tolerance, fine),
        "NoiseCurve.by_class": (curve.by_class, {"classes": None, "confidence": 0.95}),
        "NoiseCurve.confusion": (curve.confusion, {"scale": 1.0, "normalize": None}),
        "NoiseCurve.from_search": (
            lambda **given: skn.NoiseCurve.from_search(**given).scores,
            from_search,
        ),
        "NoiseCurve.save": (curve.save, {"path": folder / "saved.npz"}),
        "NoiseCurve.load": (
            lambda path: skn.NoiseCurve.load(path).scores,
            {"path": saved(curve, folder)},
        ),
        "NoiseCurve.load, damaged": (loader(folder), {"content": None}),
        "NoiseCurve.concat": (
            lambda **given: skn.NoiseCurve.concat(given["curves"]).scores,
            {"curves": [curve, part]},
        ),
        "NoiseCurve.concat, a part": (
            lambda part: skn.NoiseCurve.concat([curve, part]).scores,
            {"part": part},
        ),
    }


def saved(result, folder):
    """Save a result and return the path."""
    path = folder / f"{type(result).__name__}.npz"
    result.save(path)
    return path


def loader(folder):
    """Return a function that loads a file of any content."""

    def load(content):
        path = folder / "content.npz"
        with making():
            path.write_bytes(
                (folder / "NoiseCurve.npz").read_bytes() if content is None else content
            )
        return skn.NoiseCurve.load(path).scores

    return load


def asked_of_tables(folder):
    """Make curves and matrices of tables, and ask each all that it tells."""
    curve, matrix = make_curve(), make_matrix()
    tables = {name: getattr(curve, name) for name in ("scores", "predictions")}
    path = folder / "asked.npz"
    asked = {
        "cost": lambda one: one.cost(),
        "tolerance": lambda one: one.tolerance(0.6),
        "by_class": lambda one: one.by_class(),
        "confusion": lambda one: one.confusion(1.0),
        "samples": lambda one: one.samples().drop(columns=["lost_at", "taken_for"]),
        "save": lambda one: one.save(path),
        "plot": lambda one: drawn(one.plot),
        "repr": lambda one: (repr(one), one._repr_html_()),
    }
    of_matrix = {name: asked[name] for name in ("save", "plot", "repr")}
    return {
        **{
            f"NoiseCurve, then {name}": (
                lambda ask=ask, **given: ask(
                    skn.NoiseCurve(n_classes=2, epochs=None, **given)
                ),
                tables,
            )
            for name, ask in asked.items()
        },
        **{
            f"NoiseMatrix, then {name}": (
                lambda scores, ask=ask: ask(skn.NoiseMatrix(scores)),
                {"scores": matrix.scores},
            )
            for name, ask in of_matrix.items()
        },
        "NoiseCurve, then spread": (
            lambda scores: skn.NoiseCurve(scores).spread()["between_repeats"],
            {"scores": make_curve(n_repeats=2).scores},
        ),
        "NoiseCurve, then epochs": (
            lambda epochs: drawn(
                skn.EpochCurveDisplay.from_curve,
                curve=skn.NoiseCurve(curve.scores, epochs),
            ),
            {"epochs": epochs_of_a_curve()},
        ),
    }


def reports(folder):
    """Write reports, of one curve and of several."""
    curve, path = make_curve(scoring=("accuracy",)), folder / "report.html"
    samples = skn.NoisySamplesDisplay.from_estimator(pipeline(), X, **NOISY)
    fine = {"path": path, "curves": curve, "dataset": "mine", "settings": {"a": 1}}
    fine |= {"samples": samples, "lost": {"study": samples}}
    return {
        "write_report": (skn.write_report, fine),
        "write_report, one of the curves": (
            lambda curve_b: skn.write_report(
                path, {"a": curve, "b": curve_b}, dataset="mine"
            ),
            {"curve_b": curve},
        ),
        "write_report, one of those lost": (
            lambda lost: skn.write_report(
                path, curve, dataset="mine", lost={"study": lost}
            ),
            {"lost": samples},
        ),
        "write_report, a setting": (
            lambda setting: skn.write_report(
                path, curve, dataset="mine", settings={"a": setting}
            ),
            {"setting": 1},
        ),
        "show_versions": (skn.show_versions, {}),
    }


def comparisons():
    """Compare two curves."""
    curve = make_curve()
    asked = {"curves": {"a": curve, "b": curve}, "reference": None, "metric": None}
    asked |= {"target": None, "relative": None, "confidence": 0.95}
    return {
        "compare_curves": (
            lambda **given: str(skn.compare_curves(**given)),
            asked,
        ),
        "compare_curves, one of them": (
            lambda **given: str(skn.compare_curves({"a": curve} | given)),
            {"curve": curve},
        ),
    }


def matrices(folder):
    """Ask a matrix all that it tells."""
    matrix = make_matrix()
    return {
        "NoiseMatrix": (
            lambda **given: skn.NoiseMatrix(**given).summary(),
            {"scores": matrix.scores},
        ),
        "NoiseMatrix.summary": (
            matrix.summary,
            {"confidence": 0.95, "simultaneous": False},
        ),
        "NoiseMatrix.save": (matrix.save, {"path": folder / "saved.npz"}),
        "NoiseMatrix.load": (
            lambda path: skn.NoiseMatrix.load(path).scores,
            {"path": saved(matrix, folder)},
        ),
    }


def drawn(make, **given):
    """Draw, look at what was drawn, and close the figure."""
    from matplotlib import pyplot

    try:
        display = make(**given)
        display.figure_.canvas.draw()
        return display.frame()
    finally:
        pyplot.close("all")


def displays():
    """Draw each of them."""
    makers = {**drawn_results(), **drawn_estimators(), **drawn_samples()}
    makers |= drawn_again()
    return {
        name: (lambda make=make, **given: drawn(make, **given), fine)
        for name, (make, fine) in makers.items()
    }


def drawn_results():
    """Draw what studies gave."""
    curve, matrix = make_curve(), make_matrix()
    tracked = skn.NoiseCurve(curve.scores, epochs_of_a_curve())
    picture = {"title": False, "ax": None}
    lines = picture | {"line_kw": None}
    band = lines | {"fill_between_kw": None}
    metrics = {"metric": "accuracy", "second_metric": None}
    compared = skn.compare_curves({"a": curve, "b": curve})
    image = picture | {"interval": False, "im_kw": None}
    tolerance = curve.tolerance(0.6)
    return {
        "NoiseCurve.plot": (curve.plot, metrics | band | {"name": "a"}),
        "NoiseCurveDisplay.from_curve": (
            skn.NoiseCurveDisplay.from_curve,
            {"curve": curve, "tolerance": tolerance, "name": None} | metrics | band,
        ),
        "NoiseComparisonDisplay.from_curves": (
            skn.NoiseComparisonDisplay.from_curves,
            {"curves": {"a": curve, "b": curve}, "metric": "accuracy"} | band,
        ),
        "NoiseComparisonDisplay.from_comparison": (
            skn.NoiseComparisonDisplay.from_comparison,
            {"comparison": compared} | band | {"title": None},
        ),
        "ClassRecallDisplay.from_curve": (
            skn.ClassRecallDisplay.from_curve,
            {"curve": curve, "classes": None} | image,
        ),
        "NoiseMatrix.plot": (matrix.plot, {"metric": "accuracy"} | image),
        "NoiseMatrixDisplay.from_matrix": (
            skn.NoiseMatrixDisplay.from_matrix,
            {"matrix": matrix, "metric": "accuracy"} | image,
        ),
        "EpochCurveDisplay.from_curve": (
            skn.EpochCurveDisplay.from_curve,
            {"curve": tracked, "metric": "accuracy", "name": None} | lines,
        ),
    }


def drawn_estimators():
    """Draw what estimators give."""
    study = {"estimator": pipeline(), "X": X, "y": Y, "metric": "accuracy", "cv": 2}
    study |= {"title": False, "ax": None}
    return {
        "NoiseCurveDisplay.from_estimator": (
            skn.NoiseCurveDisplay.from_estimator,
            study | NOISY | {"second_metric": None},
        ),
        "NoiseMatrixDisplay.from_estimator": (
            skn.NoiseMatrixDisplay.from_estimator,
            study | {"param_name": NOISY["param_name"]},
        ),
        "EpochCurveDisplay.from_estimator": (
            skn.EpochCurveDisplay.from_estimator,
            study | NOISY | {"estimator": watched_pipeline(), "name": None},
        ),
    }


def drawn_again():
    """Draw what Displays hold."""
    curve = make_curve()
    tracked = skn.NoiseCurve(curve.scores, epochs_of_a_curve())
    lines = {"ax": None, "name": "a", "line_kw": None}
    bands = {"fill_between_kw": None}
    image = {"ax": None, "im_kw": None}
    held = {
        skn.NoiseCurveDisplay.from_curve(curve): lines | bands,
        skn.NoiseComparisonDisplay.from_curves({"a": curve}): {
            name: value for name, value in (lines | bands).items() if name != "name"
        },
        skn.ClassRecallDisplay.from_curve(curve): image,
        skn.NoiseMatrixDisplay.from_matrix(make_matrix()): image,
        skn.EpochCurveDisplay.from_curve(tracked): lines,
        skn.NoisySamplesDisplay.from_estimator(pipeline(), X, **NOISY): {"ax": None},
    }
    return {
        f"{type(display).__name__}.plot": (display.plot, fine)
        for display, fine in held.items()
    }


def drawn_samples():
    """Draw samples."""
    images = {"estimator": pipeline(), "X": X, "image_shape": (2, 2), "n_samples": 2}
    images |= {"ax": None, "title": False, "same_greys": False}
    seen = {"curve": make_curve(), "y": Y, "scales": None, "groups": None, "cv": 4}
    return {
        "NoisySamplesDisplay.from_estimator": (
            skn.NoisySamplesDisplay.from_estimator,
            images | NOISY | {"y": None},
        ),
        "NoisySamplesDisplay.from_curve": (
            skn.NoisySamplesDisplay.from_curve,
            images | seen,
        ),
    }
