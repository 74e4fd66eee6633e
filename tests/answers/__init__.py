"""Reading what a thumb typed, by tables of examples and by what holds for any text at all."""
