"""Who is coming, who is waiting, who came.

Vocabulary: an *RSVP* is one person's answer for one event: invited, going, maybe, declined, requested,
waitlisted, offered or withdrawn. A *guest* is a person somebody brings; guests take seats. `taken` = the sum of
1 + guests over those going, plus the seats that open *offers* hold. A hybrid event counts the *room* and the *call*
apart. An *arrival* is that somebody really came, and is kept apart from the RSVP.

Where what is decided stands, and where what is said of it:

- Deciding, without a database: `room`, `deciding`, `waitlist`, `guests`, `transitions`.
- The verbs: `seats` (one's own answer; many at once in one transaction, by the `ledger`), `by_letter` (without an
  account), `approvals` and `hosts` (what hosts do), `invitations`, `farewell`.
- What people are told, in every state: `states`, `standings` (what is), `options` and `pressing` (what one can do, and
  what that does), put together by `words`; in letters by `mail`.
- Around it: `questions`, `listed`, `still_coming`, `reminders`, `notices`, `host_letters`, `asked_hosts`.
- The door: `doors`, `arrivals`, `seen_at_door`, `tickets`. The organiser's list: `roster`, `orders`, `spreadsheet`.
"""
