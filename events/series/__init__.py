"""Gatherings that come again.

A *series* has a *rule*, the days on which it happens, and a *pattern*, what all of its gatherings have in common. One
of them is an event like any other. Which it is, says the day that the rule gave it, on the calendar on the wall: never
a moment. So a clock change brings none back, and one that was moved is not made again.
"""
