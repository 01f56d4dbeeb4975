"""Odd tables, made of one that is fine, for odd_inputs.py."""

from decimal import Decimal

import numpy as np
import pandas as pd

VALUES = {
    "nan": np.nan,
    "None": None,
    "pd.NA": pd.NA,
    "inf": np.inf,
    "-inf": -np.inf,
    "-1": -1,
    "0.5": 0.5,
    "1e300": 1e300,
    "10**400": 10**400,
    "1j": 1j,
    "Decimal": Decimal("NaN"),
    "text": "abc",
    "list": [1, 2],
    "date": pd.Timestamp("2020-01-01"),
}


def distorted_tables(table):
    """Yield names and functions that make an odd table of one that is fine."""
    for column in table:
        yield f"no {column}", lambda column=column: table.drop(columns=column)
        for name, value in VALUES.items():
            yield (
                f"{column} with {name}",
                lambda column=column, value=value: with_first(table, column, value),
            )
        for name, change in COLUMNS.items():
            yield (
                f"{column} {name}",
                lambda column=column, change=change: table.assign(
                    **{column: change(table[column])}
                ),
            )
    for name, change in TABLES.items():
        yield name, lambda change=change: change(table)


def with_first(table, column, value):
    """Replace the first value of a column."""
    values = table[column].astype(object).tolist()
    values[0] = value
    return table.assign(**{column: pd.Series(values, index=table.index)})


COLUMNS = {
    "as text": lambda column: column.astype(str),
    "as objects": lambda column: column.astype(object),
    "as categories": lambda column: column.astype("category"),
    "nullable": lambda column: column.convert_dtypes(),
    "as float16": lambda column: column.astype(np.float16),
    "as booleans": lambda column: column == column.iloc[0],
    "as dates": lambda column: column.astype("M8[ns]"),
    "all the same": lambda column: [column.iloc[0]] * len(column),
    "all missing": lambda column: np.nan,
}

TABLES = {
    "no rows": lambda table: table.iloc[:0],
    "one row": lambda table: table.iloc[:1],
    "no last row": lambda table: table.iloc[:-1],
    "the rows twice": lambda table: pd.concat([table, table]),
    "rows in another order": lambda table: table.sample(frac=1, random_state=0),
    "an index of one label": lambda table: table.set_axis(["a"] * len(table)),
    "an index of two levels": lambda table: table.set_index(
        ["fold", "metric"] if "metric" in table else ["fold", "sample"], drop=False
    ),
    "numbered columns": lambda table: table.set_axis(range(table.shape[1]), axis=1),
    "columns of two levels": lambda table: pd.concat({"a": table}, axis=1),
    "columns twice": lambda table: pd.concat([table, table], axis=1),
    "a column more": lambda table: table.assign(more="abc"),
    "transposed": lambda table: table.T,
    "all objects": lambda table: table.astype(object),
    "columns of Arrow's kind": lambda table: table.convert_dtypes(),
}
