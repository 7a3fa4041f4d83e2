"""Roles, and who takes them.

Vocabulary: a *role* is what is needed at an event ("door, 2 people"); a *sign-up* is one person who does it.
"""
