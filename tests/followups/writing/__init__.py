"""What two who are connected write to each other."""
