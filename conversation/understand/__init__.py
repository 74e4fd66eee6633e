from conversation.understand.documents import Document, Found, Understanding
from conversation.understand.finder import Finder

__all__ = ["Document", "Finder", "Found", "Understanding"]
