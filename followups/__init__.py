"""Whom you met, and who stays in your life.

Vocabulary: a *follow-up* opens after an event for those who were coming; a *reply* is one person's page of it.
A *met mark* says "I met them", and perhaps "I would like to stay in touch" (a *wish*). A *connection* is two
people who both wished it. A *contact card* is what a person shows to their connections.
"""
