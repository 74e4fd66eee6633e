"""My data: see it, correct it, delete it, withdraw consent (Luật 91/2025/QH15, Điều 4)."""

from typing import Any

from conversation.answers import phone_in_words
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.form_reading import in_words
from conversation.links import channel_name
from conversation.records import ConsentWithdrawn, DataErased
from conversation.reply import Reply
from conversation.session import Frame
from conversation.topics import TOPICS


class Privacy:
    """`>privacy` shows what is kept, `>privacy/delete` deletes it after asking, `>privacy/notice` is the notice."""

    name = "privacy"

    def start(self, turn: Turn, argument: str) -> Outcome:
        menu = turn.choice("engine/menu", ">menu")
        if argument == "notice":
            return Outcome(turn.session, (reply("consent/full", turn.choice("privacy/view", ">privacy"), menu),))
        if argument == "delete":
            frame = Frame(self.name, "delete")
            return Outcome(turn.session.push(frame), (self._question(turn),))
        if argument == "withdraw":
            withdrawn = tuple(ConsentWithdrawn(purpose) for purpose in turn.contact.consents)
            choices = (turn.choice("privacy/delete", ">privacy/delete"), menu)
            return Outcome(turn.session, (reply("privacy/withdrawn", *choices),), withdrawn)
        ways = [turn.choice("privacy/correct", ">profile"), turn.choice("privacy/delete", ">privacy/delete")]
        if turn.contact.consents:
            ways.append(turn.choice("privacy/withdraw", ">privacy/withdraw"))
        ways.append(turn.choice("linking/link", ">linking"))
        if turn.contact.links.doors:
            ways.append(turn.choice("linking/apart", ">linking/apart"))
        notice = turn.choice("privacy/notice", ">privacy/notice")
        return Outcome(turn.session, (reply("privacy/view", *ways, notice, menu, **self._kept(turn)),))

    def _kept(self, turn: Turn) -> dict[str, Any]:
        contact, library = turn.contact, turn.catalog.library
        form = library.forms["profile"]
        facts = [
            f"{form.by_name[name].short}: {in_words(form.by_name[name], value, library.places)}"
            for name, value in contact.profile.items()
            if name in form.by_name and value
        ]
        return {
            "facts": facts,
            "receipts": contact.receipts,
            "sign_ups": contact.sign_ups,
            "questions": contact.open_questions,
            "consents": tuple(contact.consents.values()),
            "phones": [phone_in_words(phone) for phone in contact.links.phones],
            "linked": [channel_name(library.labels, door.channel) for door in contact.links.doors],
            "muted": [TOPICS[topic] for topic in sorted(contact.muted_topics) if topic in TOPICS],
        }

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, (self._question(turn),))

    def resume(self, turn: Turn) -> Outcome:
        session = turn.session.pop()
        if turn.meant == "erase":
            menu = turn.choice("engine/menu", ">menu")
            return Outcome(
                session, (reply("privacy/erased", menu, sign_ups=bool(turn.contact.sign_ups)),), (DataErased(),)
            )
        return Outcome(session, (reply("privacy/kept"),), then=BACK_TO_FLOW)

    def _question(self, turn: Turn) -> Reply:
        linked = bool(turn.contact.links.doors)
        return reply("privacy/delete", turn.choice("privacy/erase"), turn.choice("privacy/keep"), linked=linked)
