"""The ground every package stands on. It knows no word of the domain.

Vocabulary: *due work* is a row that says what has to be done and when; a *letter* is one mail to one
person, written down as due work in the transaction it tells of; an *announcement* is what one package
tells whoever listens; a *refusal* is an exception with a sentence a person can read.
"""
