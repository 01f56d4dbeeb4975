"""CSV and parquet files with one column a pixel and a column of labels."""

from functools import partial

import numpy as np
import pandas as pd

from skn_noise.datasets._part import Part
from skn_noise.datasets._reading import named_if_unreadable


def read_table(path, ending, label):
    """Return the single part that a table holds."""
    read, mend = TABLE_READERS[ending]
    with named_if_unreadable(path, mend):
        table = read(path)
    y = _take_labels(table, label, path)
    table = _drop_index(table.drop(columns=label), path)
    _check_size(table, path)
    X = np.column_stack([_to_numbers(column, path) for _, column in table.items()])
    y_name = f"Column {label!r} of {path}"
    return [Part(X, y, str(path), y_name, list(table.columns))]


def _read_csv(path):
    """Read a CSV with its header as it is: pandas would rename what stands twice."""
    read = partial(pd.read_csv, path)
    # Together with the first row, as pandas takes what is more in it for an index
    header = read(header=None, nrows=2, dtype=str, keep_default_na=False).iloc[0]
    table = read(low_memory=False)  # one type a column, however long the file is
    table.columns = header.tolist()
    return table


def _take_labels(table, label, path):
    n_found = list(table.columns).count(label)
    if n_found != 1:
        what = f"{n_found} columns" if n_found else "no column"
        raise ValueError(
            f"{path} has {what} {label!r} with the labels; its first columns are "
            f"{list(table.columns[:5])}. Name the single column of labels with "
            "label=..., and separate columns by commas."
        )
    column = table[label]
    if column.isna().any():
        row = int(column.isna().to_numpy().argmax())
        raise ValueError(
            f"Column {label!r} of {path} holds no label in row {row} (the first is 0); "
            "words such as NA, None and null count as missing. Fill or drop these rows."
        )
    return column.to_numpy()


def _drop_index(table, path):
    """Drop the index that pandas writes as a first column without name."""
    nameless = [i for i, name in enumerate(table.columns) if str(name).strip() == ""]
    if nameless == [0] and table.iloc[:, 0].is_unique:
        return table.iloc[:, 1:]
    if nameless:
        raise ValueError(
            f"{path} has columns without name, at {nameless} beside the labels. Name "
            "them, or write the table with index=False and no comma at the ends."
        )
    return table


def _check_size(table, path):
    for axis, what in enumerate(("rows below its header", "columns")):
        if table.shape[axis] == 0:
            raise ValueError(
                f"{path} has no {what} beside the labels; expected a row a sample and "
                "a column a pixel. Write it again with both."
            )


def _to_numbers(column, path):
    """Return the values of a column, NaN where one is missing."""
    numbers = column
    if column.dtype.kind not in "biuf":
        numbers = pd.to_numeric(column.astype(str), errors="coerce")
    is_text = (numbers.isna() & column.notna()).to_numpy()
    if is_text.any():
        row = int(is_text.argmax())
        raise ValueError(
            f"Column {column.name!r} of {path} holds {column.iloc[row]!r} in row {row} "
            "(the first is 0), which is no number. Only the column of labels may hold "
            "text: drop this column, or write it as numbers."
        )
    if isinstance(numbers.dtype, np.dtype):
        return numbers.to_numpy()
    return numbers.to_numpy(dtype=float)


_CSV_MEND = (
    "It is damaged, or no text in UTF-8 with a header and a row a sample. Write it "
    "again with to_csv(path, index=False)."
)
TABLE_READERS = {
    ".csv": (_read_csv, _CSV_MEND),
    ".csv.gz": (_read_csv, _CSV_MEND),
    ".parquet": (
        pd.read_parquet,
        "It is damaged, encrypted or no .parquet file. Write it again with "
        "to_parquet(path).",
    ),
}
