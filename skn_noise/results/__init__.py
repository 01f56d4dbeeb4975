"""What a study gives its user: scores, their summaries and what follows."""
