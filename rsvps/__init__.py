"""Who is coming, who is waiting, who came.

Vocabulary: an *RSVP* is one person's answer for one event: invited, going, maybe, declined, requested,
waitlisted, offered or withdrawn. A *guest* is a person somebody brings; guests take seats. `taken` = the sum of
1 + guests over those going, plus the seats that open *offers* hold. A hybrid event counts the *room* and the *call*
apart. An *arrival* is that somebody really came, and is kept apart from the RSVP.

It has a room for each subject, and a room imports those above it only:

- `questions`: what hosts ask people who come.
- `seating`: who gets a seat and who waits; the one writer of answers.
- `status`: what an answer is, what one can do with it, and what that does; the words for all of it.
- `door`: who came.   - `letters`: the letters about answers.
- `attending`: answering, with an account or without one.
- `standing`: being counted in at every gathering of a series.
- `hosting`: what hosts do about other people's answers.
"""
