"""The pages about helping."""
