"""Any text at all, and the words that readers look for in any order."""

import re

from hypothesis import strategies as st

SNIPPETS = re.findall(
    r"\S+",
    """một hai ba tư lăm mười mươi trăm nghìn triệu tỷ tr k rưỡi linh chục không mấy vài tầm tam năm nam ngày tháng tuần
    thứ sau mai cn và đến - / . , ; ( < ? 0 1 3 12 25 400 1.234 1.200,5 1.2.3
    m² ½ 1,5 2026 20/11 0912 345 678 +84 có co ok thôi mua máy
    lớp chợ giờ h g : rưỡi kém sáng tối toi trưa nửa đêm
    nay này rồi mốt tháng năm tết rằm ° ' \" N @ q= %2C 20.5 105,9""",
)
ANY_TEXT = st.one_of(
    st.text(st.characters()),
    st.lists(st.sampled_from(SNIPPETS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(SNIPPETS), max_size=8).map("".join),
    st.sampled_from(SNIPPETS).map(lambda snippet: snippet * 500),
)
