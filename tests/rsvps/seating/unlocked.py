"""`python -m tests.rsvps.seating.unlocked web`: Kith without the lock that decides seats, for the test of that lock.

What it does wrong, the database would refuse: the test takes that guard away, too.
"""

from rsvps.seating import seats
from server.__main__ import kith

seats.LOCK = ""
seats.REFUSED_BY_THE_DATABASE = ()

if __name__ == "__main__":
    kith()
