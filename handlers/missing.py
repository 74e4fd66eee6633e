"""Who has not answered an open round: to be called, ten at a time."""

import re

from conversation.area import PAGE, Asking
from conversation.flow import Outcome, Turn, reply
from conversation.reply import Choice
from conversation.roles import may_look
from handlers import members

_PLACE = re.compile(r"(\d{1,9})(?:_(\d{1,6}))?")


class Missing:
    """`>missing` lists the open rounds, `>missing/3` who has not answered the third, `>missing/3_10` the next ten."""

    name = "missing"

    def start(self, turn: Turn, argument: str) -> Outcome:
        refused = members.refused(turn, may_look)
        if refused:
            return refused
        rounds = turn.catalog.area.rounds
        read = _PLACE.fullmatch(argument)
        if read:
            asking = next((one for one in rounds if one.number == int(read[1])), None)
            return self._list(turn, asking, int(read[2] or 0))
        return self._list(turn, rounds[0], 0) if len(rounds) == 1 else self._rounds(turn)

    def _rounds(self, turn: Turn) -> Outcome:
        rounds = turn.catalog.area.rounds
        offered = [
            Choice(f">{self.name}/{one.number}", members.labelled(one.title, f"còn {one.missing}")) for one in rounds
        ]
        return Outcome(turn.session, (reply("missing/rounds", *offered, members.back(turn), rounds=rounds),))

    def _list(self, turn: Turn, asking: Asking | None, start: int) -> Outcome:
        if asking is None:
            return Outcome(turn.session, (reply("missing/closed", members.back(turn)),))
        found = turn.catalog.area.missing(asking.number, start)
        lines = [members.in_one_line(turn, one) for one in found.some]
        choices = []
        for one, line in zip(found.some, lines, strict=True):
            label = members.labelled(line["name"], line["commune"], line["phone"])
            choices.append(Choice(f">establishment/{one.number}_m{asking.number}_{start}", label))
        if found.total > start + PAGE:
            choices.append(turn.choice("establishments/more", f">{self.name}/{asking.number}_{start + PAGE}"))
        listed = reply(
            "missing/list",
            *choices,
            members.back(turn),
            asking=asking,
            total=found.total,
            first=start + 1,
            last=start + len(found.some),
            lines=lines,
        )
        return Outcome(turn.session, (listed,))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")
