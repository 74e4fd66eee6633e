"""Topics: which announcements somebody wants, each on or off by one tap or one phrase."""

from dataclasses import replace

from conversation.flow import Outcome, Turn, reply
from conversation.records import Record, TopicFollowed, TopicMuted
from conversation.reply import Choice
from conversation.topics import TOPICS
from handlers.announcements import wants_announcements


class Topics:
    """`>topics` shows them; `>topics/off_training` and `>topics/on_training` change one and show them again;
    `>topics/stop_training` and `>topics/follow_training` are the same by a phrase, said and undone in one step.

    Who gets no announcements at all is not told that some come: wanting a topic leads to wanting announcements.
    """

    name = "topics"

    def start(self, turn: Turn, argument: str) -> Outcome:
        action, _, topic = argument.partition("_")
        wanted = wants_announcements(turn)
        if topic not in TOPICS:
            shown = self._list(turn, turn.contact.muted_topics)
            return shown if wanted else Outcome(turn.session, then=">announcements")
        mutes = action in {"off", "stop"}
        record: Record = TopicMuted(topic) if mutes else TopicFollowed(topic)
        if not wanted:
            outcome = self._said_to_none(turn, topic) if mutes else Outcome(turn.session, then=">announcements/wanted")
        elif action in {"off", "on"}:
            muted = turn.contact.muted_topics
            outcome = self._list(turn, muted | {topic} if mutes else muted - {topic}, again=True)
        else:
            outcome = self._said(turn, topic, mutes)
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
        return Outcome(turn.session, (reply(key, *choices, topic=TOPICS[topic], wanted=True),))

    def _said_to_none(self, turn: Turn, topic: str) -> Outcome:
        """Say that a topic is off to somebody who gets no announcements at all."""
        choices = (turn.choice("announcements/want", ">announcements/wanted"), turn.choice("engine/menu", ">menu"))
        return Outcome(turn.session, (reply("topics/muted", *choices, topic=TOPICS[topic], wanted=False),))
