"""Workbooks laid out as ODK's samples and KoboToolbox's exports: each reads, or is refused by row with its reason."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import openpyxl
import pytest

from content.xlsform import FormError, read_form, xform_of
from conversation.form import Form
from conversation.walk import Walk

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YES_NO = """
| choices |
| | list_name | name | label |
| | yn | y | Có |
| | yn | n | Không |
"""
PICTURES = {"a.jpg": b"jpg", "body.svg": b"svg"}


def kinds(form: Form) -> dict[str, str]:
    return {question.name: question.kind for question in form.questions}


def told(source: str, files: Mapping[str, bytes] | None = None, suffix: str = ".md") -> list[str]:
    with pytest.raises(FormError) as error:
        read_form("thu", source.encode(), suffix, files)
    return [f"{m.sheet}:{m.row}:{m.column}" for m in error.value.mistakes]


def saved(rows: Sequence[Sequence[object]], choices: Sequence[Sequence[object]]) -> bytes:
    """Return an .xlsx as KoboToolbox writes one, with columns and rows at its end that hold nothing."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    settings: Sequence[Sequence[object]] = [["form_title", "version"], ["Kobo", 2]]
    for title, sheet in {"survey": rows, "choices": choices, "settings": settings}.items():
        page = book.create_sheet(title)
        for row in sheet:
            page.append([*row, None, None])
        page.append([None, " ", None])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WIDGETS = """
| survey |
| | type | name | label | hint | appearance | parameters | default | media::image | calculation | read_only |
| | text | string | String | no appearance | | | | | | |
| | text | numbers | String number | | numbers | | | | | |
| | text | url | URL | | url | | http://opendatakit.org/ | | | |
| | text | external | External app | | ex:change.uw.android.BREATHCOUNT | | | | | |
| | text | masked | Masked | | masked multiline | rows=5 | | | | |
| | integer | int | Integer | | thousands-sep | | | | | |
| | decimal | dec | Decimal | | bearing | | | | | |
| | range | range | Range | | vertical | start=1.5; end=5.5; step=0.5 | | | | |
| | range | rating | Rating | | rating | start=1 end=5 step=1 | | | | |
| | image | photo | Image | | new-front | max-pixels=1000 | | | | |
| | image | signature | Signature | | signature | | | | | |
| | audio | sound | Audio | | new | quality=voice-only | | | | |
| | video | film | Video | | selfie | | | | | |
| | file | file | File | | | | | | | |
| | barcode | code | Barcode | | front | | | | | |
| | date | day | Date | | no-calendar | | | | | |
| | date | month | Month | | month-year | | today() | | | |
| | time | time | Time | | | | | | | |
| | dateTime | moment | Moment | | | | now() | | | |
| | geopoint | point | Point | | placement-map | capture-accuracy=10 warning-accuracy=100 | | | | |
| | select_one l | one | One | | minimal autocomplete | randomize=true | a | | | |
| | select_one l | map | Image map | | image-map | | | body.svg | | |
| | select_multiple l | many | Many | | columns-2 no-buttons | randomize=true; seed=${int} | | | | |
| | rank l | order | Rank | | | | | | | |
| | trigger | ok | Acknowledge | | | | | | | |
| | note | note | Note | | | | | a.jpg | | |
| | calculate | sum | | | | | | | 1 + 1 | |
| | text | shown | Read only | | | | abc | | | yes |
| choices |
| | list_name | name | label | media::image |
| | l | a | A | a.jpg |
| | l | b | B | |
"""


def test_all_widgets() -> None:
    form = read_form("widgets", WIDGETS.encode(), ".md", PICTURES)
    assert kinds(form) == {
        **dict.fromkeys(("string", "numbers", "url", "external", "masked", "shown"), "text"),
        **dict.fromkeys(("range", "rating"), "range"),
        **dict.fromkeys(("photo", "signature"), "image"),
        **dict.fromkeys(("day", "month"), "date"),
        **dict.fromkeys(("one", "map"), "select_one"),
        "int": "integer",
        "dec": "decimal",
        "sound": "audio",
        "film": "video",
        "file": "file",
        "code": "barcode",
        "time": "time",
        "moment": "dateTime",
        "point": "geopoint",
        "many": "select_multiple",
        "order": "rank",
        "ok": "acknowledge",
        "note": "note",
        "sum": "calculate",
    }
    assert form.by_name["map"].image == "body.svg"
    assert [option.image for option in form.by_name["one"].options] == ["a.jpg", ""]
    assert form.by_name["many"].parameters == {"randomize": "true", "seed": "/data/int"}
    assert form.by_name["range"].parameters == {"start": "1.5", "end": "5.5", "step": "0.5"}
    assert not form.by_name["shown"].asked


