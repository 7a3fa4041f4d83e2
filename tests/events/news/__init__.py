"""What is new, told to those who follow."""
