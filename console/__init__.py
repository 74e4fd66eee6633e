"""What staff see: server-rendered pages, one file per noun."""
