"""What somebody would like after a gathering, and the human who reads it: to help, to be introduced, a hello."""
