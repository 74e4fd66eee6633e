"""Where staff see a mistake: the titles and headings of their own sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from content.mistakes import Mistake
from content.vietnamese.headings import TITLES, heading_of

# XLSForm's words in the messages of those who read the form after us.
_IN_WORDS = {
    "thiếu cột «type»": "thiếu cột «loại câu»",
    "«survey»": "«Câu hỏi»",
    "trang choices": "trang «Đáp án»",
    "cột label": "cột «đáp án»",
    "«end group»": "«hết nhóm»",
    "«begin_group»": "«nhóm»",
    "«end_group»": "«hết nhóm»",
    "«begin_repeat»": "«lặp»",
    "«end_repeat»": "«hết lặp»",
    "choice_filter": "lọc đáp án",
    "or_other": "«có mục khác»",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Of a workbook in Vietnamese words: its titles, its headings, and what could not be read of it.

    `headings` are by sheet and column, in XLSForm's names; of an XLSForm there is nothing here.
    """

    vietnamese: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mistakes: Sequence[Mistake] = ()

    def told(self, mistake: Mistake) -> Mistake:
        """Return a mistake with the place named as the workbook names it."""
        sheet, column = mistake.sheet, mistake.column
        if not self.vietnamese or sheet not in TITLES:
            return mistake
        message = mistake.message
        for word, vietnamese in _IN_WORDS.items():
            message = message.replace(word, vietnamese)
        heading = self.headings.get((sheet, column)) or (heading_of(sheet, column) if column else "")
        return replace(
            mistake,
            sheet=self.titles.get(sheet, TITLES[sheet] if self.titles else sheet),
            column=heading,
            message=message,
        )
