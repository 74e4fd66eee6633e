"""Reads a form from a workbook in XLSForm's layout and the tables attached to it.

pyxform is the last to judge a workbook, as it stops at its first mistake; every row is looked at here before, and all
mistakes are told at once.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from content.attached import Attached
from content.circles import find_circles
from content.survey import Survey
from content.workbook import FormError, Mistake, Workbook, open_workbook
from conversation.form import Form

__all__ = ["FormError", "read_form", "xform_of"]

PREFIX = "PH"


def read_form(name: str, source: bytes, suffix: str, files: Mapping[str, bytes] | None = None) -> Form:
    """Read a form from a workbook's bytes (`.xlsx .xls .csv .md`) and its attached files; raises FormError."""
    attached = Attached(files or {})
    workbook = open_workbook(name, source, suffix)
    if lacking := list(workbook.lacking()):
        raise FormError(name, workbook.told(lacking))
    versions = [workbook, *(workbook.in_language(one) for one in workbook.languages if one != workbook.language)]
    surveys = [Survey(version, attached) for version in versions]
    mistakes = [*_wrong_sheets(workbook), *_mistakes(versions, surveys)]
    if told := workbook.told(mistakes or workbook.judged()):
        raise FormError(name, told)
    sha = _hash(name, source, attached)
    forms = [_form(name, version, survey, sha) for version, survey in zip(versions, surveys, strict=True)]
    if len(forms) < 2:
        return forms[0]
    by_language = {form.language: form for form in forms}
    return replace(forms[0], translations={language: by_language[language] for language in workbook.languages})


def xform_of(name: str, source: bytes, suffix: str) -> str:
    """Return the XForm that pyxform makes of a workbook, as ODK's own engine reads it; raises FormError."""
    workbook = open_workbook(name, source, suffix)
    try:
        return workbook.as_xform()
    except Exception as error:  # what pyxform does not take, or stumbles over
        raise FormError(name, [Mistake("survey", 1, "", f"chưa đúng khuôn XLSForm: {error}")]) from error


def _hash(name: str, source: bytes, attached: Attached) -> str:
    """Return what names this very version: the workbook and those of the files beside it that it asks for."""
    files = (part for file in sorted(attached.used) for part in (file.encode(), attached.files[file]))
    parts = [name.encode(), source, *files]
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


def _wrong_sheets(workbook: Workbook) -> Iterator[Mistake]:
    if not re.fullmatch("[A-Z]{2}", workbook.settings["kc_prefix"] or PREFIX):
        yield workbook.settings.mistake("kc_prefix", "cần hai chữ hoa không dấu, ví dụ: NC")
    if workbook.data.entities:
        yield Mistake("entities", 2, "", "thực thể (entities) chưa dùng được trong hội thoại; cần bỏ trang này")


def _mistakes(versions: Sequence[Workbook], surveys: Sequence[Survey]) -> Iterator[Mistake]:
    """Yield the mistakes of a form, then those that are only in its words of another language."""
    first, *others = surveys
    yield from first.mistakes
    yield from find_circles(first.questions, first.groups)
    told = set(first.mistakes)
    for version, survey in zip(versions[1:], others, strict=True):
        for mistake in survey.mistakes:
            if mistake not in told:
                told.add(mistake)
                yield replace(mistake, message=f"{mistake.message} (bản {version.language})")
