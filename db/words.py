"""What the states and channels of the tables are called in Vietnamese."""

from collections.abc import Mapping

CHANNELS: Mapping[str, str] = {
    "web": "Chat web",
    "telegram": "Telegram",
    "zalo_bot": "Zalo Bot",
    "zalo_oa": "Zalo OA",
    "terminal": "Chat thử",
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
