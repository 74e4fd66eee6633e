"""What the states and channels of the tables are called in Vietnamese."""

import re
from collections.abc import Mapping

CHANNELS: Mapping[str, str] = {
    "web": "Chat web",
    "telegram": "Telegram",
    "zalo_bot": "Zalo Bot",
    "zalo_oa": "Zalo OA",
    "terminal": "Chat thử",
    "paper": "Phiếu giấy",
    "spoken": "Cán bộ ghi giúp",
}
OUTCOMES: Mapping[str, str] = {
    "pending": "Chờ gửi",
    "sending": "Đang gửi",
    "sent": "Đã gửi",
    "failed": "Gửi lỗi",
    "blocked": "Người nhận chặn",
    "unreachable": "Không có cách gửi",
    "opted_out": "Thôi nhận tin",
    "uncertain": "Chưa rõ đã đến chưa",
    "held": "Giữ đến khi họ nhắn",
}
STATES: Mapping[str, str] = {
    "waiting": "Chờ duyệt",
    "queued": "Chờ đến giờ gửi",
    "sending": "Đang gửi",
    "paused": "Tạm dừng",
    "done": "Đã xong",
    "cancelled": "Đã hủy",
}
CASES: Mapping[str, str] = {
    "received": "Mới nhận",
    "surveyed": "Đã khảo sát",
    "appraised": "Đã thẩm định",
    "submitted": "Đã trình",
    "approved": "Đã phê duyệt",
    "settled": "Đã quyết toán",
    "declined": "Không hỗ trợ",
}
_REASONS: Mapping[str, str] = {
    "Unreachable": "Kênh không trả lời",
    "Rejected": "Kênh từ chối tin này",
    "WindowClosed": "Kênh chỉ cho nhắn sau khi họ nhắn trước",
    "Stopped": "Người nhận chặn hoặc rời kênh",
    "Uncertain": "Kênh không xác nhận",
}
_FAILURE = re.compile(r"(\w+)\(['\"]?(.*?)['\"]?,?\)", re.DOTALL)


def reason(error: str) -> str:
    """Return why a send did not succeed, in Vietnamese, with the vendor's own words; what is none of our failures
    stays as it is."""
    failure = _FAILURE.fullmatch(error)
    if failure is None or failure[1] not in _REASONS:
        return error
    words = _REASONS[failure[1]]
    return f"{words} ({failure[2]})" if failure[2] else words
