"""Check that the tables of a curve are what its methods take them for."""

from numbers import Integral

from skn_noise.results._cells import CELL, in_words, with_repeats
from skn_noise.results._table_checks import check_each_once, check_table

_SCORES = ["scale", "fold", "split", "metric", "value"]
_EPOCHS = ["scale", "fold", "epoch", "split", "metric", "value"]
_PREDICTIONS = ["scale", "fold", "sample", "target", "prediction"]


def check_curve(curve):
    """Refuse a curve whose tables lack something, or do not belong together."""
    check_table(curve.scores, "scores", _SCORES)
    _check_each_once(curve.scores, "scores", ["split", "metric"])
    if curve.epochs is not None:
        check_table(curve.epochs, "epochs", _EPOCHS)
        _check_each_once(curve.epochs, "epochs", ["epoch", "split", "metric"])
    if curve.predictions is not None:
        check_table(curve.predictions, "predictions", _PREDICTIONS)
        _check_same_cells(curve.predictions, curve.scores)
    _check_n_classes(curve.n_classes)
    if not isinstance(curve.manifest, dict | None):
        raise ValueError(
            f"manifest must be a dict or None, got {curve.manifest!r}. Pass None for a "
            "curve that is made by hand."
        )


def _check_each_once(table, name, others):
    def told(again):
        values = (f"{column} {again[column].iloc[0]}" for column in others)
        return f"{in_words(again)}, {', '.join(values)}"

    mend = "Compare two studies as two curves; NoiseCurve.concat joins parts of one."
    check_each_once(with_repeats(table), name, [*CELL, *others], told, mend)


def _check_same_cells(predictions, scores):
    """Refuse predictions of cells that have no scores, or another number of samples."""
    rows = with_repeats(predictions).groupby(CELL).size().rename("n").reset_index()
    sizes = with_repeats(scores).reindex(columns=[*CELL, "n_validation"])
    cells = rows.merge(
        sizes.drop_duplicates(CELL), how="left", on=CELL, indicator="found"
    )
    alien = cells[cells["found"] == "left_only"]
    if len(alien):
        raise ValueError(
            f"predictions must be of cells that have scores, but {in_words(alien)} has "
            "none. Pass the predictions of the same study."
        )
    wrong = cells[cells["n_validation"].notna() & (cells["n"] != cells["n_validation"])]
    if len(wrong):
        n, n_validation = wrong[["n", "n_validation"]].iloc[0]
        raise ValueError(
            "predictions must have a row for each of the n_validation samples of a "
            f"cell, but {in_words(wrong)} has {n:g} of {n_validation:g}. Pass all, "
            "each once."
        )


def _check_n_classes(n_classes):
    is_number = isinstance(n_classes, Integral) and n_classes >= 1
    if not (n_classes is None or is_number):
        raise ValueError(
            f"n_classes must be a whole number, 1 or more, or None, got {n_classes!r}. "
            "Pass len(np.unique(y))."
        )
