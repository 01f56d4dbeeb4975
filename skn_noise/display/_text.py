"""Text that is broken into rows so that it fits."""

from textwrap import fill

_FEWEST_LETTERS = 8


def shrink(texts, width):
    """Make the letters of texts, all alike, so small that none is wider, in pixels."""
    widest = max(text.get_window_extent().width for text in texts)
    for text in texts:
        text.set_fontsize(text.get_fontsize() / max(1.0, widest / width))


def wrap(texts, fits):
    """Break the rows of texts, at ever fewer letters, until they fit."""
    rows = [text.get_text().splitlines() for text in texts]
    longest = max((len(row) for one in rows for row in one), default=0)
    for n_letters in range(longest - 1, _FEWEST_LETTERS - 1, -1):
        if fits():
            return
        for text, unbroken in zip(texts, rows, strict=True):
            text.set_text("\n".join(fill(row, n_letters) for row in unbroken))
