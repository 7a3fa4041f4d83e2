"""Being counted in every time."""
