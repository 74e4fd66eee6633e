"""A page of policy as the tests write it."""

FILE = """\
---
title: Hỗ trợ bao bì
label: Bao bì, nhãn mác
group: 5
published: true
sources: Nghị định mẫu 1/2026/NĐ-CP, Điều 7
review_by: 2027-11-24
figures:
  - name: bao_bi
    percent: 40
    unit: cơ sở
    document: Nghị định mẫu 1/2026/NĐ-CP
    article: Điều 7, khoản 2
    effective_from: 2026-01-01
    caveat: Đây là mức trần trung ương, tỉnh quy định mức cụ thể, cán bộ sẽ xác nhận.
    verified_on: null
    verified_by: ""
asks:
  - in hộp giấy đựng bánh đa nem có được tiền không
---
## what
Hỗ trợ cơ sở làm **bao bì** mới.
- thiết kế
- in thử

## money
Nhiều nhất {bao_bi.percent} chi phí một {bao_bi.unit}.
"""
CAVEAT = "Đây là mức trần trung ương, tỉnh quy định mức cụ thể, cán bộ sẽ xác nhận."
