"""The form that the template begins with, and what it says about its own columns."""

from collections.abc import Mapping, Sequence

Rows = Sequence[Mapping[str, str]]

QUESTIONS: Rows = (
    {
        "loại câu": "ghi chú",
        "câu hỏi": "Trung tâm hỏi mấy câu để biết xưởng cần hỗ trợ gì. Câu nào không bắt buộc thì gõ BỎ QUA được.",
    },
    {
        "loại câu": "tên cơ sở",
        "tên": "ten_co_so",
        "câu hỏi": "Tên cơ sở, hoặc tên chủ hộ?",
        "tên ngắn": "Tên cơ sở",
        "gợi ý": "Ví dụ: Cơ sở mộc Lan",
        "bắt buộc": "có",
        "điều kiện": "dài không quá 120",
        "báo lỗi": "Tên hơi dài. Anh/chị viết gọn giúp em, ví dụ: Cơ sở mộc Lan",
    },
    {
        "loại câu": "xã phường",
        "tên": "xa",
        "câu hỏi": "Cơ sở ở xã, phường nào?",
        "tên ngắn": "Xã, phường",
        "gợi ý": "Gõ tên cũ hay tên mới đều được",
        "bắt buộc": "có",
    },
    {
        "loại câu": "chọn một",
        "tên": "loai_hinh",
        "câu hỏi": "Cơ sở đang đăng ký thế nào?",
        "tên ngắn": "Loại hình",
        "bắt buộc": "có",
        "đáp án": "loai_hinh",
    },
    {
        "loại câu": "số nguyên",
        "tên": "so_tho",
        "câu hỏi": "Có mấy người làm quanh năm, kể cả chủ?",
        "tên ngắn": "Người làm",
        "bắt buộc": "có",
        "điều kiện": "từ 1 đến 5.000",
        "báo lỗi": "Số người làm từ 1 đến 5.000, ví dụ: 8",
    },
    {
        "loại câu": "chọn nhiều",
        "tên": "nhu_cau",
        "câu hỏi": "Trong 12 tháng tới, xưởng cần gì nhất?",
        "tên ngắn": "Nhu cầu",
        "gợi ý": "Chọn nhiều nhất 3 mục",
        "bắt buộc": "có",
        "đáp án": "nhu_cau",
        "điều kiện": "không quá 3 mục",
        "báo lỗi": "Anh/chị chọn nhiều nhất 3 mục, ví dụ: 1,3",
    },
    {
        "loại câu": "chữ",
        "tên": "ten_may",
        "câu hỏi": "Máy gì, để làm khâu nào?",
        "tên ngắn": "Máy",
        "gợi ý": "Ví dụ: máy bào bốn mặt, khâu bào phôi",
        "bắt buộc": "có",
        "chỉ hỏi khi": "nhu_cau có mua_may",
    },
    {
        "loại câu": "tiền",
        "tên": "gia_may",
        "câu hỏi": "Máy khoảng bao nhiêu tiền?",
        "tên ngắn": "Giá máy",
        "gợi ý": "Ví dụ: 400 triệu, hoặc 1,2 tỷ",
        "chỉ hỏi khi": "nhu_cau có mua_may",
        "điều kiện": "lớn hơn 0",
        "báo lỗi": "Số tiền phải lớn hơn 0, ví dụ: 400 triệu",
    },
    {"loại câu": "nhóm", "tên": "hoc_nghe", "câu hỏi": "Dạy nghề cho thợ", "chỉ hỏi khi": "nhu_cau có day_nghe"},
    {
        "loại câu": "số nguyên",
        "tên": "so_hoc",
        "câu hỏi": "Cử mấy người đi học?",
        "tên ngắn": "Số người học",
        "bắt buộc": "có",
        "điều kiện": ">= 1 và <= so_tho",
        "báo lỗi": "Từ 1 người đến nhiều nhất là số người làm, ví dụ: 2",
    },
    {"loại câu": "ngày", "tên": "ngay_hoc", "câu hỏi": "Học từ ngày nào thì tiện?", "tên ngắn": "Ngày học"},
    {"loại câu": "hết nhóm"},
    {
        "loại câu": "số điện thoại",
        "tên": "dien_thoai",
        "câu hỏi": "Số điện thoại để cán bộ gọi lại?",
        "tên ngắn": "Điện thoại",
    },
)
ANSWERS: Rows = tuple(
    {"danh sách": name, "mã": code, "đáp án": label}
    for name, code, label in (
        ("loai_hinh", "ho", "Hộ kinh doanh"),
        ("loai_hinh", "hop_tac_xa", "Hợp tác xã"),
        ("loai_hinh", "cong_ty", "Công ty, doanh nghiệp tư nhân"),
        ("loai_hinh", "chua", "Chưa đăng ký"),
        ("nhu_cau", "mua_may", "Mua máy"),
        ("nhu_cau", "day_nghe", "Dạy nghề cho thợ"),
        ("nhu_cau", "hoi_cho", "Hội chợ, bán hàng"),
        ("nhu_cau", "moi_truong", "Xử lý bụi, nước thải"),
        ("nhu_cau", "khac", "Việc khác"),
        ("co_khong", "co", "Có"),
        ("co_khong", "khong", "Không"),
    )
)
SETTINGS: Rows = ({"tên phiếu": "Phiếu mẫu: nhu cầu của xưởng", "mã phiếu": "PM", "phiên bản": "1"},)

