"""Zalo Bot: words alone, choices by number."""

from collections.abc import Mapping

from tests.doubles.zalo_bot import TOKEN, ZaloBotDouble
from tests.rehearse.conversation import Conversation, Line, Raw, Shown
from tests.rehearse.messenger import Messenger
from tests.rehearse.people import Person
from tests.rehearse.vendor import one_after_another


class OnZaloBot(Messenger):
    """A Zalo bot, which hears of nobody who leaves."""

    name = "zalo_bot"
    title = "Zalo Bot"
    hint = "Zalo Bot không có nút bấm: nhắn một câu để bắt đầu, rồi trả lời bằng chữ hoặc số."

    def __init__(self) -> None:
        self.double = ZaloBotDouble()
        super().__init__(self.double, one_after_another(self.double.post_next))

    def settings(self, program: str) -> Mapping[str, str]:
        self.double.port = self.vendor.port
        return {"zalo_bot_token": self.double.token, "zalo_bot_base_url": self.double.base_url}

    def _says(self, person: Person, text: str) -> None:
        self.double.says(self._known(person), text)

    def _sends(self, person: Person, media_type: str, data: bytes) -> None:
        kind = "voice" if media_type.startswith("audio/") else "image"
        self.double.sends(self._known(person), kind, data, media_type)

    def _known(self, person: Person) -> str:
        self.double.names[str(person.number)] = person.name
        return str(person.number)

    def _hears(self, conversation: Conversation, person: Person) -> None:
        conversation.hear("sent", list(self.double.sent[str(person.number)]), self._read)

    def _read(self, message: Raw) -> Line:
        file = Shown("ảnh", "image/jpeg", message["photo"]) if "photo" in message else None
        return Line("theirs", message.get("text") or message.get("caption", ""), file=file)

    def _uploaded(self, number: str) -> None:
        """Nothing: what the bot sends here are addresses."""

    def _be_slow(self, seconds: float) -> None:
        self.double.latency = seconds

    def _revoke(self) -> None:
        self.double.revoke()

    def _grant(self) -> None:
        self.double.token = TOKEN
