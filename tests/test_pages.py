"""The policy pages: the reader's complaints, what fits a phone, and what must not reach an owner."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

import content
from content.errors import ContentError
from content.pages import read_page, read_pages, read_topics
from conversation.page import Page, Topic

POLICIES = Path(content.__file__).parent / "policies"
PAGES = read_pages(POLICIES)
TOPICS = read_topics(POLICIES)

PUBLISHED = {
    *("overview", "eligibility", "programme", "addresses"),
    *("vocational_training", "management_training", "demo_model_new", "advanced_machinery", "production_line"),
    *("cleaner_production", "trade_fair_abroad", "showroom", "information", "relocation_interest"),
    *("cluster_infrastructure", "international_cooperation", "system_capacity"),
}
UNPUBLISHED = {
    *("how_to_apply", "papers", "deadlines", "payment"),
    *("enterprise_startup", "demo_model_replicate", "product_award", "trade_fair_domestic", "brand", "online_market"),
    *("consulting", "association", "cluster_linkage", "pollution_establishment", "pollution_cluster"),
    *("cluster_planning",),
}

# The only numbers a page may say, apart from the numbers of documents. Any other one has to be checked by a person.
NUMBERS = {
    "eligibility": {"15/10/2025"},
    "programme": {"2026–2030", "23/9/2025"},
    "addresses": {"01/7/2025", "33", "16", "17"},
    "management_training": {"100%"},
    "demo_model_new": {"30%", "1 tỷ"},
    "advanced_machinery": {"50%", "300 triệu"},
    "production_line": {"450 triệu"},
    "cleaner_production": {"15/10/2025"},
    "trade_fair_abroad": {"100%"},
    "relocation_interest": {"50%", "500 triệu"},
    "cluster_infrastructure": {"6 tỷ"},
}
DOCUMENT = re.compile(r"\d+/(?:\d{4}/)?(?:NĐ-CP|TT-BTC|QĐ-BCT|QH15|NQ-UBTVQH15)|(?:Điều|khoản) \d+(?: và \d+)?")
NUMBER = re.compile(r"\d+(?:[.,/–]\d+)*(?:%| triệu| tỷ)?")

# What was read only in a replaced text, remembered, or not found: no page says any of it.
HIDDEN = {
    "documents replaced or amended since they were read": r"46/2012|36/2013|26/2014|16/2011|20/2017|17/2018|14/2018",
    "brand and consulting, 2014": r"\b35 triệu",
    "advance": r"\b70 ?%|tạm ứng|ứng trước",
    "booth rent in the country, 2014": r"\b80 ?%|thuê gian hàng",
    "priority multiplier, priority areas and industries": r"1[,.]5 lần|gấp rưỡi|ưu tiên|nguyên liệu tại chỗ",
    "pollution in a cluster, 2014": r"1\.500 triệu|\b1,5 tỷ",
    "replicable model, association, prize of 2014": r"\b(?:5|10|70|100|150|200|400) triệu|tiền thưởng",
    "training: averages, fees, lengths": r"\b2(?:,0)? triệu|\b35 (?:học viên|người)|học phí|miễn phí|không mất tiền",
    "deadlines": r"\b20/0?5\b|\b15/0?6\b|hạn cuối|chậm nhất",
    "limit of overseas fairs": r"(?:2|02|hai) lần|mỗi năm",
    "labour-intensive": r"\b50 (?:lao động|người)",
    "conditions of a machine": r"máy mới|qua sử dụng|đơn chiếc|cùng loại",
    "conditions of funding": r"đối ứng|cam kết đầu tư|phần còn lại|ngân sách nhà nước hỗ trợ",
    "flow of money, proof": r"nghiệm thu|giải ngân|quyết toán|hóa đơn|chứng từ|sau khi đầu tư",
    "dossier": r"đơn đề nghị|bản sao|bộ hồ sơ|giấy phép|báo giá",
    "the award": r"\b70 điểm|năm (?:lẻ|chẵn)|15 ngày|phiếu đăng ký|ảnh màu",
    "location tests": r"thành phố loại|địa bàn .*khó khăn|miền núi|biên giới|không giới hạn",
    "excluded industries": r"gạch|lò vòng",
    "online sales": r"thương mại điện tử|trực tuyến|\bsàn\b",
    "whether cooperative groups are still in": r"tổ hợp tác",
    "conditions of the loan": r"trung hạn|dài hạn|đúng hạn",
}

PAGE = """\
---
title: Mua máy
label: Mua máy
group: 3
published: true
sources: Thông tư mẫu, Điều 1
figures:
  - name: machine
    percent: 50
    amount: 300_000_000
    unit: cơ sở
    document: Thông tư mẫu
    article: Điều 1
    caveat: Cán bộ sẽ xác nhận.
