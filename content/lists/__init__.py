"""Lists of establishments as offices have them: opened, recognised, read, marked where they are wrong."""
