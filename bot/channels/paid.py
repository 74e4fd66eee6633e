"""A door through which paid templates go."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


@runtime_checkable
class PaidDoor(Protocol):
    """A door whose vendor takes messages by templates that it approved, for money, whenever people wrote last."""

    async def send_template(self, to: str, template_id: str, values: Mapping[str, str]) -> str:
        """Send to an external id; return the vendor's id of the message. Raises a `Failure`."""
        ...
