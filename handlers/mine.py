"""MÃ CỦA TÔI: everything a person has, in one message."""

from conversation.flow import Outcome, Turn, reply
from conversation.reply import Choice


class Mine:
    """Lists the receipts and class seats; `>mine/NC-4827` shows one."""

    name = "mine"

    def start(self, turn: Turn, argument: str) -> Outcome:
        menu = turn.choice("engine/menu", ">menu")
        receipts, sign_ups = turn.contact.receipts, turn.contact.sign_ups
        shown = next((receipt for receipt in receipts if receipt.code == argument), None)
        if shown:
            person = turn.choice("form/add_message", ">handoff")
            sent = turn.catalog.sent(shown.code)
            change = (turn.choice("form/change", f">change/{shown.code}"),) if sent and sent.open else ()
            return Outcome(turn.session, (reply("mine/receipt", *change, person, menu, receipt=shown),))
        if not receipts and not sign_ups:
            interest = turn.choice("menu/interest", ">interest")
            return Outcome(turn.session, (reply("mine/none", interest, menu),))
        listed = [
            *(Choice(f">mine/{receipt.code}", receipt.code) for receipt in receipts[:8]),
            *(Choice(f">class/{seat.class_code}", seat.code) for seat in sign_ups[:8]),
        ]
        paused = len(turn.session.paused)
        shown_all = reply("mine/list", *listed, menu, receipts=receipts, sign_ups=sign_ups, paused=paused)
        return Outcome(turn.session, (shown_all,))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")
