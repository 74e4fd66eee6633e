"""Reading a yes or a no; a question, a maybe or anything else is neither."""

import re

from conversation.answers.words import Vocabulary, words_of

MAX_TEXT = 80

# A: a yes to what was just said, Y: yes, N: no, T: enough, M: a verb that goes with either, "": says nothing.
_WORDS = {
    "A": "dạ vâng ừ ừa uh uk uhm ừm ờ um",
    "Y": "có đúng được đc phải chuẩn ok oke okie okay oki okey yes yep",
    "N": "không ko k kg kh kô hông hổng hong hok hem khum no chưa chẳng sai nhầm khỏi",
    "T": "thôi",
    "M": "muốn cần",
    "": (
        "ạ a nhé nhe nha nghe em anh chị cô chú bác ơi rồi luôn đi ad bạn tôi mình thì cũng là vậy thế đó đấy mà chứ "
        "xin hoàn toàn cho lưu nhận tin"
    ),
}
_SIGNS = Vocabulary({word: sign for sign, words in _WORDS.items() for word in words.split()})
_PAIRS = {
    "dong y": "Y",
    "nhat tri": "Y",
    "chap nhan": "Y",
    "chinh xac": "Y",
    "tat nhien": "Y",
    "tu choi": "N",
    "cam on": "",
}
_YES = re.compile(r"A*Y[AYM]*|A+M*")
_NO = re.compile(r"A*(?:T[TN]*|[TN]*N[AYMT]*)")


def read_yes_no(text: str) -> bool | None:
    """Return whether a text says yes or no, None if neither: "không đồng ý" is no, "được không" a question."""
    if len(text) > MAX_TEXT or "?" in text:
        return None
    signs = _signs(text)
    if signs is None:
        return None
    if _YES.fullmatch(signs):
        return True
    return False if _NO.fullmatch(signs) else None


def _signs(text: str) -> str | None:
    """Return what each word says, None as soon as one is unknown."""
    words, signs, i = words_of(text), "", 0
    while i < len(words):
        pair = " ".join(word.plain for word in words[i : i + 2])
        sign = _PAIRS.get(pair) if pair in _PAIRS else _SIGNS.get(words[i])
        if sign is None:
            return None
        i += 2 if pair in _PAIRS else 1
        signs += sign
    return signs
