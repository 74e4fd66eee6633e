"""How long a vendor still lets us write to somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.channel import CAPABILITIES

NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of it: `free` of the time in which writing costs nothing, `left` until nothing is taken any more;
    None where there is no end."""

    free: timedelta | None
    left: timedelta | None

    @property
    def closed(self) -> bool:
        return self.left is not None and self.left <= NONE

    @property
    def words(self) -> str:
        """Say it in Vietnamese, "" where there is no end."""
        if self.left is None:
            return ""
        if self.closed:
            return "Zalo không cho nhắn nữa, vì người này đã lâu không nhắn. Anh/chị gọi điện giúp."
        if self.free is not None and self.free > NONE:
            return f"Còn {_long(self.free)} nhắn không mất phí."
        return f"Đã quá 48 giờ: Zalo có thể tính phí mỗi tin. Còn {_long(self.left)} thì không nhắn được nữa."


def window_of(channel: str, last_seen_at: datetime, now: datetime) -> Window:
    """Return the window of somebody who wrote last at a moment."""
    can = CAPABILITIES.get(channel)
    if can is None or can.window is None:
        return Window(None, None)
    gone = now - last_seen_at
    return Window(can.free_window - gone if can.free_window else None, can.window - gone)


def _long(time: timedelta) -> str:
    days, hours = time.days, time.seconds // 3600
    if days:
        return f"{days} ngày {hours} giờ" if hours else f"{days} ngày"
    return f"{hours} giờ {time.seconds % 3600 // 60} phút"
