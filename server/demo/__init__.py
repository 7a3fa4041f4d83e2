"""The demonstration: a few communities whose last weeks are lived through in seconds, by the verbs that pages use.

The people are in `people`, what they belong to in `communities`, what they do together in `gatherings`; `weeks`
lets time pass, `loading` puts it all in, and `signing_in` lets a developer be any of its people with one click.
"""
