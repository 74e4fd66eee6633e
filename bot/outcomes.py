"""What a failed attempt at a delivery means: whatever is not surely unsent is uncertain."""

from datetime import datetime, timedelta

from conversation.channel import Rejected, Stopped, Throttled, TokenRevoked, Unreachable, WindowClosed
from db import outbox
from db.deliveries import GONE, Claimed, Outcome

MAX_ATTEMPTS = 5
REVOKED = "Kênh từ chối mã kết nối (token) của bot; cần người vận hành đặt lại."
NO_ANSWER = "Đã gửi đi nhưng chưa nhận được trả lời của kênh."
CLOSED = "Kênh chỉ cho gửi sau khi người nhận nhắn lại."


def outcome_of(claimed: Claimed, problem: Exception, now: datetime) -> Outcome:
    """Return the outcome of an attempt that raised; the vendor's words stand in brackets."""
    words = f" ({problem})" if str(problem) else ""
    match problem:
        case Throttled(seconds=seconds):
            return Outcome(claimed, "pending", not_before=now + timedelta(seconds=seconds), counts=False)
        case Unreachable():
            error = f"Không kết nối được với kênh{words}."
            if claimed.attempt >= MAX_ATTEMPTS:
                return Outcome(claimed, "failed", error=error)
            return Outcome(claimed, "pending", error=error, not_before=now + outbox.delay(claimed.attempt - 1))
        case Stopped():
            return Outcome(claimed, "blocked", error=GONE + words)
        case TokenRevoked():
            return Outcome(claimed, "failed", error=REVOKED)
        case Rejected():
            return Outcome(claimed, "failed", error=f"Kênh không nhận tin này{words}.")
        case WindowClosed():
            return Outcome(claimed, "held", error=CLOSED)
        case _:
            return Outcome(claimed, "uncertain", error=NO_ANSWER + words)
