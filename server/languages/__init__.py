"""Every word that a person reads, in their language.

A **message** is a key and its values (`messages`); a **language** says it (`language`), by its catalogue
(`catalogues`), and knows how dates, numbers and lists are written. The key is the English sentence.
Whose language it is, is found once a request (`choosing`) or a letter; what is said in it says so by itself.
`making` extracts, updates and checks the catalogues: `make languages`. `pseudo` has two languages for tests alone.
"""
