"""Topics: which announcements somebody wants, each on or off by one tap or one phrase."""

from dataclasses import replace

from conversation.flow import Outcome, Turn, reply
from conversation.records import Record, TopicFollowed, TopicMuted
from conversation.reply import Choice
from conversation.topics import TOPICS


class Topics:
    """`>topics` shows them; `>topics/off_training` and `>topics/on_training` change one and show them again;
    `>topics/stop_training` and `>topics/follow_training` are the same by a phrase, said and undone in one step."""

    name = "topics"

    def start(self, turn: Turn, argument: str) -> Outcome:
        action, _, topic = argument.partition("_")
        if topic not in TOPICS:
            return self._list(turn, turn.contact.muted_topics)
        mutes = action in {"off", "stop"}
        muted = turn.contact.muted_topics | {topic} if mutes else turn.contact.muted_topics - {topic}
        record: Record = TopicMuted(topic) if mutes else TopicFollowed(topic)
        outcome = self._list(turn, muted, again=True) if action in {"off", "on"} else self._said(turn, topic, mutes)
        return replace(outcome, records=(record,))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")

    def _list(self, turn: Turn, muted: frozenset[str], *, again: bool = False) -> Outcome:
        choices = [
            Choice(f">topics/{'on' if topic in muted else 'off'}_{topic}", label if topic in muted else f"✓ {label}")
            for topic, label in TOPICS.items()
        ]
        ways = (turn.choice("announcements/stop", ">stop"), turn.choice("engine/menu", ">menu"))
        shown = reply("topics/list", *choices, *ways, muted=len(muted), all=len(TOPICS))
        return Outcome(turn.session, (replace(shown, instead=again),))

    def _said(self, turn: Turn, topic: str, mutes: bool) -> Outcome:
        undo = ("topics/undo", f">topics/{'follow' if mutes else 'stop'}_{topic}")
        choices = (turn.choice(*undo), turn.choice("topics/list", ">topics"), turn.choice("engine/menu", ">menu"))
        key = "topics/muted" if mutes else "topics/followed"
        return Outcome(turn.session, (reply(key, *choices, topic=TOPICS[topic]),))
