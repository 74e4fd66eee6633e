"""`kcbot forms`: check a questionnaire and walk it, with no database."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bot.clock import now
from bot.commands.terms import Json, Refused, say, say_json, settings
from content.library import MESSAGES, PLACES, read_library, shipped_forms, shipped_tables
from content.render import Renderer
from content.tables import read_places
from content.template import write_template, write_xlsform
from content.xlsform import FormError, read_form
from conversation.answer_sheet import AnswerSheet, NotAnswered
from conversation.channel import CAPABILITIES
from conversation.form import Form
from conversation.rehearsal import Rehearsal
from conversation.reply import Reply
from handlers import FLOWS

app = typer.Typer(no_args_is_help=True, help="Phiếu hỏi: kiểm tra, chạy thử, in ra giấy.")
ATTACHED = {".csv", ".png", ".jpg", ".jpeg", ".gif", ".webp"}
File = Annotated[Path, typer.Argument(help="Tệp .xlsx, .xls, .csv hoặc .md.", exists=True, dir_okay=False)]


def read_file(file: Path) -> Form:
    """Read a form from a file, with the tables and pictures that lie beside it; raises FormError."""
    beside = dict(shipped_tables()) | {
        other.name: other.read_bytes()
        for other in file.parent.iterdir()
        if other.suffix.lower() in ATTACHED and other != file and other.is_file()
    }
    return read_form(file.stem, file.read_bytes(), file.suffix, beside)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Các tệp cần kiểm tra.", exists=True, dir_okay=False)],
) -> None:
    """Kiểm tra phiếu: mỗi lỗi một dòng tệp:trang:dòng:cột: lỗi gì."""
    wrong = False
    for file in files:
        try:
            read_file(file)
        except FormError as error:
            wrong = True
            for one in error.mistakes:
                say(f"{file}:{one.sheet}:{one.row}:{one.column}: {one.message}")
        else:
            say(f"{file}: dùng được.")
    if wrong:
        raise typer.Exit(1)


@app.command()
def paper(
    file: File,
    out: Annotated[Path, typer.Option(help="Tệp .pdf để in, hoặc .xlsx để điền sẵn.", dir_okay=False)],
) -> None:
    """Làm phiếu giấy khổ A4 (.pdf) hoặc bảng điền sẵn (.xlsx) từ chính tệp phiếu."""
    form, organisation = read_file(file), settings().organisation
    if out.suffix == ".pdf":
        from content.paper.pdf import paper_form

        with out.open("wb") as written:
            paper_form(form, organisation, written)
    elif out.suffix == ".xlsx":
        from content.paper.workbook import fill_in_workbook

        with out.open("wb") as written:
            fill_in_workbook(form, read_places(PLACES), written)
    else:
        raise Refused(f"Tên tệp phải kết thúc bằng .pdf hoặc .xlsx: {out}")
    say(f"Đã ghi {out}.")


@app.command()
def template(out: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.", dir_okay=False)]) -> None:
    """Ghi mẫu phiếu Excel tiếng Việt để chép ra và sửa."""
    with out.open("wb") as written:
        write_template(written)
    say(f"Đã ghi {out}.")


@app.command()
def xlsform(file: File, out: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.", dir_okay=False)]) -> None:
    """Ghi phiếu thành XLSForm (.xlsx) dùng được với ODK, KoboToolbox."""
    read_file(file)
    with out.open("wb") as written:
        write_xlsform(file.read_bytes(), file.suffix, written)
    say(f"Đã ghi {out}.")


@app.command()
def walk(
    file: File,
    answers: Annotated[Path | None, typer.Option(help="Tệp JSON: tên câu → lời đáp.", exists=True)] = None,
    as_json: Json = False,
) -> None:
    """Chạy thử phiếu như một cuộc trò chuyện, không cần cơ sở dữ liệu; dòng cuối là kết quả dạng JSON."""
    form = read_file(file)
    organisation = settings().organisation
    library = read_library(organisation, {source.name: source.read() for source in shipped_forms()})
    rehearsal = Rehearsal(form, library, FLOWS, now())
    show = _Shown(Renderer(MESSAGES, organisation), as_json=as_json)
    if answers:
        _walk_with(AnswerSheet(_read_answers(answers, form)), rehearsal, show)
    else:
        _walk_typed(rehearsal, show)
    if rehearsal.submitted is None:
        raise Refused("Phiếu chưa gửi: cuộc trò chuyện dừng giữa chừng.")
    say_json(rehearsal.submitted)


def _read_answers(file: Path, form: Form) -> Mapping[str, Any]:
    try:
        answers = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Refused(f"{file} không phải JSON: {error}") from error
    if not isinstance(answers, dict):
        raise Refused(f"{file} cần là một đối tượng JSON: tên câu → lời đáp.")
    unknown = sorted(answers.keys() - form.by_name.keys())
    if unknown:
        raise Refused(f"Phiếu không có câu: {', '.join(unknown)}.")
    return answers


def _walk_with(sheet: AnswerSheet, rehearsal: Rehearsal, show: "_Shown") -> None:
    try:
        sheet.walk(rehearsal, show.heard)
    except NotAnswered as stuck:
        reason = f": {show.words(stuck.reason)}" if stuck.reason else ""
        given = f" không nhận «{stuck.given}»{reason}" if stuck.given else " cần có lời đáp."
        raise Refused(f"Câu «{stuck.name}»{given}") from stuck


def _walk_typed(rehearsal: Rehearsal, show: "_Shown") -> None:
    show.heard("", rehearsal.begin().replies)
    for line in typer.get_text_stream("stdin"):
        said = line.rstrip("\r\n")
        show.heard("", (rehearsal.tap(said[1:]) if said.startswith("#") else rehearsal.turn(said)).replies)
        if rehearsal.state is None:
            return


class _Shown:
    """The conversation on standard output, as a channel without buttons shows it, or a reply a line as JSON."""

    def __init__(self, renderer: Renderer, *, as_json: bool) -> None:
        self._renderer = renderer
        self._as_json = as_json

    def words(self, reply: Reply) -> str:
        return self._renderer.words(reply)

    def heard(self, said: str, replies: Sequence[Reply]) -> None:
        if said:
            say_json({"said": said}) if self._as_json else say(f"> {said}\n")
        for message in self._renderer.render(replies, CAPABILITIES["zalo_bot"], 0):
            choices = [{"n": one.n, "value": one.token, "label": one.label} for one in message.choices]
            shown = {"key": message.key, "text": message.text, "choices": choices, "files": []}
            say_json(shown) if self._as_json else say(f"{message.text}\n")
