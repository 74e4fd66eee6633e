"""Copies of everything in one sealed file, and coming back from one."""