# By sheet (XLSForm's name) and heading.
NOTES: Mapping[str, Mapping[str, str]] = {
    "survey": {
        "loại câu": "Chọn trong danh sách. Mỗi loại có một ví dụ ở trang «Hướng dẫn».",
        "tên": "Tên để các câu khác nhắc đến: không dấu, không cách, ví dụ: so_tho. Để trống thì tự đặt theo câu hỏi.",
        "câu hỏi": "Lời hỏi, như nói với người trả lời. Nhắc lại câu trước: Anh/chị có ${so_tho} thợ, phải không?",
        "tên ngắn": "Vài chữ, dùng ở bảng kết quả và lúc xem lại, ví dụ: Người làm",
        "gợi ý": "Một dòng dưới câu hỏi, ví dụ: Gõ một con số",
        "bắt buộc": "có, hoặc để trống",
        "đáp án": "Tên danh sách ở trang «Đáp án», ví dụ: nhu_cau. Với thang điểm: 1 đến 5",
        "chỉ hỏi khi": "Chọn trong danh sách hoặc tự viết:\nnhu_cau có mua_may\nso_tho >= 10 và loai_hinh là ho",
        "điều kiện": "Câu trả lời phải thế nào:\ntừ 1 đến 20\nkhông quá 3 mục\ndài không quá 120",
        "báo lỗi": "Lời nhắc khi chưa đúng điều kiện, kèm một ví dụ đúng.",
        "công thức": "Cho loại câu «tính», ví dụ: so_tho + tho_thoi_vu",
        "mặc định": "Câu trả lời ghi sẵn, ví dụ: hôm nay",
        "lọc đáp án": "Chỉ hiện đáp án hợp với câu trước, ví dụ: tinh = tinh_o\n(tinh là cột thêm ở trang «Đáp án»)",
        "số lần lặp": "Cho loại câu «lặp», ví dụ: so_may. Để trống thì hỏi «thêm nữa không?»",
    },
    "choices": {
        "danh sách": "Tên danh sách, ghi ở mỗi dòng, ví dụ: nhu_cau",
        "mã": "Mã không dấu, không cách, ví dụ: mua_may. Để trống thì tự đặt theo đáp án.",
        "đáp án": "Lời người trả lời nhìn thấy, ví dụ: Mua máy",
    },
    "settings": {
        "tên phiếu": "Tên người trả lời nhìn thấy",
        "mã phiếu": "Hai chữ hoa không dấu, đứng đầu mã số mỗi phiếu, ví dụ: PM",
        "phiên bản": "Đổi mỗi khi sửa phiếu, ví dụ: 2",
    },
}
GUIDE: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        "Làm phiếu mới",
        (
            ("1", "Sửa các dòng mẫu ở trang «Câu hỏi», mỗi dòng một câu. Dòng nào không dùng thì xóa."),
            ("2", "Câu chọn thì ghi các đáp án ở trang «Đáp án», rồi ghi tên danh sách vào cột «đáp án»."),
            ("3", "Ghi tên phiếu, mã phiếu ở trang «Cài đặt», rồi tải tệp lên. Chỗ nào chưa đúng sẽ được báo từng ô."),
        ),
    ),
    (
        "Viết điều kiện",
        (
            ("nhu_cau có mua_may", "câu chọn nhiều có chọn mục ấy"),
            ("nhu_cau không có mua_may", "câu chọn nhiều không chọn mục ấy"),
            ("loai_hinh là Hộ kinh doanh", "câu chọn một; ghi lời đáp án hay ghi mã đều được"),
            ("so_tho >= 10", "so sánh số: >  >=  <  <=  hoặc: lớn hơn, ít nhất, không quá, từ … trở lên"),
            ("gia_may > 500 triệu", "tiền: nghìn, triệu, tỷ"),
            ("ngay_hoc >= 20/11/2026", "ngày; hoặc: hôm nay, năm nay"),
            ("ten_may trống", "chưa có câu trả lời; ngược lại: không trống"),
            ("so_tho >= 10 và nhu_cau có mua_may", "cả hai"),
            ("so_tho >= 10 hoặc (gia_may > 1 tỷ và không (loai_hinh là ho))", "một trong hai; dùng ngoặc khi cần"),
            ("từ 1 đến 20", "ở cột «điều kiện» không cần ghi tên của chính câu ấy"),
            ("không quá 3 mục", "ở cột «điều kiện» của câu chọn nhiều"),
            ("dài không quá 120", "ở cột «điều kiện» của câu chữ: số chữ cái"),
        ),
    ),
)
CAUTION = "Excel coi ô bắt đầu bằng dấu = là công thức: hãy viết «là 5» thay cho «= 5»."
