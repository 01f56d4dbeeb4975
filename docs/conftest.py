"""The doctests are those of the pages that are written by hand."""

collect_ignore = ["conf.py", "_build", "gallery", "generated"]
