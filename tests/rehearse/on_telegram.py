"""Telegram: buttons in the messages, which are edited; a menu of commands."""

from collections.abc import Mapping

import orjson

from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.rehearse.conversation import Button, Conversation, Line, Raw
from tests.rehearse.messenger import Messenger
from tests.rehearse.people import Person


class OnTelegram(Messenger):
    """Telegram; a press is a message's number and what its button carries."""

    name = "telegram"
    title = "Telegram"
    hint = "Bấm “Bắt đầu” như người lần đầu mở bot, hoặc cứ nhắn."
    beginning = "Bắt đầu"
    leaving = "Chặn bot"
    coming_back = "Bỏ chặn"
    sharing = "Chia sẻ số điện thoại"

    def __init__(self) -> None:
        self.double = TelegramDouble()
        super().__init__(self.double, self.double.posts)

    def settings(self, program: str) -> Mapping[str, str]:
        self.double.port = self.vendor.port
        return {
            "telegram_token": self.double.token,
            "telegram_base_url": self.double.base_url,
            "telegram_file_url": self.double.file_url,
        }

    def menu(self, person: Person) -> Mapping[str, str]:
        """Return what the program set last for everybody, or for this chat alone."""
        found: dict[str, dict[str, str]] = {}
        for method, values in list(self.double.calls):
            if method in {"setMyCommands", "deleteMyCommands"}:
                scope = orjson.loads(values["scope"])
                listed = orjson.loads(values.get("commands", "[]"))
                found[str(scope.get("chat_id", ""))] = {one["command"]: one["description"] for one in listed}
        return found.get(str(person.number)) or found.get("", {})

    def _says(self, person: Person, text: str) -> None:
        self._is_known(person)
        self.double.says(person.number, text)

    def _presses(self, person: Person, press: str) -> None:
        number, _, token = press.partition(" ")
        self.double.taps(person.number, token, int(number))

    def _sends(self, person: Person, media_type: str, data: bytes) -> None:
        self._is_known(person)
        if media_type.startswith("audio/"):
            self.double.sends_voice(person.number, data, media_type)
        else:
            self.double.sends_photo(person.number, data)

    def _shares_phone(self, person: Person) -> None:
        self._is_known(person)
        self.double.shares_contact(person.number, person.phone)

    def _leaves(self, person: Person) -> None:
        self.double.blocks(person.number)

    def _comes_back(self, person: Person) -> None:
        self.double.unblocks(person.number)

    def _is_known(self, person: Person) -> None:
        self.double.names[person.number] = person.name

    def _hears(self, conversation: Conversation, person: Person) -> None:
        conversation.hear("sent", list(self.double.sent[person.number]), self._read)

    def _read(self, message: Raw) -> Line:
        rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
        buttons = [
            Button(one["text"], f"{message['message_id']} {one['callback_data']}") for row in rows for one in row
        ]
        file = None
        if "photo" in message:
            file = self._shown(message["photo"][-1]["file_id"], "ảnh", "image/jpeg")
        elif "document" in message:
            sent = message["document"]
            file = self._shown(sent["file_id"], sent["file_name"], sent["mime_type"])
        return Line("theirs", message.get("text") or message.get("caption", ""), tuple(buttons), file)

    def _uploaded(self, number: str) -> tuple[str, str, bytes] | None:
        found = self.double.uploads.get(number)
        return (found.name, found.media_type, found.data) if found else None

    def _be_slow(self, seconds: float) -> None:
        self.double.latency = seconds

    def _revoke(self) -> None:
        self.double.revoke()

    def _grant(self) -> None:
        self.double.token = TOKEN
