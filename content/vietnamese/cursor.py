"""A place in a formula's words, and the ways to go on from it."""

from collections.abc import Sequence

from content.vietnamese.words import NotUnderstood, Phrases, Token, match, tokens_of


class Cursor:
    """Goes through a formula's tokens from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens: Sequence[Token] = tokens_of(source)
        self._at = 0

    def _token(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *phrases: str) -> bool:
        """Go past the first of these phrases that stands here, if any does."""
        for phrase in phrases:
            words = phrase.split()
            here = self._tokens[self._at : self._at + len(words)]
            if [token.words for token in here] == [(word,) for word in words]:
                self._at += len(words)
                return True
        return False

    def _sign(self, sign: str) -> bool:
        token = self._token()
        if token is None or token.text != sign:
            return False
        self._at += 1
        return True

    def _any_sign(self, signs: str) -> str:
        token = self._token()
        return token.text if token and token.kind == "sign" and token.text in signs else ""

    def _matched(self, phrases: Phrases) -> str:
        end, meant = match(self._tokens, self._at, phrases)
        if not meant:
            return ""
        written = " ".join(token.text for token in self._tokens[self._at : end])
        self._at = end
        return self._sure(meant, written)

    def _sure(self, meant: Sequence[str], written: str) -> str:
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise NotUnderstood(f"«{written}» có thể là {' hoặc '.join(f'«{name}»' for name in meant)}; ghi rõ một tên")
        raise NotUnderstood(f"không có đáp án «{written}» trong danh sách")

    def _rest(self) -> str:
        token = self._token()
        return self._source[token.start :].strip()[:40] if token else ""
