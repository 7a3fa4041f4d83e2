"""The pages on which hosts say who hosts, and who is kept out."""
