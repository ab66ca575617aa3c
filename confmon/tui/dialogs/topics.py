"""The topics of the help on the screen: a list that is searched by typing, and the topic itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from confmon.help.layout import lay_out
from confmon.help.search import Hit, search
from confmon.help.topic import TOPICS, read_topic
from confmon.tui.dialogs.modal import Modal, keys_line
from confmon.tui.table import LinesPane

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from confmon.tui.table import Cell

MOST = 200
"""So many places are listed; who gets more types another word."""
NOTHING = "No topic has all these words: type fewer."


class TopicPane(LinesPane):
    """A topic, laid out for the width of the pane. Lines with the words of a search stand out."""

    def __init__(self) -> None:
        super().__init__(wraps=False)
        self._topic = TOPICS[0]
        self._words: tuple[str, ...] = ()
        self._heading = ""

    def show(self, name: str, query: str = "", heading: str = "") -> None:
        """Show a topic; with a query from the first line below `heading` that has its words."""
        self._topic, self._words, self._heading = name, tuple(query.casefold().split()), heading
        self.lines = self._laid_out_topic()
        self.scroll_to_line(self._first_found())

    def fit_to_size(self) -> None:
        """Lay the topic out again."""
        self.set_reactive(LinesPane.lines, self._laid_out_topic())  # drawn by who asks for this
        super().fit_to_size()
        self.scroll_to_line(self._first_found())

    def _laid_out_topic(self) -> tuple[tuple[Cell, ...], ...]:
        lines = lay_out(read_topic(self._topic).blocks, max(1, self.view.width))
        return tuple(((text, "accent" if self._has_words(text) else tone),) for text, tone in lines)

    def _has_words(self, text: str) -> bool:
        return any(word in text.casefold() for word in self._words)

    def _first_found(self) -> int:
        """Return the line to begin with: two above the first that has a word."""
        texts = [line[0][0] for line in self.lines]
        below = texts.index(self._heading) if self._heading in texts else 0
        found = (at for at in range(below, len(texts)) if self._has_words(texts[at]))
        return max(0, next(found, 0) - 2)


class TopicsDialog(Modal[None]):
    """All topics, or those that have what is typed; enter reads one, escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]

    def __init__(self, name: str = "") -> None:
        """Show a topic, or the list of all."""
        super().__init__()
        self._topic = name
        self._hits: list[Hit] = []

    def compose(self) -> ComposeResult:
        """Lay out the field and the list, and the pane that takes the place of both."""
        with Vertical():
            field = Input(placeholder="type what you look for", compact=True)
            field.cursor_blink = False
            yield field
            yield OptionList(compact=True)
            yield TopicPane()

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(OptionList).can_focus = False
        self._list("")
        if self._topic:
            self._read(Hit(self._topic, "", ""))

    @property
    def _is_reading(self) -> bool:
        return self.has_class("-reading")

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what has the words."""
        self._list(event.value)

    def _list(self, query: str) -> None:
        if query.strip():
            self._hits = search(query)[:MOST]
        else:
            self._hits = [Hit(name, "", read_topic(name).summary) for name in TOPICS]
        listed = self.query_one(OptionList)
        listed.clear_options()
        broad = max(map(len, TOPICS))
        for hit in self._hits:
            named = (f"{hit.topic:<{broad}}", "bold $text-primary")
            listed.add_option(Option(Content.assemble(named, f"  {hit.text}")))
        if self._hits:
            listed.highlighted = 0
        else:
            listed.add_option(Option(NOTHING, disabled=True))
        found = len(self._hits)
        places = f"{found} place{'s' * (found != 1)}"
        count = places if query.strip() else f"{len(TOPICS)} topics"
        self._frame(f"Help: {count}", ("↑ ↓", "choose"), ("enter", "read"), ("esc", "back"))

    def _frame(self, title: str, *keys: tuple[str, str]) -> None:
        box = self.query_one(Vertical)
        box.border_title = Content(title)
        box.border_subtitle = keys_line(*keys)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Read what the cursor is on."""
        event.stop()
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._read(self._hits[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Read what was clicked."""
        self._read(self._hits[event.option_index])

    def _read(self, hit: Hit) -> None:
        self._topic = hit.topic
        self.add_class("-reading")
        pane = self.query_one(TopicPane)
        pane.show(hit.topic, self.query_one(Input).value, hit.heading)
        pane.focus()
        title = f"{read_topic(hit.topic).title}  {TOPICS.index(hit.topic) + 1}/{len(TOPICS)}"
        self._frame(title, ("← →", "topics"), ("/", "search"), ("esc", "back"), ("q", "close"))

    def on_key(self, event: events.Key) -> None:
        """While a topic is read: go to another, search, or close."""
        if not self._is_reading:
            return
        if event.key in ("left", "right"):
            by = 1 if event.key == "right" else -1
            self._read(Hit(TOPICS[(TOPICS.index(self._topic) + by) % len(TOPICS)], "", ""))
        elif event.key == "slash":
            self.action_back()
        elif event.key in ("q", "question_mark", "f1"):
            self.dismiss(None)
        else:
            return
        event.stop()

    def action_move(self, by: int) -> None:
        """Move in the list, or scroll the topic."""
        if self._is_reading:
            self.query_one(TopicPane).action_scroll_lines(by)
            return
        listed = self.query_one(OptionList)
        listed.action_cursor_down() if by > 0 else listed.action_cursor_up()

    def action_back(self) -> None:
        """Go from a topic back to the list, from the list back to where it was opened."""
        if not self._is_reading:
            self.dismiss(None)
            return
        self.remove_class("-reading")
        field = self.query_one(Input)
        field.focus()
        self._list(field.value)
