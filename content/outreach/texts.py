"""What the hamlet's loudspeaker reads out, and what is posted in the hamlet's groups."""

import re

from content.outreach.spoken import clock, day, digits, spelled, spoken
from content.outreach.subject import Subject
from content.render import Renderer
from conversation.catalog import Organisation
from conversation.reply import Reply


def loudspeaker(renderer: Renderer, subject: Subject, organisation: Organisation) -> str:
    """Return what is read aloud: every figure in words, the code spelled, what matters said twice."""
    helpers = {"spoken": spoken, "spelled": spelled, "day": day, "clock": clock}
    hotline = re.sub(r"\d+(?:[ .]\d+)*", lambda found: digits(found[0]), organisation.hotline)
    values = {**helpers, "title": subject.title, "word": subject.word, "hotline": hotline, **subject.values}
    return renderer.words(Reply(f"outreach/{subject.kind}/loa", values))


def post(renderer: Renderer, subject: Subject, organisation: Organisation) -> str:
    """Return a short post with its link and code word."""
    link = subject.link(organisation.public_url, "bai")
    values = {"title": subject.title, "word": subject.word, "link": link, **subject.values}
    return renderer.words(Reply(f"outreach/{subject.kind}/bai", values))
