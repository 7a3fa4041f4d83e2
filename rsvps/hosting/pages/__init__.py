"""The pages for a gathering's hosts."""
