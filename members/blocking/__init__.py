"""Two people who have nothing to do with each other any more: silent, both ways, everywhere."""
