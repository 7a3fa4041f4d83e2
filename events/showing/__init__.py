"""The page of one event, for whoever may see it."""
