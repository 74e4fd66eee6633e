"""`python -m bot` is `kcbot`."""

from bot.cli import main

main()