@pytest.mark.parametrize(
    "row",
    [
        "geotrace | line | Line | | | | | | |",
        "geoshape | shape | Shape | | | | | | |",
        "osm building_tags | osm | OSM | | | | | | |",
        "start-geopoint | here | | | | | | | |",
        "background-audio | heard | | | | quality=normal | | | |",
        "background-geopoint | moved | | | | | | | |",
        "select_one ${string} | earlier | Earlier | | | | | | |",
    ],
)
def test_the_widgets_a_chat_has_no_place_for(row: str) -> None:
    assert told(WIDGETS.replace("| choices |", f"| | {row} |\n| choices |"), PICTURES) == ["survey:30:type"]


CASCADE = """
| survey |
| | type | name | label | choice_filter |
| | select_one state | state | State | |
| | select_one county | county | County | state=${state} |
| | select_one city | city | City | state=${state} and county=${county} |
| choices |
| | list_name | name | label | state | county |
| | state | texas | Texas | | |
| | state | washington | Washington | | |
| | county | king | King | washington | |
| | county | cameron | Cameron | texas | |
| | city | dumont | Dumont | texas | king |
| | city | seattle | Seattle | washington | king |
"""


def test_cascading_selects() -> None:
    form = read_form("cascade", CASCADE.encode(), ".md")
    walk = Walk(form, {"state": "washington", "county": "king"}, NOW)
    offers = {slot.key: [option.value for option in walk.options(slot)] for slot in walk.asked}
    assert offers == {"state": ["texas", "washington"], "county": ["king"], "city": ["seattle"]}


def test_an_external_cascade_is_refused_with_what_to_use_instead() -> None:
    external = CASCADE.replace("select_one city |", "select_one_external city |")
    with pytest.raises(FormError, match="select_one_from_file"):
        read_form("cascade", external.encode(), ".md")


REPEATS = f"""
| survey |
| | type | name | label | repeat_count | relevant | calculation | constraint | appearance |
| | integer | num | How many? | | | | . <= 5 | |
| | begin repeat | child | Child | ${{num}} | | | | |
| | calculate | pos | | | | position(..) | | |
| | text | name | Name of child ${{pos}}? | | | | | |
| | select_one yn | has_toys | Toys? | | | | | |
| | begin repeat | toys | Toys | 2 | ${{has_toys}} = 'y' | | | field-list |
| | text | toy | Toy of ${{name}}? | | | | . != indexed-repeat(${{toy}}, ${{toys}}, position(..) - 1) | |
| | end repeat | | | | | | | |
| | end repeat | | | | | | | |
| | calculate | names | | | | join(', ', ${{name}}) | | |
| | calculate | first | | | | indexed-repeat(${{name}}, ${{child}}, 1) | | |
| | begin repeat | more | More | ${{num}} + 1 | | | | |
| | text | why | Why? | | | | | |
| | end repeat | | | | | | | |
{YES_NO}"""


def test_repeats_in_repeats() -> None:
    form = read_form("repeats", REPEATS.encode(), ".md")
    assert {group.name: group.count for group in form.groups} == {
        "child": "/data/num",
        "toys": "2",
        "more": "/data/num  + 1",
    }
    walk = Walk(form, {"num": "2", "name#1": "An", "name#2": "Bình", "has_toys#2": "y"}, NOW)
    assert [slot.key for slot in walk.asked if slot.question.name == "toy"] == ["toy#2.1", "toy#2.2"]
    assert (walk.submission["names"], walk.submission["first"]) == ("An, Bình", "An")


