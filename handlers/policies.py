"""Policy pages: the nine groups of support, their activities, and what is not yet checked said to be so."""

from dataclasses import replace

from conversation.flow import Outcome, Turn, reply
from conversation.page import Page
from conversation.records import NewsWanted
from conversation.reply import Choice

PARTS = ("who", "money", "papers")


class Policies:
    """`>policies` lists the groups, `>policies/3` one, `>policies/brand` a page, `>policies/brand/papers` a part."""

    name = "policies"

    def start(self, turn: Turn, argument: str) -> Outcome:
        library = turn.catalog.library
        name, _, part = argument.partition("/")
        if name in library.pages:
            return self._part(turn, library.pages[name], part) if part else self._page(turn, library.pages[name])
        topic = next((topic for topic in library.topics if str(topic.number) == name), None)
        menu = turn.choice("engine/menu", ">menu")
        if topic:
            pages = [page for page in library.pages.values() if page.group == topic.number]
            choices = [Choice(f">policies/{page.id}", page.label) for page in pages]
            return Outcome(turn.session, (reply("policies/topic", *choices, _all(turn), menu, topic=topic),))
        topics = [Choice(f">policies/{topic.number}", topic.label) for topic in library.topics]
        pages = [page for page in library.pages.values() if page.group == 0 and page.published]
        general = [Choice(f">policies/{page.id}", page.label) for page in pages]
        return Outcome(turn.session, (reply("policies/topics", *topics, *general, menu),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")

    def _page(self, turn: Turn, page: Page) -> Outcome:
        session = replace(turn.session, topic=f">policies/{page.id}")
        if not page.published:
            return Outcome(session, (reply("policies/unchecked", *_unchecked(turn, page), page=page),))
        parts = [*(["who"] if "who" in page.parts else []), *([] if "money" in page.parts else ["money"]), "papers"]
        parts += ["apply"] if "apply" in page.parts else []
        asked = parts if page.group else [part for part in parts if part in page.parts]
        ways = [turn.choice(f"policies/{part}", f">policies/{page.id}/{part}") for part in asked]
        if page.group:
            ways.append(turn.choice("policies/interest", f">interest/{page.id}"))
            ways.append(turn.choice("policies/group", f">policies/{page.group}"))
        return Outcome(session, (reply("policies/page", *ways, _all(turn), page=page),))

    def _part(self, turn: Turn, page: Page, part: str) -> Outcome:
        """Show one paragraph; one that nobody has checked yet is not guessed at."""
        session = replace(turn.session, topic=f">policies/{page.id}")
        text = page.parts.get(part, "")
        if text:
            back = turn.choice("policies/page", f">policies/{page.id}")
            return Outcome(session, (reply("policies/part", back, _all(turn), page=page, text=text),))
        session = replace(session, asked=f"{page.title}: {turn.label(f'policies/{part}') if part in PARTS else part}")
        return Outcome(session, (reply("policies/unchecked", *_unchecked(turn, page), page=page),))


class News:
    """`>news/brand`: tell me when this page is there."""

    name = "news"

    def start(self, turn: Turn, argument: str) -> Outcome:
        page = turn.catalog.library.pages.get(argument)
        if page is None:
            return Outcome(turn.session, then=">policies")
        choices = (_all(turn), turn.choice("engine/menu", ">menu"))
        return Outcome(turn.session, (reply("policies/news", *choices, page=page),), (NewsWanted(page.id),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, then=">policies")


def _all(turn: Turn) -> Choice:
    return turn.choice("policies/all", ">policies")


def _unchecked(turn: Turn, page: Page) -> tuple[Choice, ...]:
    return (
        turn.choice("policies/ask_person", ">handoff/asked"),
        turn.choice("policies/tell_me", f">news/{page.id}"),
        _all(turn),
    )
