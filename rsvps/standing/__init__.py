"""Standing answers: who is counted in at every gathering of a series, and what comes of it."""
