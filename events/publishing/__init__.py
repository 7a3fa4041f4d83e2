"""Making an event known and keeping it true: its form, its changes, calling it off."""
