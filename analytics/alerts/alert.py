"""An alert: one cause in one period."""

from msgspec import Struct


class Alert(Struct, frozen=True):
    """Something that a person has to know.

    Attributes:
        cause: what it is about, for example `run_failed`; with `period` it is sent once.
        period: day or ISO week.
        lasting: a state that can end, which is then said; otherwise an event.
    """

    cause: str
    period: str
    title: str
    text: str
    lasting: bool = True

    @property
    def ended(self) -> "Alert":
        """The note that it is over."""
        return Alert(self.cause, self.period, f"Resolved: {self.title}", "It no longer holds.", lasting=False)
