"""How a page of staff is routed: who may see it, how it is asked for, how much it takes."""

from starlette.routing import Route

from console.visit import Allowed, Endpoint, staff_page
from db.staff import Member

LARGEST_FORM = 64 * 1024
LARGEST_UPLOAD = 21 * 1024 * 1024
GET, POST, BOTH = ["GET"], ["POST"], ["GET", "POST"]


def anyone(member: Member) -> bool:
    """Whoever is signed in."""
    return True


def readers(member: Member) -> bool:
    """Who sees what is of all communes."""
    return member.may_read


def scoped(member: Member) -> bool:
    """Readers, and collaborators, who see their own communes only: the page asks `visit.member.scope`."""
    return member.may_read or member.collaborates


def writers(member: Member) -> bool:
    """Who changes what others see."""
    return member.may_write


def scoped_writers(member: Member) -> bool:
    """Writers, and collaborators within their own communes."""
    return member.may_write or member.collaborates


def administrators(member: Member) -> bool:
    """Who administers."""
    return member.administers


def route(path: str, endpoint: Endpoint, methods: list[str], allowed: Allowed, most_files: int = 0) -> Route:
    """Return a page of staff; only where it takes files may what is sent be large."""
    largest = LARGEST_UPLOAD if most_files else LARGEST_FORM
    return Route(path, staff_page(endpoint, allowed, most_files), methods=methods, max_body_size=largest)
