"""Tables as files, sent to a member of staff in their own chat."""

from conversation.answers import fold
from conversation.area import MOST_FILES
from conversation.area_records import FileAsked
from conversation.calendar import local_day
from conversation.flow import Outcome, Turn, reply
from conversation.roles import may_look
from handlers import members

TABLES = ("interests", "responses", "signups", "establishments", "contacts", "deliveries")


class Files:
    """`>files` lists the tables, `>files/interests` has one written to a file, which follows when it is ready."""

    name = "files"

    def start(self, turn: Turn, argument: str) -> Outcome:
        refused = members.refused(turn, may_look)
        if refused:
            return refused
        if argument not in TABLES:
            offered = [turn.choice(f"files/{name}", f">{self.name}/{name}") for name in TABLES]
            listed = reply("files/which", *offered, members.back(turn), communes=members.communes(turn))
            return Outcome(turn.session, (listed,))
        table = turn.label(f"files/{argument}")
        if turn.catalog.area.files_under_way >= MOST_FILES:
            return Outcome(turn.session, (reply("files/many", members.back(turn), most=MOST_FILES),))
        asked = FileAsked(argument, f"{fold(table).replace(' ', '-')}-{local_day(turn.now)}.xlsx")
        others = turn.choice("files/others", f">{self.name}")
        said = reply("files/asked", others, members.back(turn), table=table)
        return Outcome(turn.session, (said,), (asked,))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")
