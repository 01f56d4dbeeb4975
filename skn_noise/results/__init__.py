"""Results of a study: scores, summaries, tolerances, comparisons and files."""
