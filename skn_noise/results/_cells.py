"""Helpers for the tables of a study, and checks of their columns.

A cell is one fit: a scale, a fold and a repeat.
"""

import numpy as np
import pandas as pd

CELL = ["scale", "fold", "repeat"]
FOLD = ["repeat", "fold"]
SIZES = ["n_train", "n_validation"]
_SPLITS = ["train", "validation"]
_SCALES = ["scale", "train_scale", "validation_scale"]
_WHOLE_NUMBERS = ["fold", "repeat", "draw", "epoch", "sample"]
_NUMBERS = [*_SCALES, "value", "probability", "fit_seconds", "score_seconds", *SIZES]


def with_repeats(table):
    """Return the table with a column `repeat`, 0 in all rows if it has none."""
    return table if "repeat" in table else table.assign(repeat=0)


def with_draws(table):
    """Return the table with a column `draw`, 0 in all rows if it has none."""
    return table if "draw" in table else table.assign(draw=0)


def n_repeats(scores):
    """Count the repeats of a study."""
    return with_repeats(scores)["repeat"].nunique()


def n_draws(scores):
    """Count the draws of the noise of a study."""
    return with_draws(scores)["draw"].nunique()


def is_of_one_model(scores):
    """Whether the model was trained before the study, so that no fold has a fit."""
    return bool(np.isinf(scores.get("n_train", 0.0)).any())


def in_words(cells):
    """Name the first of some cells."""
    scale, fold, repeat = cells[CELL].iloc[0]
    return f"scale {scale:g}, fold {fold:g}, repeat {repeat:g}"


def validation_scores(scores, metric):
    """Return the rows of the validation scores of a metric."""
    return scores[(scores["metric"] == metric) & (scores["split"] == "validation")]


def check_table(table, name, key, others):
    """Raise an error if a table lacks columns, or has two rows with the same key.

    Users may make tables themselves, or load them from files of others.
    """
    columns = [*key, *others]
    if not isinstance(table, pd.DataFrame):
        raise ValueError(
            f"{name} must be a DataFrame, got {type(table).__name__}. Pass one with "
            f"the columns {columns}."
        )
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(
            f"{name} must have the columns {columns}, but lacks {missing}; it has "
            f"{list(table)}. Rename or add the missing columns."
        )
    if name == "scores" and table.empty:
        raise ValueError("scores must have at least one row, got an empty table.")
    if len(table):  # the columns of an empty table have no useful dtype
        _check_values(table, name)
    key = [*key, *(name for name in ("repeat", "draw") if name in table)]
    again = [] if _is_sorted(table, key) else table[table.duplicated(key)]
    if len(again):
        first = ", ".join(f"{column} {again[column].iloc[0]}" for column in key)
        raise ValueError(
            f"{name} must have one row for each of {key}, but has several for {first}. "
            "Pass the table of one study; use NoiseCurve.concat to join curves."
        )


def _is_sorted(table, key):
    """Return whether all cells of predictions have ascending, thus different samples.

    The cells of a study have, and duplicates among its millions of predictions would
    take minutes to look for.
    """
    if "sample" not in key:
        return False
    cell = [column for column in key if column != "sample"]
    is_first = starts_of_runs(table, cell)
    is_ascending = np.diff(table["sample"].to_numpy()) > 0
    return bool(
        (is_ascending | is_first[1:]).all()
        and not table.loc[is_first, cell].duplicated().any()
    )


def starts_of_runs(table, columns):
    """Return where a row differs in some columns from the row before it."""
    is_first = np.arange(len(table)) == 0
    for column in columns:
        values = table[column]
        if isinstance(values.dtype, pd.CategoricalDtype):  # else a str for every row
            values = values.cat.codes
        values = values.to_numpy()
        is_first[1:] |= values[1:] != values[:-1]
    return is_first


def check_manifest(manifest):
    """Raise an error unless a manifest is a dict or None."""
    if not isinstance(manifest, dict | None):
        raise ValueError(
            f"manifest must be a dict or None, got {type(manifest).__name__}. Pass "
            "the manifest of a study, or None for tables made by hand."
        )


def _check_values(table, name):
    for column in table.columns.intersection([*_NUMBERS, *_WHOLE_NUMBERS]):
        is_whole = column in _WHOLE_NUMBERS
        dtype = table[column].dtype
        if getattr(dtype, "kind", "O") not in ("iu" if is_whole else "iuf"):
            raise ValueError(
                f"{name} must have {'whole ' if is_whole else ''}numbers in {column!r},"
                f" got {dtype}. Convert the column with astype."
            )
    for column in table.columns.intersection(_SCALES):
        wrong = table[column][~(np.isfinite(table[column]) & (table[column] >= 0))]
        if len(wrong):
            raise ValueError(
                f"{name} must have finite scales, 0 or more, in {column!r}, got "
                f"{wrong.iloc[0]}. Drop or correct the row."
            )
    unknown = set(table.get("split", [])).difference(_SPLITS)
    if unknown:
        raise ValueError(
            f"{name} must have a split that is one of {_SPLITS}, got "
            f"{sorted(map(str, unknown))}. Rename the split."
        )
