"""A recording, a picture or a file that nobody asked for: kept a day, passed on to a person if the sender wants it."""

from dataclasses import replace

from conversation.flow import Outcome, Turn, reply
from conversation.records import QuestionAsked
from conversation.reply import Choice

MAX_CAPTION = 1000


class SentFile:
    """`>sent` says what can be done with it, `>sent/pass_on` and `>sent/CODE` pass it on, alone or with a receipt."""

    name = "sent"

    def start(self, turn: Turn, argument: str) -> Outcome:
        if turn.contact.staff_name and turn.session.prompt.key.startswith("compose/") and not argument:
            return Outcome(turn.session, then=">compose/file")
        if turn.incoming.file and not argument:
            return self._received(turn)
        if not turn.session.sent:
            return self.again(turn)
        return self._pass_on(turn, argument)

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, (reply("sent/gone", turn.choice("engine/menu", ">menu")),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def _received(self, turn: Turn) -> Outcome:
        file = turn.incoming.file
        assert file is not None
        caption = "" if turn.incoming.text == file.name else turn.incoming.text
        session = replace(turn.session, sent=file.answer, asked=caption[:MAX_CAPTION])
        kind = "voice" if file.is_voice else "picture" if file.is_picture else "file"
        receipts = () if file.is_voice else turn.contact.receipts[-1:]
        kept = tuple(Choice(f">sent/{one.code}", f"{turn.label('sent/attach')} {one.code}") for one in receipts)
        choices = (turn.choice("engine/person", ">sent/pass_on"), *kept, turn.choice("sent/drop", ">menu"))
        return Outcome(session, (reply(f"sent/{kind}", *choices),))

    def _pass_on(self, turn: Turn, code: str) -> Outcome:
        """Keep it for a person, with the receipt it belongs to; what is passed on once is not passed on again."""
        known = {one.code for one in turn.contact.receipts}
        about = f">mine/{code}" if code in known else turn.session.topic
        record = QuestionAsked(turn.session.asked, about, file=turn.session.sent)
        day = turn.catalog.library.organisation.working.promised(turn.now)
        choices = (turn.choice("handoff/add", ">handoff"), turn.choice("engine/menu", ">menu"))
        said = reply("sent/passed_on", *choices, day=day, code=code if code in known else "")
        return Outcome(replace(turn.session, sent="", asked=""), (said,), (record,))
