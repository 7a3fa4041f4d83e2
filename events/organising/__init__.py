"""An organiser's home: what they run next, their drafts, what is asked of them, what was said, what has been."""
