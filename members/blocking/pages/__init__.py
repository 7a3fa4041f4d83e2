"""The pages of blocking, a file for each resource."""
