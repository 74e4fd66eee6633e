"""What each action of staff is called; an action that has no words here cannot be noted."""

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    "staff.added": "Thêm tài khoản",
    "staff.role": "Đổi vai trò",
    "staff.communes": "Giao xã cho cộng tác viên",
    "staff.reset": "Cấp lại mật khẩu",
    "staff.disabled": "Khóa tài khoản",
    "staff.password": "Đổi mật khẩu của mình",
    "staff.session_ended": "Đăng xuất khỏi máy khác",
    "staff.sessions_ended": "Đăng xuất một tài khoản khỏi mọi máy",
    "staff.factor_on": "Bật mã xác nhận",
    "staff.factor_off": "Bỏ mã xác nhận của mình",
    "staff.factor_dropped": "Bỏ mã xác nhận của người khác",
    "staff.signed_in": "Đăng nhập",
    "staff.locked": "Sai mật khẩu nhiều lần",
}
