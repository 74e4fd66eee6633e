"""What a person types to move about in a form, folded: lower case, no diacritics."""

BACK = {"quay lai", "lui lai", "cau truoc", "tro lai"}
PAUSE = {"dung", "thoi", "tam dung", "tam nghi", "dung lai", "nghi", "de luc khac", "luc khac"}
SKIP = {"bo qua", "chua ro", "khong ro", "khong biet", "sau", "de sau", "bao sau", "chua biet", "khong muon noi"}
SEND = {"gui", "gui di", "nop", "gui phieu", "dong y gui"}
CANCEL = {"huy", "huy phieu", "bo phieu"}
MORE_OF_A_LIST = {"xem tiep", "tiep"}
UNCHANGED = {"giu nguyen", "nhu cu", "khong doi", "giu"}
