"""The pages on which people answer."""