PULLDATA = """
| survey |
| | type | name | label | calculation |
| | text | fruit | Fruit? | |
| | calculate | called | | pulldata('fruits', 'name', 'name_key', ${fruit}) |
| | calculate | costs | | pulldata("fruits.csv", "price", "name_key", ${fruit}) |
| | calculate | again | | instance('fruits')/root/item[name_key = ${fruit}]/name |
| | note | shown | ${called} costs ${costs} | |
"""
FRUITS = {"fruits.csv": b"name_key,name,price\nmango,Mango,3\n\norange,Orange,2\n"}


def test_pulled_data() -> None:
    form = read_form("pulldata", PULLDATA.encode(), ".md", FRUITS)
    assert form.tables == {
        "fruits": (
            {"name_key": "mango", "name": "Mango", "price": "3"},
            {"name_key": "orange", "name": "Orange", "price": "2"},
        )
    }
    submission = Walk(form, {"fruit": "orange"}, NOW).submission
    assert (submission["called"], submission["costs"], submission["again"]) == ("Orange", "2", "Orange")


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("pulldata('vegetables', 'name', 'name_key', 'x')", "không có danh sách hay tệp «vegetables»"),
        ("pulldata('fruits', 'colour', 'name_key', 'x')", "không có cột «colour»"),
        ("pulldata('fruits', 'name', 'key', 'x')", "không có cột «key»"),
        ("pulldata(${fruit}, 'name', 'name_key', 'x')", "trong dấu nháy"),
        ("count(instance('vegetables')/root/item)", "không có danh sách hay tệp «vegetables»"),
        ("count(instance(${fruit})/root/item)", "trong dấu nháy"),
    ],
)
def test_data_that_cannot_be_pulled(formula: str, reason: str) -> None:
    source = PULLDATA.replace("pulldata('fruits', 'name', 'name_key', ${fruit})", formula)
    with pytest.raises(FormError, match=reason) as error:
        read_form("pulldata", source.encode(), ".md", FRUITS)
    assert [(m.row, m.column) for m in error.value.mistakes] == [(3, "calculation")]


def test_what_an_old_form_calls_its_types() -> None:
    source = f"""
| survey |
| | type | name | label |
| | q string | a | A |
| | add note prompt | b | B |
| | percentage | c | C |
| | phone number | d | D |
| | get phone number | e | |
| | imei | f | |
| | uri:subscriberid | g | |
| | add select one prompt using yn | h | H |
| | select all that apply from yn or specify other | i | I |
| | add photo prompt | j | J |
| | gps | k | K |
| | q dateTime | l | L |
{YES_NO}"""
    form = read_form("old", source.encode(), ".md")
    asked = {"a": "text", "b": "note", "c": "integer", "d": "text", "h": "select_one", "i": "select_multiple"}
    unasked = {"e": "phonenumber", "f": "deviceid", "g": "deviceid"}
    assert kinds(form) == asked | unasked | {"i_other": "text", "j": "image", "k": "geopoint", "l": "dateTime"}
    assert form.by_name["c"].constraint == "0 <= . and . <= 100"
    assert form.by_name["d"].constraint


def test_a_form_of_the_first_years_in_one_csv() -> None:
    """Columns were parted by one colon then, and paths named the form."""
    source = """"survey",,,,,,
,"type","name","label","bind:constraint","bind:jr:constraintMsg","bind:relevant"
,"decimal","price","How much?",". > 10.51","more",
,"select all that apply from list","picked","Which?","not(selected(., 'c') and selected(., 'a'))",,
,"trigger","read","Read?",,,"selected(/widgets/branch, 'n')"
"choices",,,,,,
,"list name","name","label",,,
,"list","a","option a",,,
,"list","c","option c",,,
"settings",,,,,,
,"add_none_option",,,,,
,FALSE,,,,,
"""
    assert told(source, suffix=".csv") == ["survey:4:relevant"]
    form = read_form("widgets", source.replace("/widgets/branch", "${picked}").encode(), ".csv")
    assert (form.by_name["price"].constraint, form.by_name["price"].constraint_message) == (". > 10.51", "more")


