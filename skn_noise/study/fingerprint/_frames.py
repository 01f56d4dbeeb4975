"""What a data frame is made of: its names, its types and its columns."""

import pandas as pd


def frame_parts(value):
    """Return what a table or column is made of; None for all else."""
    package = type(value).__module__.partition(".")[0]
    if package in _PARTS_BY_PACKAGE:
        return _PARTS_BY_PACKAGE[package](value)
    return None


def _pandas_parts(value):
    if isinstance(value, pd.DataFrame):
        columns = [value.iloc[:, number] for number in range(value.shape[1])]
        return value.columns, value.index, [*map(_pandas_values, columns)]
    if isinstance(value, pd.Series):
        return value.name, value.index, _pandas_values(value)
    if isinstance(value, pd.Index):
        return list(value.names), _pandas_values(value)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return (_pandas_values(value),)
    return None


def _pandas_values(column):
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return dtype.categories, dtype.ordered, list(column)
    if isinstance(dtype, pd.api.extensions.ExtensionDtype):
        return str(dtype), list(column)
    return column.to_numpy()


def _polars_parts(value):
    import polars as pl

    if isinstance(value, pl.DataFrame):
        return (value.get_columns(),)
    if isinstance(value, pl.Series):
        is_plain = value.dtype.is_numeric() and not value.has_nulls()
        values = value.to_numpy() if is_plain else value.to_list()
        return value.name, str(value.dtype), values
    return None


def _pyarrow_parts(value):
    import pyarrow as pa

    if isinstance(value, pa.Table):
        return value.column_names, value.columns
    if isinstance(value, pa.Array | pa.ChunkedArray):
        is_plain = pa.types.is_floating(value.type) or pa.types.is_integer(value.type)
        is_plain = is_plain and value.null_count == 0
        values = value.to_numpy() if is_plain else value.to_pylist()
        return str(value.type), values
    return None


_PARTS_BY_PACKAGE = {
    "pandas": _pandas_parts,
    "polars": _polars_parts,
    "pyarrow": _pyarrow_parts,
}
