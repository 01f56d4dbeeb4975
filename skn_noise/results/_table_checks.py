"""Check that a table of results has the columns that its readers take for granted."""

import numpy as np
import pandas as pd

from skn_noise.results._scored import SIZES


def _is_count(x):
    """Tell which numbers are NaN or whole, 0 or more and counted without a gap."""
    return np.isnan(x) | ((x >= 0) & (x <= 2**53) & (x == np.floor(x)))


_SPLITS = ["train", "validation"]
_SCALES = ["scale", "train_scale", "validation_scale"]
_SECONDS = ["fit_seconds", "score_seconds"]
_NUMBERS = [*_SCALES, "value", "probability", *_SECONDS, *SIZES]
_WHOLE_NUMBERS = ["fold", "repeat", "epoch", "sample"]
_RANGES = {
    "a finite scale, 0 or more,": (_SCALES, lambda x: np.isfinite(x) & (x >= 0)),
    "0 or more": (_WHOLE_NUMBERS, lambda x: x >= 0),
    "a whole number, 1 or more, or NaN,": (
        ["n_train"],
        lambda x: _is_count(x) & (x != 0),
    ),
    # A fold may leave no sample to validate on.
    "a whole number, 0 or more, or NaN,": (["n_validation"], _is_count),
    "a probability between 0 and 1, or NaN,": (
        ["probability"],
        lambda x: np.isnan(x) | ((x >= 0) & (x <= 1)),
    ),
}


def check_table(table, name, columns):
    """Refuse what is no table, lacks a column, or has one of another kind."""
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
    twice = [level for level in table.index.names if level in table]
    if twice:
        raise ValueError(
            f"{name} must have no column that is also in its index, got {twice}. Call "
            "reset_index(drop=True)."
        )
    if name == "scores" and table.empty:
        raise ValueError("scores must have a row a score, got none. Run a scale.")
    if len(table):  # without a row, there is no type
        _check_kinds(table, name)
        _check_ranges(table, name)
        _check_words(table, name)
        _check_labels(table, name)


def check_each_once(table, name, key, told, mend):
    """Refuse a table with several rows for one key."""
    again = table[table.duplicated(key)]
    if len(again):
        raise ValueError(
            f"{name} must have one row for each of {key}, but has several for "
            f"{told(again)}. {mend}"
        )


def _check_kinds(table, name):
    kinds = {"a number": (_NUMBERS, "iuf"), "a whole number": (_WHOLE_NUMBERS, "iu")}
    for words, (columns, kind) in kinds.items():
        for column in table.columns.intersection(columns):
            dtype = table[column].dtype
            # pandas groups by no float16, and NumPy knows no missing numbers of pandas.
            is_plain = isinstance(dtype, np.dtype) and dtype != np.float16
            if not (is_plain and dtype.kind in kind):
                raise ValueError(
                    f"{name} must have {words} in every row of {column!r}, got "
                    f"{dtype}. Convert it with astype."
                )


def _check_ranges(table, name):
    for words, (columns, is_within) in _RANGES.items():
        for column in table.columns.intersection(columns):
            values = table[column].to_numpy()
            beyond = values[~is_within(values)]
            if len(beyond):
                raise ValueError(
                    f"{name} must have {words} in every row of {column!r}, got "
                    f"{beyond[0]}. Drop the row, or mend it."
                )


def _check_words(table, name):
    for column in table.columns.intersection(["split", "metric"]):
        others = [word for word in table[column] if not isinstance(word, str)]
        if others:
            raise ValueError(
                f"{name} must have a name in every row of {column!r}, got "
                f"{others[0]!r}. Name it."
            )
    unknown = set(table.get("split", [])).difference(_SPLITS)
    if unknown:
        raise ValueError(
            f"{name} must have a split that is one of {_SPLITS}, got "
            f"{sorted(unknown)}. Rename it."
        )


def _check_labels(table, name):
    """Refuse labels that can be compared with no other."""
    for column in table.columns.intersection(["target", "prediction"]):
        labels = table[column]
        if labels.dtype.kind == "O" and any(label is pd.NA for label in labels):
            raise ValueError(
                f"{name} must have a label or number in every row of {column!r}, got "
                "pd.NA. Drop the row."
            )
