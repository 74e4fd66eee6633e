"""What it remembers."""
