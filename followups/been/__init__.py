"""Where somebody has been, with what they wrote to themselves about it. For nobody else."""
