"""The letters about answers, and when each is due."""
