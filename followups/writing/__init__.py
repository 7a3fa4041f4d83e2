"""What two who are connected write to each other through Kith: a letter, and a link to answer it, without addresses."""
