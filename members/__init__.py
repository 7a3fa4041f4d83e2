"""People, the communities they form, and what each may do there.

Vocabulary: a *person* is an e-mail address with a name; one who has signed in has an *account*. A
*community* is people who meet; a *membership* is one person's place in it, with a *role* (owner, organiser,
member). A *block* hides two people from each other, silently. A *session* is one browser that is signed in.

Its rooms, which know nothing of each other but of the first:

- `letters`: what somebody hears from Kith, and when.
- `account`: who somebody is to Kith.   - `communities`: who is in them.   - `blocking`: who is hidden from whom.
"""
