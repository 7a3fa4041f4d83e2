"""What hosts ask people who come, and what they reply: the sheet, its presets, its replies."""
