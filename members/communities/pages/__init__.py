"""The pages of communities, a file for each resource."""
