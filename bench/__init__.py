"""What is fast, and the proof: Kith beside the least that could do the same, in one run on one machine.

`make bench` prints a table; `JSON=path` writes it; `ONLY=hot-event,letters` runs some; `QUICK=1` is short.
"""
