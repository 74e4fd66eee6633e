"""What Telegram refuses, in the words of the channel: which errors are surely unsent, which are in doubt."""

from datetime import timedelta

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.transport import MaybeSent, Unsent
from conversation.channel import Failure, Rejected, Stopped, Throttled, TokenRevoked, Uncertain, Unreachable

# What the library stumbles over where somebody else, a proxy's page say, answers in Telegram's place.
NOT_TELEGRAM = (AttributeError, KeyError, TypeError, ValueError)
LONGEST_REASON = 200
GONE = ("chat not found", "user is deactivated", "bot was blocked", "bot can't initiate")


def failure(error: TelegramError, token: str) -> Failure:
    """Return what an error means for the message that was to be sent."""
    words = without_token(error, token)
    match error:
        case RetryAfter(retry_after=wait):
            return Throttled(wait.total_seconds() if isinstance(wait, timedelta) else wait)
        case Unsent():
            return Unreachable(words)
        case MaybeSent():
            return Uncertain(words)
        case InvalidToken():
            return TokenRevoked("Telegram does not know the token")
        case Forbidden():
            return Stopped(words)
        case BadRequest() if any(reason in words.lower() for reason in GONE):
            return Stopped(words)
        case _:
            return Rejected(words)


def without_token(error: Exception, token: str) -> str:
    """Return an error's words without the secret part of the token."""
    secret = token.partition(":")[2] or token
    return str(error).replace(secret, "…")[:LONGEST_REASON]
