"""What hosts see of the morning after, and correct: who came, and what people chose to say to them."""
