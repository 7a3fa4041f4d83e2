"""What may bring two connected people together again: once a week at most, one thing, for one of them to know."""
