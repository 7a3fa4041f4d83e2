"""Who hears of what becomes of answers, in the transaction that writes it: letters, hosts, and whatever comes later.

`server/composition.py` fills these lists. The store tells every step that it writes, and knows nobody who hears it.
"""

from collections.abc import Callable, Iterable

from rsvps.seating.room import Step
from server.jobs import Job

# A step that is written down -> the due work that it calls for, each of which takes the step's number in the history.
StepListener = Callable[[Step], Iterable[Job]]

steps: list[StepListener] = []
# Due work for an answer that was passed over in line: it takes the answer's number, and how often it has been.
skips: list[Job] = []
