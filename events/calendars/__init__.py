"""Events in calendars: single files, a community's calendar, personal feeds."""
