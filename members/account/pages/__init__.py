"""The pages of account, a file for each resource."""
