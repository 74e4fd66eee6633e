"""The doors: one file per channel."""
