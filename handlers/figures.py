"""Today's figures, for who looks after it all or after some communes."""

from conversation.flow import Outcome, Turn, reply
from conversation.roles import may_look
from handlers import members


class Figures:
    """`>figures` says what came today and this week, and what waits."""

    name = "figures"

    def start(self, turn: Turn, argument: str) -> Outcome:
        refused = members.refused(turn, may_look)
        if refused:
            return refused
        area = turn.catalog.area
        choices = (
            turn.choice("establishments/list" if area.communes is None else "establishments/mine", ">establishments"),
            turn.choice("missing/rounds", ">missing"),
            members.back(turn),
        )
        said = reply(
            "figures/now",
            *choices,
            standing=area.standing,
            now=turn.now,
            whole=area.communes is None,
            communes=members.communes(turn),
        )
        return Outcome(turn.session, (said,))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")
