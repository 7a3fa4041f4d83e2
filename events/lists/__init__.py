"""Lists of events: the home page, what's on, a community's."""