KOBO_COLUMNS = (
    *("type", "name", "label::vi", "required", "relevant", "appearance", "calculation", "$kuid", "$autoname"),
    *("select_from_list_name", "_or_other"),
)
KOBO: Sequence[Sequence[object]] = [
    KOBO_COLUMNS,
    ["start", "start", None, None, None, None, None, "k1", "start", None, None],
    ["end", "end", None, None, None, None, None, "k2", "end", None, None],
    ["username", "username", None, None, None, None, None, "k3", "username", None, None],
    ["simserial", "simserial", None, None, None, None, None, "k4", "simserial", None, None],
    ["audit", "audit", None, None, None, None, None, "k5", "audit", None, None],
    ["begin_group", None, "**Hộ** của anh/chị", False, None, "field-list", None, "k6", "ho", None, None],
    ["text", None, 'Tên hộ <span style="color:red">*</span>', True, None, None, None, "k7", "ten_ho", None, None],
    ["select_one", None, "Có máy không?", True, None, "likert", None, "k8", "co_may", "yn", False],
    ["select_multiple", None, "Máy gì?", False, "${co_may} = 'y'", None, None, "k9", "may", "may", True],
    ["end_group", None, None, None, None, None, None, "/k6", None, None, None],
    ["integer", "tuoi", "Tuổi?", False, None, None, None, "k10", "tuoi", None, None],
    ["calculate", "thang", None, None, None, None, "${tuoi} * 12", "k11", "thang", None, None],
    ["integer", "nam", None, None, None, None, "2026 - ${tuoi}", "k12", "nam", None, None],
    ["calculate", "__version__", None, None, None, None, "'vXYZ'", None, None, None, None],
]
KOBO_CHOICES: Sequence[Sequence[object]] = [
    ["list_name", "name", "label::vi", "$kuid", "$autovalue", "order"],
    ["yn", "y", "Có", "c1", "y", 0],
    ["yn", "n", "Không", "c2", "n", 1],
    ["may", 1, "Máy bào", "c3", 1, 0],
    ["may", 2, None, "c4", 2, 1],
]


def test_a_form_as_kobotoolbox_keeps_it() -> None:
    form = read_form("kobo", saved(KOBO, KOBO_CHOICES), ".xlsx")
    assert kinds(form) == {
        **{kind: kind for kind in ("start", "end", "username", "audit")},
        **dict.fromkeys(("thang", "nam", "__version__"), "calculate"),
        "simserial": "deviceid",
        "ten_ho": "text",
        "co_may": "select_one",
        "may": "select_multiple",
        "may_other": "text",
        "tuoi": "integer",
    }
    assert (form.groups[0].path, form.groups[0].label) == (("ho",), "Hộ của anh/chị")
    assert form.by_name["ten_ho"].label == "Tên hộ *"
    assert [(option.value, option.label) for option in form.by_name["may"].options] == [
        ("1", "Máy bào"),
        ("2", "2"),
        ("other", "Khác"),
    ]
    assert (form.language, form.translations) == ("", {})


@pytest.mark.parametrize("kind", ["begin_score", "score__row", "begin_rank", "rank__level", "begin_kobomatrix"])
def test_the_matrices_of_kobotoolbox_are_refused(kind: str) -> None:
    rows = [*KOBO, [kind, "them", "Thêm"]]
    with pytest.raises(FormError, match="KoboToolbox") as error:
        read_form("kobo", saved(rows, KOBO_CHOICES), ".xlsx")
    assert [(m.row, m.column) for m in error.value.mistakes] == [(16, "type")]


ENTITIES = """
| survey |
| | type | name | label | save_to |
| | text | species | Species? | species |
| entities |
| | list_name | label |
| | trees | ${species} |
"""


def test_entities_are_refused_where_they_are_declared_and_where_they_are_kept() -> None:
    assert told(ENTITIES) == ["entities:2:", "survey:2:save_to"]
    empty = ENTITIES.replace("| | trees | ${species} |\n", "").replace("| species |\n| ent", "| |\n| ent")
    assert kinds(read_form("template", empty.encode(), ".md")) == {"species": "text"}


def test_odk_s_own_engine_is_given_what_is_read() -> None:
    xform = xform_of("repeats", REPEATS.encode(), ".md")
    assert 'jr:count=" /data/num "' in xform
    with pytest.raises(FormError):
        xform_of("wrong", b"| survey |\n| | type | name | label |\n| | no | a | A |\n", ".md")
