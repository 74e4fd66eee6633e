"""Whole conversations, fully worded: what a member of staff reads and approves. `pytest --update` rewrites them."""

from pathlib import Path

import pytest

from content.render import Renderer
from conversation.catalog import Announcement, Library
from conversation.channel import CAPABILITIES
from conversation.records import Record
from tests.actors import TUESDAY_EVENING, Owner
from tests.conftest import a_class

FOLDER = Path(__file__).parent / "transcripts"

# What the owner says, line by line; a line that begins with # taps the choice of that label.
CONVERSATIONS = {
    "hoi_chinh_sach": """
        alo
        #Nhà nước hỗ trợ xưởng những gì
        3
        1
        #Cần giấy tờ gì
        #Chuyển câu hỏi cho cán bộ
        ho kinh doanh nho co duoc ho tro khong
        cách nấu bún cá
        2
    """,
    "dang_ky_quan_tam": """
        /quantam
        #Đồng ý
        #Mua máy, đổi máy mới
        mua may bao bon mat lam khung tranh
        moc thinh phat
        Mộc Thịnh Phát
        khung tranh
        mười mấy
        12 nguoi ca toi
        xuan khe
        đúng
        0912 34 56
        0912345678
        5
        13
        gửi
    """,
    "phieu_nhu_cau": """
        toi muon gui nhu cau cua xuong
        ok dong y
        1 3
        may bao 4 mat voi may cha nham thung
        tam 4 tram
        uh
        2
        8 nguoi ca toi
        0
        hoa mac
        to 3
        thoi toi ra xep hang len xe da
        tiếp
        Mộc Thịnh Phát
        ho kd
        lop nay co mat tien khong
        bỏ qua
        gửi
        ma cua toi
    """,
    "dang_ky_lop": """
        /lop
        qt1
        1
        đồng ý
        2
        tran van thinh
        Trần Văn Thịnh
        sau
        #Đăng ký
        chia sẻ qt1
        hủy qt1
        #Hủy đăng ký
    """,
    "thong_bao": """
        /thongbao
        đồng ý
        /phieu
        thông báo
        thôi tin
        #Nhận lại thông báo
    """,
    "du_lieu_cua_toi": """
        /dulieu
        #Đọc bản đầy đủ
        /phieu
        1
        đồng ý
        3
        8
        0
        Nhân Hà
        Mộc Lan
        1
        0912345678
        gửi
        /dulieu
        #Xóa dữ liệu của tôi
        #Xóa hết
    """,
}


def told(owner: Owner, channel: str, script: str) -> str:
    """Hold the conversation and return it as a person would read it on that channel."""
    lines = []
    for said in (line.strip() for line in script.strip().splitlines()):
        before = len(owner.records)
        if said.startswith("#"):
            owner.taps(said[1:])
            lines.append(f"Chủ cơ sở   (chọn) {said[1:]}")
        else:
            owner.says(said)
            lines.append(f"Chủ cơ sở   {said}")
        number = owner.session["prompt"]["number"]
        for message in owner.renderer.render(owner.replies, CAPABILITIES[channel], number):
            buttons = [f"[{choice.label}]" for choice in message.choices] if message.buttons else []
            first, *rest = [*message.text.splitlines(), *buttons]
            lines += [f"Bot         {first}", *(f"            {line}" for line in rest)]
        lines += [f"Ghi nhận    {noted(record)}" for record in owner.records[before:]]
        lines.append("")
    return "\n".join(lines)


def noted(record: Record) -> str:
    return repr(record).replace(", form_sha='" + getattr(record, "form_sha", "") + "'", "")


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("channel", ["web", "zalo_bot"])
def test_a_conversation_reads_as_approved(
    name: str, channel: str, library: Library, renderer: Renderer, request: pytest.FixtureRequest
) -> None:
    announcement = Announcement(
        1, "Lớp QT1 đổi chỗ học", "Học tại nhà văn hóa xã Vĩnh Trụ. Gõ QT1 để xem.", TUESDAY_EVENING
    )
    classes = [a_class("QT1", seats=12), a_class("CL1", seats=2, taken=2)]
    text = told(Owner(library, renderer, classes, [announcement]), channel, CONVERSATIONS[name])
    file = FOLDER / f"{name}.{channel}.txt"
    if request.config.getoption("--update"):
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text
