"""A rehearsal: the whole program among its doubles of Telegram and Zalo, and a page to play any owner."""
