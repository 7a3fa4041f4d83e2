"""The pages of letters, a file for each resource."""
