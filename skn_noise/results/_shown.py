"""Results show themselves in notebooks."""

import logging

_LOGGER = logging.getLogger("skn_noise")


def as_html_or_text(result):
    """Return a result as HTML; None, for its plain text, if that cannot be made.

    What is shown below a cell must never hide the result by an error.
    """
    from skn_noise.display._html import as_html  # only when asked for, as it draws

    try:
        return as_html(result)
    except Exception:
        _LOGGER.debug("There is no HTML of %r.", result, exc_info=True)
        return None
