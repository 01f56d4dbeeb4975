"""Check that the tables of a curve are what its methods take them for."""

from numbers import Integral

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype, is_numeric_dtype

from skn_noise.results._cells import CELL, in_words, with_repeats

_SPLITS = ["train", "validation"]
_SCORES = ["scale", "fold", "split", "metric", "value"]
_EPOCHS = ["scale", "fold", "epoch", "split", "metric", "value"]
_PREDICTIONS = ["scale", "fold", "sample", "target", "prediction"]
_NUMBERS = ["scale", "value", "fit_seconds", "score_seconds", "n_train", "n_validation"]
_WHOLE_NUMBERS = ["fold", "repeat", "epoch", "sample"]


def check_curve(curve):
    """Refuse a curve whose tables lack something, or do not belong together."""
    _check_table(curve.scores, "scores", _SCORES)
    _check_each_once(curve.scores, "scores", ["split", "metric"])
    if curve.epochs is not None:
        _check_table(curve.epochs, "epochs", _EPOCHS)
        _check_each_once(curve.epochs, "epochs", ["epoch", "split", "metric"])
    if curve.predictions is not None:
        _check_table(curve.predictions, "predictions", _PREDICTIONS)
        _check_probabilities(curve.predictions)
        _check_same_cells(curve.predictions, curve.scores)
    _check_n_classes(curve.n_classes)
    if not isinstance(curve.manifest, dict | None):
        raise ValueError(
            f"manifest must be a dict or None, got {curve.manifest!r}. Pass None for a "
            "curve that is made by hand."
        )


def _check_table(table, name, columns):
    if not isinstance(table, pd.DataFrame):
        raise ValueError(
            f"{name} must be a DataFrame, got {type(table).__name__}. Pass one with "
            f"the columns {columns}."
        )
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(
            f"{name} must have the columns {columns}, but lacks {missing}; it has "
            f"{list(table)}. Rename or add them."
        )
    if not table.columns.is_unique:
        raise ValueError(
            f"{name} must have each column once, got {list(table)}. Drop the others."
        )
    if name == "scores" and table.empty:
        raise ValueError("scores must have a row a score, got none. Run a scale.")
    _check_columns(table, name)


def _check_columns(table, name):
    kinds = {
        "a number": (_NUMBERS, is_numeric_dtype),
        "a whole number": (_WHOLE_NUMBERS, is_integer_dtype),
    }
    for words, (columns, is_kind) in kinds.items():
        # Without a row, there is no type.
        for column in table.columns.intersection(columns) if len(table) else []:
            if not is_kind(table[column].dtype):
                raise ValueError(
                    f"{name} must have {words} in every row of {column!r}, got "
                    f"{table[column].dtype}. Convert it with astype."
                )
    if not np.isfinite(table["scale"].to_numpy()).all():
        raise ValueError(
            f"{name} must name a finite scale in every row, got "
            f"{table['scale'].unique().tolist()}. Drop the rows without."
        )
    unknown = set(table.get("split", [])).difference(_SPLITS)
    if unknown:
        raise ValueError(
            f"{name} must have a split that is one of {_SPLITS}, got "
            f"{sorted(map(str, unknown))}. Rename it."
        )


def _check_each_once(table, name, others):
    table = with_repeats(table)
    again = table[table.duplicated([*CELL, *others])]
    if len(again):
        told = ", ".join(f"{column} {again[column].iloc[0]}" for column in others)
        raise ValueError(
            f"{name} must have one row for each of {[*CELL, *others]}, but has several "
            f"for {in_words(again)}, {told}. Compare two studies as two curves; "
            "NoiseCurve.concat joins parts of one."
        )


def _check_probabilities(predictions):
    if "probability" not in predictions or predictions.empty:
        return
    values = predictions["probability"]
    if not (is_numeric_dtype(values) and (values.isna() | values.between(0, 1)).all()):
        raise ValueError(
            "predictions must have a probability between 0 and 1, or NaN, in every "
            f"row, got {values.dtype} from {values.min()} to {values.max()}. Pass that "
            "which was given to the target."
        )


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
