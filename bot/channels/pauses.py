"""How long a channel waits that is refused for its rate by a vendor who does not say how long."""

from dataclasses import dataclass


@dataclass
class Pauses:
    """The seconds that one round of refusals after the other waits, the last of them for all that follow.

    Calls that are refused together are one round; the first success begins anew.
    """

    seconds: tuple[float, ...]
    _round: int = 0

    def begin(self) -> int:
        """Return what `after` is to be told of a call that begins now."""
        return self._round

    def succeeded(self) -> None:
        """Begin anew."""
        self._round = 0

    def after(self, begun: int) -> float:
        """Return how many seconds to wait now that a call was refused."""
        if begun == self._round or not self._round:
            self._round = min(self._round + 1, len(self.seconds))
        return self.seconds[self._round - 1]
