"""What a failed attempt at a delivery means: whatever is not surely unsent is uncertain."""

from datetime import datetime, timedelta

from conversation.channel import Rejected, Stopped, Throttled, TokenRevoked, Unreachable, WindowClosed
from conversation.vendor_template import BlankRefused
from db import outbox
from db.deliveries import GONE, Claimed, Outcome

MAX_ATTEMPTS = 5
REVOKED = "Kênh từ chối mã kết nối (token) của bot; cần người vận hành đặt lại."
NO_ANSWER = "Đã gửi đi nhưng chưa nhận được trả lời của kênh."
CLOSED = "Kênh chỉ cho gửi sau khi người nhận nhắn lại."


def outcome_of(claimed: Claimed, problem: Exception, now: datetime) -> Outcome:
    """Return the outcome of an attempt that raised; the vendor's words stand in brackets.

    It may go elsewhere from an address that takes no more, and once from a channel that nothing can be sent through.
    """
    words = f" ({problem})" if str(problem) else ""
    match problem:
        case Throttled(seconds=seconds):
            return Outcome(claimed, "pending", not_before=now + timedelta(seconds=seconds), counts=False)
        case Unreachable():
            error = f"Không kết nối được với kênh{words}."
            tried = (claimed.attempt - 1) % MAX_ATTEMPTS
            if tried == MAX_ATTEMPTS - 1:
                return Outcome(claimed, "failed", error=error, elsewhere=claimed.attempt <= MAX_ATTEMPTS)
            return Outcome(claimed, "pending", error=error, not_before=now + outbox.delay(tried))
        case Stopped():
            return Outcome(claimed, "blocked", error=GONE + words, elsewhere=True)
        case TokenRevoked():
            return Outcome(claimed, "failed", error=REVOKED, elsewhere=claimed.attempt <= MAX_ATTEMPTS)
        case Rejected():
            return Outcome(claimed, "failed", error=f"Kênh không nhận tin này{words}.")
        case BlankRefused():
            return Outcome(claimed, "failed", error=str(problem))
        case WindowClosed():
            return Outcome(claimed, "held", error=CLOSED, elsewhere=True)
        case _:
            return Outcome(claimed, "uncertain", error=NO_ANSWER + words)
