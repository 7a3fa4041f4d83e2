"""Two who both wished to stay in touch: how they become connected, what each shows the other, and how it ends."""
