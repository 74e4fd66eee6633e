"""Reads a form from a workbook in XLSForm's layout and the tables attached to it.

pyxform is the last to judge a workbook, as it stops at its first mistake; every row is looked at here before, and all
mistakes are told at once.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from content.survey import PREFIX, Survey
from content.workbook import FormError, Mistake, Workbook, open_workbook
from conversation.form import Form
from conversation.plan import plan_of

__all__ = ["FormError", "read_form", "xform_of"]


def read_form(name: str, source: bytes, suffix: str, files: Mapping[str, bytes] | None = None) -> Form:
    """Read a form from a workbook's bytes (`.xlsx .xls .csv .md`) and its attached files; raises FormError."""
    attached = dict(files or {})
    workbook = open_workbook(name, source, suffix)
    survey = Survey(workbook, attached)
    sha = _hash(name, source, survey.files)
    form = _form(name, workbook, survey, sha)
    mistakes = [*_wrong_settings(workbook), *survey.mistakes]
    mistakes = mistakes or _circles(form) or list(workbook.judged())
    if told := workbook.told(mistakes):
        raise FormError(name, told)
    if len(workbook.languages) < 2:
        return form
    others = (workbook.in_language(language) for language in workbook.languages)
    return replace(form, translations={one.language: _form(name, one, Survey(one, attached), sha) for one in others})


def xform_of(name: str, source: bytes, suffix: str) -> str:
    """Return the XForm that pyxform makes of a workbook, as ODK's own engine reads it; raises FormError."""
    return open_workbook(name, source, suffix).as_xform()


def _hash(name: str, source: bytes, attached: Mapping[str, bytes]) -> str:
    """Return what names this very version: the workbook and those of the files beside it that it asks for."""
    parts = [name.encode(), source, *(b"\0".join((key.encode(), attached[key])) for key in sorted(attached))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _form(name: str, workbook: Workbook, survey: Survey, sha: str) -> Form:
    settings = workbook.settings
    return Form(
        name=name,
        title=settings["title"] or settings["id_string"] or name,
        version=settings["version"],
        sha=sha,
        questions=tuple(survey.questions),
        groups=tuple(survey.groups),
        prefix=settings["kc_prefix"] or PREFIX,
        tables=survey.tables,
        language=workbook.language if len(workbook.languages) > 1 else "",
    )


def _wrong_settings(workbook: Workbook) -> Sequence[Mistake]:
    if re.fullmatch("[A-Z]{2}", workbook.settings["kc_prefix"] or PREFIX):
        return ()
    return (workbook.settings.mistake("kc_prefix", "cần hai chữ hoa không dấu, ví dụ: NC"),)


def _circles(form: Form) -> list[Mistake]:
    """Return the first way in which a value depends on itself through others."""
    way = plan_of(form).circles
    if not way:
        return []
    rows = {q.place: q.row for q in form.questions} | {g.path: g.row for g in form.groups}
    names = " → ".join(place[-1] for place in way)
    return [Mistake("survey", rows[way[0]], "relevant", f"các công thức vòng lại chính mình: {names}")]
