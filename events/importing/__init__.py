"""Bringing a calendar along: a file, or an address that is read once or kept in step.

A *source* is where it comes from; what is *found* in it is plain: `reading` runs apart and knows no database. A
*plan* says what would come of it (new, changed, called off, the same), and doing it goes through the ordinary verbs.
"""
