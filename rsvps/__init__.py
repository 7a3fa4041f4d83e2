"""Who is coming, who is waiting, who came.

Vocabulary: an *RSVP* is one person's answer for one event: invited, going, maybe, declined, requested,
waitlisted, offered or withdrawn. A *guest* is a person somebody brings; guests take seats. `taken` = the sum of
1 + guests over those going, plus the seats that open *offers* hold. An *arrival* is that somebody really came,
and is kept apart from the RSVP.
"""
