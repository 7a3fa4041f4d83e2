"""The rsvps' pages, a file for each resource."""
