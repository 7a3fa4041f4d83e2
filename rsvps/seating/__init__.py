"""Who gets a seat, who waits in line, and in which order. A seat is decided in the transaction that takes it.

`seats` is the way in for everybody who answers; `rules` decides, in memory and without a clock; `store` reads the
room of an event and writes what was decided. It alone writes answers, and tells every step to its `listeners`.
"""
