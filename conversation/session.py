"""What is remembered between two turns of one address; plain JSON when stored."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from conversation.reply import Choice


@dataclass(frozen=True, slots=True)
class Prompt:
    """The question that is open: prompts, not turns, are numbered, and an answer dies with its prompt."""

    number: int = 0
    key: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way: which, at which step, with what has been said so far.

    `form_sha` names the version of the form it walks, for flows that walk one.
    """

    flow: str
    step: str = ""
    form_sha: str = ""
    draft: Mapping[str, Any] = field(default_factory=dict)

    def at(self, step: str, **draft: Any) -> "Frame":
        """Return this frame at another step, with the draft's named entries changed."""
        return replace(self, step=step, draft={**self.draft, **draft})


@dataclass(frozen=True, slots=True)
class Session:
    """The open prompt, the flows under way (innermost last), and the forms put aside to be taken up again.

    `topic` is the link of the page last read, `asked` the last question in free text, `sent` the last file that nobody
    had asked for, `failures` how often in a row
    the open question was not understood, `greeted` whether the greeting was given.
    """

    prompt: Prompt = Prompt()
    stack: tuple[Frame, ...] = ()
    paused: tuple[Frame, ...] = ()
    topic: str = ""
    asked: str = ""
    sent: str = ""
    failures: int = 0
    greeted: bool = False

    @property
    def top(self) -> Frame | None:
        return self.stack[-1] if self.stack else None

    @property
    def begun(self) -> tuple[Frame, ...]:
        """The forms of which something is answered, the latest first."""
        under_way = [frame for frame in self.stack if frame.form_sha and frame.draft.get("answers")]
        return (*reversed(under_way), *self.paused)

    def push(self, frame: Frame) -> "Session":
        return replace(self, stack=(*self.stack, frame))

    def pop(self) -> "Session":
        return replace(self, stack=self.stack[:-1])

    def with_top(self, frame: Frame) -> "Session":
        return replace(self, stack=(*self.stack[:-1], frame))

    def to_json(self) -> dict[str, Any]:
        """Return the session as JSON can carry it; drafts are JSON already, and long."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        stack, paused = ([_as_json(frame) for frame in frames] for frames in (self.stack, self.paused))
        return parts | {"prompt": asdict(self.prompt), "stack": stack, "paused": paused}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Session":
        """Return the session that `to_json` wrote; an empty mapping is a new one."""
        if not data:
            return cls()
        prompt = data["prompt"]
        return cls(
            **{
                **data,
                "prompt": Prompt(**{**prompt, "choices": tuple(Choice(**choice) for choice in prompt["choices"])}),
                "stack": tuple(Frame(**frame) for frame in data["stack"]),
                "paused": tuple(Frame(**frame) for frame in data["paused"]),
            }
        )


def _as_json(frame: Frame) -> dict[str, Any]:
    return {part.name: getattr(frame, part.name) for part in fields(frame)}
