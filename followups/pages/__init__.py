"""The pages of the morning after."""
