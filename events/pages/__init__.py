"""The events' pages, a file for each resource."""
