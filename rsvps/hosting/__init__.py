"""What hosts do about other people's answers: the list, approvals, invitations, letters to those who come."""
