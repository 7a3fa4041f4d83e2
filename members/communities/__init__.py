"""Communities and who is in them: beginning one, joining and leaving, its people, and those it keeps out."""
