"""Reading a page as a script would: its elements with their attributes, and the text that a reader sees."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSEEN = ("script", "style")
_VOID = ("meta", "link", "img", "br")


@dataclass
class Element:
    """One element and the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


@dataclass
class Page(HTMLParser):
    """All elements in the order of the page."""

    elements: list[Element] = field(default_factory=list)

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements = []
        self._open: list[Element] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag whose attributes have these values (`data_week` for data-week, `id_` for id)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def seen(self) -> str:
        """The text of the page without scripts and styles, white space folded."""
        text = self.all("body")[0].text
        for tag in _UNSEEN:
            for element in self.all(tag):
                text = text.replace(element.text or "\0", " ")
        return " ".join(text.split())
