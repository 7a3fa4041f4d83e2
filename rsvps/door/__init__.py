"""Who came: door links for helpers, what they note, and the code that somebody shows there."""
