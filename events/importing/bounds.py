"""How much of a stranger's calendar Kith takes in: for whoever reads it, apart, and for whoever takes what was read."""

MOST = 500  # gatherings of one calendar
MOST_ENTRIES = 2000  # that are looked at, old ones too: reading one takes a third of a millisecond
LONGEST_UID = 200
LONGEST_TITLE, LONGEST_PLACE, LONGEST_ADDRESS, LONGEST_TEXT = 120, 120, 500, 10_000
