"""The members' pages, a file for each resource."""
