"""Gatherings, one at a time, and the calendars that carry them.

Vocabulary: an *event* is one gathering at one time, in person, online or both. It is a *draft*, then
*published*, and perhaps *cancelled*. A *change* is what people are told when time, place or zone moved. A *feed*
is an iCalendar address that somebody subscribes to. A *pool* is the seats on one side of an event, the room's or the
call's; a *policy* is how it is answered.
"""
