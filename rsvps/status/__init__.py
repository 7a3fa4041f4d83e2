"""What an answer is, in words, and what can be done with it. `states`, `options` and `effects` are pure."""
