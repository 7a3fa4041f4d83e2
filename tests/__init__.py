"""The tests mirror the packages; `journeys/` walks through Kith in a real browser."""
