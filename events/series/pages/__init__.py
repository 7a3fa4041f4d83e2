"""The pages of series: the form, the series itself, and what becomes of it."""
