"""What hosts ask whoever comes, and what people say to it: the sheet, its presets, its replies."""
