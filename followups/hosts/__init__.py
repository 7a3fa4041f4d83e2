"""What hosts see of the morning after, and put right: who came, and what people chose to say to them."""
