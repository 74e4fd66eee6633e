"""The web: chat pages, public pages, health."""
