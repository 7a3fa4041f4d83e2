"""The addresses that calendar programs read, and the settings of feeds."""
