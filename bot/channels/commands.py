"""The commands that a messenger lists in its menu, for owners and, in their own chats, for staff."""

COMMANDS = {
    "menu": "Danh sách việc",
    "chinhsach": "Nhà nước hỗ trợ những gì",
    "quantam": "Đăng ký quan tâm",
    "phieu": "Gửi nhu cầu của xưởng",
    "lop": "Lớp học sắp mở",
    "thongbao": "Nhận thông báo",
    "dulieu": "Dữ liệu của tôi",
    "lienket": "Ghép các kênh của tôi",
    "huy": "Bỏ phiếu đang làm dở",
    "start": "Bắt đầu lại",
}
STAFF_COMMANDS = {"canbo": "Việc của cán bộ", **COMMANDS}
# Of who may write announcements.
WRITER_COMMANDS = {"canbo": "Việc của cán bộ", "guithongbao": "Soạn thông báo", **COMMANDS}
