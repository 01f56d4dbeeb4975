"""Run the cells of a study: every scale of the noise on every fold."""