asks:
  - sắm máy
---
## what
Hỗ trợ mua máy.

## money
Nhiều nhất {machine.percent}, không quá {machine.amount} một {machine.unit}.
"""


def shown(page: Page) -> str:
    return "\n".join([page.title, page.label, *page.parts.values(), page.sources])


def numbers_of(text: str) -> set[str]:
    return set(NUMBER.findall(DOCUMENT.sub("", text)))


def hidden_in(text: str) -> list[str]:
    return [fact for fact, pattern in HIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]


def test_a_page_comes_back_with_its_figures_in_words_and_their_caveat() -> None:
    page = read_page(Path("machine.md"), PAGE)
    assert page.id == "machine"
    assert page.parts == {
        "what": "Hỗ trợ mua máy.",
        "money": "Nhiều nhất 50%, không quá 300 triệu đồng một cơ sở.\nCán bộ sẽ xác nhận.",
    }
    assert page.asks == ("sắm máy",)


def test_a_figure_that_a_person_verified_needs_no_caveat() -> None:
    checked = PAGE.replace("asks:", "    verified_on: 2026-11-20\n    verified_by: Nguyễn Văn Mẫu\nasks:")
    page = read_page(Path("machine.md"), checked)
    assert page.figures[0].verified_on == date(2026, 11, 20)
    assert "xác nhận" not in page.parts["money"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1_000_000_000, "1 tỷ đồng"),
        (1_500_000_000, "1,5 tỷ đồng"),
        (1_050_000_000, "1,05 tỷ đồng"),
        (1_234_000_000_000, "1.234 tỷ đồng"),
        (300_000_000, "300 triệu đồng"),
        (35_500_000, "35,5 triệu đồng"),
        (2_500, "2.500 đồng"),
    ],
)
def test_money_reads_as_people_say_it(amount: int, words: str) -> None:
    page = read_page(Path("machine.md"), PAGE.replace("300_000_000", str(amount)))
    assert f"không quá {words} một cơ sở" in page.parts["money"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("---\ntitle", "title", 1, "hai dòng ---"),
        ("title: Mua máy\n", "", 2, "thiếu mục «title»"),
        ("title: Mua máy", "title: ' '", 2, "đang bỏ trống"),
        ("title: Mua máy", "title: [Mua máy", 3, "YAML viết sai"),
        ("label: Mua máy", "label: " + "máy " * 10, 3, "nhãn dài 39 chữ"),
        ("label: Mua máy", "nhan: Mua máy", 3, "không có mục nào tên «nhan»"),
        ("group: 3", "group: 12", 4, "số của nhóm"),
        ("group: 3", "group: ba", 4, "phải là một số nguyên"),
        ("group: 3", "group: 3\ngroup: 4", 5, "viết hai lần"),
        ("published: true", "published: có", 5, "phải là true hoặc false"),
        ("published: true", "published: false", 5, "không được có phần nào"),
        ("sources: Thông tư mẫu, Điều 1\n", "", 2, "thiếu mục «sources»"),
        ("    document: Thông tư mẫu\n", "", 8, "thiếu mục «document»"),
        ("    article: Điều 1\n", "", 8, "thiếu mục «article»"),
        ("    caveat: Cán bộ sẽ xác nhận.\n", "", 8, "thiếu mục «caveat»"),
        ("    percent: 50\n    amount: 300_000_000\n", "", 8, "chưa có «amount» hay «percent»"),
        ("caveat: Cán bộ", "verified_on: hôm qua\n    caveat: Cán bộ", 14, "phải là một ngày"),
        ("caveat: Cán bộ", "verified_on: 2026-02-30\n    caveat: Cán bộ", 14, "không đọc được"),
        ("  - sắm máy", "  - 12", 15, "mỗi dòng của «asks» phải là chữ"),
        ("## what\nHỗ trợ mua máy.\n", "", 5, "phải có phần «## what»"),
        ("## what\n", "", 18, "chưa thuộc phần nào"),
        ("## what", "## why", 18, "không có phần «## why»"),
        ("Hỗ trợ mua máy.\n", "", 18, "phần «what» đang bỏ trống"),
        ("## money", "## what", 21, "viết hai lần"),
        ("{machine.amount}", "{may.amount}", 22, "không ứng với số liệu nào"),
        ("{machine.amount}", "{machine.name}", 22, "chỗ điền số viết là"),
        ("    amount: 300_000_000\n", "", 21, "{machine.amount} không ứng với số liệu nào"),
        ("asks:", "  - {name: b, percent: 1, unit: b, document: b, article: b, caveat: b}\nasks:", 7, "«b» không dùng"),
    ],
)
def test_a_mistake_names_its_file_and_line(old: str, new: str, line: int, message: str) -> None:
    assert old in PAGE
    with pytest.raises(ContentError) as error:
        read_page(Path("machine.md"), PAGE.replace(old, new, 1))
    assert str(error.value).startswith(f"machine.md:{line}: ")
    assert message in str(error.value)


def test_the_nine_groups_are_all_needed(tmp_path: Path) -> None:
    text = (POLICIES / "topics.yaml").read_text(encoding="utf-8")
    (tmp_path / "topics.yaml").write_text(text.replace("number: 9", "number: 8"), encoding="utf-8")
    with pytest.raises(ContentError, match=r"topics\.yaml:3: cần đủ chín nhóm"):
        read_topics(tmp_path)


def test_what_may_be_published_is_and_the_rest_is_a_heading() -> None:
    assert {page.id for page in PAGES if page.published} == PUBLISHED
    assert {page.id for page in PAGES if not page.published} == UNPUBLISHED
    assert {page.group for page in PAGES} == set(range(10))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_a_page_fits_a_phone_and_can_be_asked_for(page: Page) -> None:
    answer = [page.title, page.parts.get("what", ""), page.parts.get("money", ""), page.sources]
    assert len("\n".join(answer)) <= 600
    assert len("\n".join([page.title, page.parts.get("who", ""), page.sources])) <= 600
    assert 12 <= len(set(page.asks)) <= 25
    assert unicodedata.is_normalized("NFC", shown(page))


def test_no_question_leads_to_two_pages() -> None:
    asks = [ask for page in PAGES for ask in page.asks]
    assert len(asks) == len(set(asks))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_nothing_hidden_is_said(page: Page) -> None:
    assert hidden_in(shown(page)) == []
    assert numbers_of("\n".join([page.title, *page.parts.values()])) == NUMBERS.get(page.id, set())
    assert not {"papers", "apply"} & set(page.parts)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: str(topic.number))
def test_the_nine_groups_say_nothing_hidden(topic: Topic) -> None:
    text = "\n".join([topic.title, topic.label, topic.text])
    assert hidden_in(text) == []
    assert numbers_of(text) == set()
    assert len(text) <= 300


def test_the_sieve_catches_what_it_should() -> None:
    assert hidden_in("Nhãn hiệu: 50%, không quá 35 triệu đồng.") == ["brand and consulting, 2014"]
    assert hidden_in("Nộp trước ngày 20/5.") == ["deadlines"]
    assert hidden_in("Tạm ứng đến 70%.") == ["advance"]
    assert numbers_of("Điều 8, khoản 4: 30%, 1,5 tỷ, ngày 15/6 (Nghị định 45/2012/NĐ-CP)") == {"30%", "1,5 tỷ", "15/6"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.figures], ids=lambda page: page.id)
def test_no_figure_of_the_seed_claims_to_be_verified(page: Page) -> None:
    for figure in page.figures:
        assert figure.verified_on is None
        assert figure.verified_by == ""
        assert "mức trần trung ương, tỉnh quy định mức cụ thể, cán bộ sẽ xác nhận" in figure.caveat
        assert page.parts["money"].endswith(figure.caveat)
        assert figure.document in page.sources
        assert figure.article in page.sources


def test_money_is_said_by_figures_only() -> None:
    for page in PAGES:
        assert ("money" in page.parts) == bool(page.figures)
        _, _, money = (POLICIES / f"{page.id}.md").read_text(encoding="utf-8").partition("## money\n")
        assert not re.search(r"\d", re.sub(r"\{.*?\}", "", money))


def test_the_decree_of_2012_is_never_cited_without_its_amendment() -> None:
    cited = [
        source
        for source in [page.sources for page in PAGES] + [topic.sources for topic in TOPICS]
        if "45/2012" in source
    ]
    assert len(cited) > len(TOPICS)
    for source in cited:
        assert "đã được sửa đổi, bổ sung bởi Nghị định 235/2025/NĐ-CP" in source
