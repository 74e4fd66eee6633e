"""Words that fill a question without saying what it is about, and short forms with all they may stand for."""

from conversation.answers import fold

# Without its diacritics "mày" is also "máy" and "hỏi cho" "hội chợ": such words are not among these.
FILLERS = frozenset(
    fold(
        """
        tôi tui em e anh chị a c ad admin cô cháu ông mình con các những
        ạ à ơi ừ vâng dạ nhé nhỉ với vậy thế thì là mà có không được bị cũng đã đang sẽ rồi nữa luôn của
        xin giúp muốn biết này kia đi ra vào chỉ chút cái gì nào sao một
        """
    ).split()
)

SHORT_FORMS = {
    short: tuple(tuple(fold(reading).split()) for reading in readings.split("|"))
    for short, readings in {
        "bb": "bao bì",
        "bc": "báo cáo",
        "bh": "bao giờ|bây giờ",
        "bn": "bao nhiêu",
        "bnh": "bao nhiêu",
        "bnhieu": "bao nhiêu",
        "cb": "cán bộ",
        "ck": "chuyển khoản",
        "cn": "công nghiệp|công nghệ|công nhân",
        "cnnt": "công nghiệp nông thôn",
        "cs": "cơ sở|chính sách",
        "cssx": "cơ sở sản xuất",
        "cty": "công ty",
        "dc": "được|địa chỉ",
        "dk": "đăng ký|điều kiện|được không",
        "dkkd": "đăng ký kinh doanh",
        "dki": "đăng ký",
        "dky": "đăng ký",
        "dn": "doanh nghiệp",
        "ds": "danh sách",
        "dt": "điện thoại|đào tạo|đầu tư",
        "gpkd": "giấy phép kinh doanh",
        "gt": "giấy tờ|giới thiệu",
        "hd": "hướng dẫn|hóa đơn|hợp đồng|hoạt động",
        "hk": "không",
        "hkd": "hộ kinh doanh",
        "hs": "hồ sơ|học sinh",
        "ht": "hỗ trợ|hệ thống",
        "htx": "hợp tác xã",
        "hv": "học viên",
        "j": "gì",
        "k": "không",
        "kc": "khuyến công",
        "kg": "không",
        "kh": "kế hoạch|không",
        "khg": "không",
        "kn": "khiếu nại|khuyến nông",
        "ko": "không",
        "kp": "kinh phí",
        "ktra": "kiểm tra",
        "kt": "kiểm tra|kỹ thuật|kế toán",
        "ld": "lao động",
        "lm": "làm",
        "m": "mình",
        "mm": "máy móc",
        "mmtb": "máy móc thiết bị",
        "mn": "mọi người",
        "mun": "muốn",
        "nc": "nhu cầu",
        "nd": "nội dung|nghị định",
        "ng": "người",
        "nn": "nhà nước|nông nghiệp",
        "ns": "ngân sách",
        "ntn": "như thế nào",
        "qc": "quảng cáo",
        "qd": "quyết định",
        "qtdn": "quản trị doanh nghiệp",
        "r": "rồi",
        "sdt": "số điện thoại",
        "sp": "sản phẩm",
        "stk": "số tài khoản",
        "sx": "sản xuất",
        "sxkd": "sản xuất kinh doanh",
        "sxsh": "sản xuất sạch hơn",
        "tb": "thiết bị|thông báo",
        "tk": "tài khoản|tiết kiệm",
        "tks": "cảm ơn",
        "tmdt": "thương mại điện tử",
        "tr": "triệu",
        "trg": "trường",
        "tt": "trung tâm|thông tin|thủ tục",
        "vd": "ví dụ",
        "vp": "văn phòng",
        "vs": "với",
        "xd": "xây dựng",
    }.items()
}
