"""What is new in a community, told to those who wish to hear: of each gathering, or in one letter a week."""
