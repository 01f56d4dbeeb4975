"""The cells of a study, as the tables of a curve name them."""

CELL = ["scale", "fold", "repeat"]


def with_repeats(table):
    """Return the table with a column for the repeat, 0 if it has none."""
    return table if "repeat" in table else table.assign(repeat=0)


def cells_of(table):
    """Return the different cells of a table, a row each."""
    return with_repeats(table)[CELL].drop_duplicates()


def in_words(cells):
    """Name the first of some cells."""
    scale, fold, repeat = cells[CELL].iloc[0]
    return f"scale {scale:g}, fold {fold:g}, repeat {repeat:g}"


def n_repeats(scores):
    """Count the repeats of a study."""
    return with_repeats(scores)["repeat"].nunique()
