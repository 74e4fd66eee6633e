"""Zalo Official Account: up to five buttons, officers of the centre, a window that closes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.clock import now
from bot.web.webhooks import address_of
from tests.doubles import zalo_oa
from tests.doubles.zalo_oa import ZaloOADouble
from tests.rehearse.conversation import Button, Conversation, Line, Raw, Shown
from tests.rehearse.messenger import Messenger
from tests.rehearse.people import Person
from tests.rehearse.vendor import one_after_another


class OnZaloOA(Messenger):
    """The centre's account; `passed` is how far its clock is ahead. A press is what a button sends back."""

    name = "zalo_oa"
    title = "Zalo OA"
    hint = "Bấm “Quan tâm” như người lần đầu mở trang của trung tâm, hoặc cứ nhắn."
    beginning = "Quan tâm"
    leaving = "Bỏ quan tâm"
    coming_back = "Quan tâm lại"
    sharing = "Chia sẻ thông tin"
    has_officers = True

    def __init__(self) -> None:
        self.passed = timedelta()
        self.double = ZaloOADouble(clock=self._clock)
        self._pair = "", ""
        super().__init__(self.double, one_after_another(self.double.deliver_due))

    def _clock(self) -> datetime:
        return now() + self.passed

    def settings(self, program: str) -> Mapping[str, str]:
        self.double.port = self.vendor.port
        self.double.webhook = program + address_of(self.name)
        return {
            "zalo_oa_app_id": zalo_oa.APP_ID,
            "zalo_oa_app_secret": zalo_oa.APP_SECRET,
            "zalo_oa_secret_key": zalo_oa.SECRET_KEY,
            "zalo_oa_refresh_token": self.double.refresh_token,
            "zalo_oa_base_url": self.double.base_url,
            "zalo_oa_oauth_url": self.double.base_url,
        }

    def begins(self, person: Person) -> None:
        self._notes(person, Line("note", f"{person.name} đã bấm “{self.beginning}”."))
        self.double.follows(str(person.number))

    def officer_writes(self, person: Person, text: str) -> None:
        """An officer answers in Zalo's own application."""
        self._notes(person, Line("officer", text))
        self.double.officer_writes(str(person.number), text)

    def time_passes(self, hours: int) -> None:
        """Let its clock be later: windows close."""
        self.passed += timedelta(hours=hours)

    def token_ends(self) -> None:
        """Let the access token end, as it does every 25 hours."""
        self.double.expire()

    def _says(self, person: Person, text: str) -> None:
        self.double.says(str(person.number), text)

    def _presses(self, person: Person, press: str) -> None:
        self.double.press(str(person.number), {"payload": press})

    def _sends(self, person: Person, media_type: str, data: bytes) -> None:
        self.double.sends(str(person.number), "audio" if media_type.startswith("audio/") else "image", data)

    def _shares_phone(self, person: Person) -> None:
        self.double.shares_phone(str(person.number), person.phone, person.name)

    def _leaves(self, person: Person) -> None:
        self.double.unfollows(str(person.number))

    def _comes_back(self, person: Person) -> None:
        self.double.follows(str(person.number))

    def _hears(self, conversation: Conversation, person: Person) -> None:
        user = str(person.number)
        conversation.hear("sent", list(self.double.sent[user]), self._read)
        filled = [{"template": template, "data": data} for who, template, data in self.double.filled if who == user]
        conversation.hear("filled", filled, self._read_template)

    def _read(self, message: Raw) -> Line:
        attachment = message.get("attachment", {})
        payload = attachment.get("payload", {})
        buttons = [Button(one["title"], one["payload"]) for one in payload.get("buttons", [])]
        file = None
        if attachment.get("type") == "file":
            file = self._file(payload["token"])
        elif payload.get("template_type") == "media":
            file = self._file(payload["elements"][0]["attachment_id"])
        return Line("theirs", message.get("text", ""), tuple(buttons), file)

    def _file(self, number: str) -> Shown:
        one = self.double.uploads[number]
        return self._shown(number, one.name, one.media_type)

    def _read_template(self, message: Raw) -> Line:
        """Only Zalo has the words of a template; what it was filled with stands here."""
        filled = "\n".join(f"{name}: {value}" for name, value in message["data"].items())
        return Line("theirs", f"Tin theo mẫu {message['template']} (có tính phí)\n{filled}")

    def _uploaded(self, number: str) -> tuple[str, str, bytes] | None:
        found = self.double.uploads.get(number)
        return (found.name, found.media_type, found.data) if found else None

    def _be_slow(self, seconds: float) -> None:
        self.double.latency = seconds

    def _revoke(self) -> None:
        self._pair = self.double.access_token, self.double.refresh_token
        self.double.revoke()

    def _grant(self) -> None:
        self.double.access_token, self.double.refresh_token = self._pair
