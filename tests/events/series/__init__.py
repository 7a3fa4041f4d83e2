"""Gatherings that come again."""
