"""The ground under every package. It knows nothing of the domain.

Vocabulary: *due work* is a row that says what has to be done and when; a *letter* is one mail to one
person, written down as due work in the transaction it tells of; an *announcement* is what one package
tells whoever listens; a *refusal* is an exception with a sentence a person can read.
"""

import zoneinfo

from server.lazily import when_used

# The tz database that is locked (the `tzdata` package) decides in every process, not the machine's, which may be
# years older. Here, because any import of ours comes through here first; and what was read before is dropped.
zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()

# Piccolo imports it everywhere, and uses it to write migrations only: every start is 0.1 s sooner.
when_used("black")
