"""One person's page of a follow-up: how it was, whom they met, and with whom they would like to stay in touch."""
