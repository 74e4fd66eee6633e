"""What owners say in the conversations that staff read and approve, line by line.

A line that begins with # takes the choice of that label, as the channel lets one take it: a button, or its number;
one with & takes several, each ticked, or their numbers.
One that begins with @ is something else that happens: see `HAPPENINGS` in `test_transcripts.py`.
"""

CONVERSATIONS = {
    "lam_quen": """
        xin chào
        nhãn hiệu
        ???
        /khongco
        @sticker
        @old_button
        /canbo
        không phải đâu
        menu
        cam on em
        /guithongbao
        #Chuyển cho cán bộ
        #Thôi, không hỏi nữa
        tiếp
        #Về danh sách việc
        #Mã của tôi
    """,
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
        #Nhà nước hỗ trợ xưởng những gì
        #Máy móc, công nghệ, mô hình
        #Mua máy, đổi máy
        #Cần giấy tờ gì
        #Báo tôi khi có
        #Xem các nhóm hỗ trợ
        #Cơ sở tôi có thuộc diện không
        #Ai được hỗ trợ
        #Quay lại trang này
        can bo
        may cu doi may moi co duoc khong
    """,
    "dang_ky_quan_tam": """
        /quantam
        #Đồng ý
        #Mua máy, đổi máy mới
        mua may bao bon mat lam khung tranh
        moc thinh phat
        Mộc Thịnh Phát
        #Xem tiếp
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
    "phieu_khao_sat": """
        khao sat
        đồng ý
        Lụa Nha Xá Hồng Thắm
        1
        mộc nam
        đúng
        thôn Nha Xá
        1998
        det lua
        18
        6
        2
        #Bỏ qua
        2
        1
        1, 3, 6, 9
        1 3 6
        1, 4, 5
        khung det kiem 2 cai
        700 triệu
        #Sau 1 năm
        #Từ 30% đến 50%
        #Chưa
        2, 7
        2
        2 3
        0912 345 678
        mong trung tam mo lop som
        xem tiep
        5
        2001
        gửi
    """,
    "thong_tin_co_so": """
        sua thong tin
        dong y
        moc thinh phat
        #Để cán bộ hỏi lại sau
        #Hộ kinh doanh
        khung tranh
        Lý Nhân
        #Không, để tôi gõ lại
        Nhân Hà
        8
        bỏ qua
        bỏ qua
        gửi
        #Xem dữ liệu của tôi
        #Rút lại đồng ý
    """,
    "bo_do_phieu": """
        tiếp
        nhu cầu
        đồng ý
        quay lại
        dừng
        nhu cầu
        &Mua máy; Lớp quản lý cho chủ
        dừng
        quan tam
        3
        Cơ khí Bình Minh
        dừng
        tiếp
        #Phiếu nhu cầu
        hủy
        #Bỏ phiếu này
        tiếp
        @form_replaced
        nhân công
        @link >form/cu
        @begun_elsewhere
        khao sat
        #Làm tiếp ở đây
    """,
    "phieu_cua_can_bo": """
        @staff_forms
        phiếu
        #Phiếu ghi nhanh
        đồng ý
        #Tiếng Việt (vi)
        Nguyễn Thị Hoa; 45
        @file may_det.pdf application/pdf
        @file xuong.jpg image/jpeg
        #Có, ghi luôn
        máy dệt kiếm
        2010
        #Thêm mục nữa
        may se soi
        bỏ qua
        #Đủ rồi
        gửi
        DT3
        4,5
        6
        0
        Châu Giang
        #Đúng
        Dệt Hoa Thắm
        1
        bỏ qua
        gửi
        DT3
        2
        7
        gửi
        #Xem phiếu đã gửi
        #Sửa phiếu này
        dừng
        mã của tôi
        1
        #Nhắn thêm cho cán bộ
        thôi
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
        #Giữ nguyên
        hủy qt1
        #Hủy đăng ký
        hủy qt1
        cl1
        @link >sign_up/CL1
        @link >class/XX9
        @no_classes
        lop
    """,
    "thong_bao": """
        /thongbao
        đồng ý
        /phieu
        thông báo
        #Chọn chủ đề nhận tin
        #Lớp học, tập huấn
        thoi tin hoi cho
        #Làm lại như cũ
        @announced
        1
        #Đọc lại thông báo
        thôi tin
        #Nhận lại thông báo
        thôi tin
        thoi tin lop hoc
    """,
    "tin_cua_trung_tam": """
        @announced
        qt1
        @corrected
        @class_reminder
        @round_reminder
        @picture_removed
        @apology
    """,
    "gui_anh_gui_tep": """
        @file may_bao.jpg image/jpeg
        #Chuyển cho cán bộ
        @file tin_thoai.aac audio/aac
        #Chuyển cho cán bộ
        #Nhắn thêm một câu
        toi hoi ve may bao
        @file ban_ve.pdf application/pdf
        #Không, bỏ đi
        @file hop_dong.pdf application/pdf
        @link >sent/pass_on
        @link >sent/pass_on
    """,
    "du_lieu_cua_toi": """
        /dulieu
        #Đọc bản đầy đủ
        /phieu
        1
        không đồng ý
        /phieu
        1
        #Đọc bản đầy đủ
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
        #Giữ lại
        xoa du lieu
        #Xóa hết
    """,
    "lien_ket": """
        @codes
        lien ket
        #Tôi có mã
        12345
        999999
        222222
        333333
        liên kết 111111
        #Không
        liên kết 111111
        #Đúng, là tôi
        @linked
        liên kết 444444
        bỏ liên kết
        1
        #Giữ nguyên
        bỏ liên kết
        1
        #Tách ra
        @not_linked
        bỏ liên kết
        @too_many_codes
        liên kết 999999
    """,
    "chung_so_dien_thoai": """
        @same_phone
        lien ket
        #Không
        @same_phone
        lien ket
        #Đúng, là tôi
    """,
    "may_cua_can_bo": """
        /canbo
        12345678
        @staff_code
        87654321
        /canbo
        #Bỏ nối với tài khoản này
        /canbo
        11111111
        11111111
        11111111
        11111111
        11111111
    """,
    "soan_thong_bao": """
        @member approver
        /guithongbao
        Hội chợ làng nghề
        @file anh.png image/png
        @lines Hội chợ làng nghề / Khai mạc 8 giờ ngày 5/12. / Xưởng nào đi thì nhắn em.
        nghe=may
        #Xưởng lớn
        #Sửa lại
        #Giữ nguyên chữ
        #Mọi người đã đồng ý nhận tin
        #Gửi
        @sending 1
        #Dừng 1
        #Gửi tiếp
        @done 1
        /guithongbao 1
        /guithongbao 9
        /guithongbao
        @lines Nghỉ Tết / Trung tâm nghỉ từ 14/2.
        #Mọi người đã đồng ý nhận tin
        #Bỏ
        /canbo
        #Bỏ nối với tài khoản này
        /guithongbao
    """,
    "duyet_thong_bao": """
        @member approver
        @second_approver
        @colleague_wrote
        /guithongbao 7
        #Trả lại
        @link >compose/approve_7_00
        #Duyệt
        /guithongbao 7
        #Dừng 7
        /guithongbao
        @lines Nghỉ Tết / Trung tâm nghỉ từ 14/2.
        #Xưởng lớn
        #Gửi
        @link >compose/approve_2_00
        @member editor
        /guithongbao
        @lines Nghỉ lễ / Trung tâm nghỉ từ 30/4.
        #Mọi người đã đồng ý nhận tin
        #Gửi
        @member viewer
        /guithongbao
    """,
    "ho_so_cua_toi": """
        hồ sơ của tôi đến đâu rồi
        @case received
        ho so cua toi den dau roi
        #HT-4827
        @case surveyed
        HT-4827
        @case appraised
        HT-4827
        @case submitted
        ho so
        #HT-4827
        @case approved
        HT-4827
        @case settled
        HT-4827
        @case declined
        hồ sơ của tôi
        #HT-4827
    """,
    "gap_can_bo": """
        gặp cán bộ
        Máy cũ đổi máy mới có được hỗ trợ không?
        @officer_answers Dạ được, nếu máy mới tiết kiệm điện hơn. Chiều nay em gọi anh/chị.
        cảm ơn em
        @member editor
        @alerted Máy cũ đổi máy mới có được hỗ trợ không?
    """,
    "viec_cua_can_bo": """
        @member editor
        @looks_after
        /canbo
        #Số liệu hôm nay
        #Tìm cơ sở
        moc lan
        1
        #Về danh sách cơ sở
        khong co dau
        menu
        @link >establishments
        xa hoa hau
        @link >establishment/99
        @link >missing
        #Xem tiếp
        #Xưởng may số 12, Phường Phủ Lý
        #Về danh sách chưa trả lời
        /canbo
        #Xuất tệp
        #Đăng ký quan tâm
        @gets_file ready
        @gets_file link
        @gets_file failed
        @more_rounds
        @link >files/contacts
        @link >missing
        @link >missing/9
        @member viewer
        /canbo
        @link >register
    """,
    "cong_tac_vien": """
        @member collaborator
        @looks_after 13285
        /canbo
        #Cơ sở xã tôi
        #Xem tiếp
        /canbo
        #Đăng ký cơ sở
        #Thông tin cơ sở
        không đồng ý
        @link >register/profile
        chưa rõ
        #Có, chủ cơ sở đồng ý
        Mộc Hồng
        #Hộ kinh doanh
        1
        3
        0
        0912345678
        #Lưu lại
        chưa rõ
        #Sửa số điện thoại
        0912345670
        4
        xa nam ly
        #Lưu lại
        phuong phu ly
        #Lưu lại
        @link >missing
        #Xưởng may số 3, Phường Phủ Lý
        #Điền phiếu giúp cơ sở này
        #Nhu cầu khuyến công 2027
        #Có, chủ cơ sở đồng ý
        1
        máy khâu
        bỏ qua
        #Sau 1 năm
        3
        0
        #Hộ kinh doanh
        bỏ qua
        @answered 3 3
        gửi
    """,
}
