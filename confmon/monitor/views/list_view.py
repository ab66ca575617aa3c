"""How a table is looked at: its columns, its order; of a list its filter too, and the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.config.choices import ViewChoice
from confmon.models.people.folding import Word, searchable, split_words, word_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.views.live_columns import Column


class TableView:
    """The columns that are shown, and the one of them that orders the rows."""

    def __init__(self, columns: Sequence[Column[Any]], sort_id: str) -> None:
        self.all_columns = columns
        self.columns = columns
        """Those that are shown."""
        self.hidden: frozenset[str] = frozenset()
        """The ids of the others."""
        self.sort_id = sort_id
        self.descending = False
        self.filter_text = ""
        """What the rows are filtered by, as it was typed."""
        self.total = 0

    def restore(self, choice: ViewChoice) -> None:
        """Show the table as it was left."""
        self.hide(choice.hidden)
        if choice.sort in {column.id for column in self.columns}:
            self.order_by(choice.sort, descending=choice.descending)
        self.set_filter(choice.filter)

    def choice(self) -> ViewChoice:
        """Return how the table is left."""
        hidden = tuple(sorted(self.hidden))
        return ViewChoice(hidden, self.sort_id, self.descending, self.filter_text)

    @property
    def sorted_by(self) -> Column[Any]:
        """The column that orders the rows."""
        return next(column for column in self.columns if column.id == self.sort_id)

    def offer(self, columns: Sequence[Column[Any]], hidden: Iterable[str]) -> None:
        """Offer other columns than before, and hide some of them."""
        self.all_columns = columns
        self.hide(hidden)

    def hide(self, hidden: Iterable[str]) -> None:
        """Hide these columns and show the others; the order is never that of a hidden one.

        None is hidden where none would be left that says something.
        """
        away = frozenset(hidden)
        shown = [column for column in self.all_columns if column.id not in away]
        says = [column.id for column in shown if not column.is_drawn]
        self.columns = tuple(shown) if says else self.all_columns
        ids = {column.id for column in self.columns}
        self.hidden = frozenset(column.id for column in self.all_columns) - ids
        if self.sort_id not in ids:
            first = next(column.id for column in self.columns if not column.is_drawn)
            self.order_by(first, descending=False)

    def order_by(self, column_id: str, *, descending: bool) -> None:
        """Sort by a column that is shown."""
        self.sort_id, self.descending = column_id, descending
        self.release()

    def sort_by(self, column_id: str) -> None:
        """Sort by a column; the same column again turns the order round."""
        self.order_by(column_id, descending=column_id == self.sort_id and not self.descending)

    def sort_next(self, step: int, among: Collection[str] = ()) -> None:
        """Sort by the column to the right (1) or left (-1), of those that there is room for."""
        ids = [column.id for column in self.columns if not among or column.id in among]
        if self.sort_id not in ids:
            ids.append(self.sort_id)
        self.order_by(ids[(ids.index(self.sort_id) + step) % len(ids)], descending=False)

    def set_filter(self, text: str) -> None:
        """Filter by what was typed, at once."""
        self.filter_text = text

    def release(self) -> None:
        """Let the order follow the data again, where it was held still."""


class ListView(TableView):
    """The filter and the order of one list. A row must have all words, and no ``-word``."""

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        super().__init__(columns, columns[0].id)
        self._words: tuple[tuple[Word, bool], ...] = ()
        self._made_of: Hashable = None
        self._made: list[Key] = []
        self._texts: tuple[Hashable, dict[Key, str]] = (None, {})
        """The text of each row at some version, searched at every letter typed."""

    def set_filter(self, text: str) -> None:
        """Filter by what was typed."""
        super().set_filter(text)
        self._words = search_words(text)

    def keys(self, records: Mapping[Key, Any], look: Any, version: Hashable = None) -> list[Key]:
        """Return the keys to show, in order: that of the column, then that of the keys.

        The same `version` as last time says that nothing has changed which they depend on.
        """
        self.total = len(records)
        texts_of = (version, self.hidden)  # what is not shown is not found
        wanted = (texts_of, self._words, self.sort_id, self.descending)
        if version is not None and wanted == self._made_of:
            return self._made
        if version is None or texts_of != self._texts[0]:
            self._texts = (texts_of, {})
        self._made_of, self._made = wanted, self._order(records, look)
        return self._made

    def _order(self, records: Mapping[Key, Any], look: Any) -> list[Key]:
        column = self.sorted_by
        found = [
            (key, record) for key, record in records.items() if self._matches(key, record, look)
        ]
        found.sort(key=lambda pair: (isinstance(pair[0], str), pair[0]))
        found.sort(key=lambda pair: column.sort(pair[1], look), reverse=self.descending)
        return [key for key, _ in found]

    def _matches(self, key: Key, record: Any, look: Any) -> bool:
        if not self._words:
            return True
        texts = self._texts[1]
        if (text := texts.get(key)) is None:
            shown = (column for column in self.columns if not column.is_drawn)
            cells = (column.cell(record, look)[0] for column in shown)
            text = texts[key] = searchable(cells)
        return holds(text, self._words)


def search_words(text: str) -> tuple[tuple[Word, bool], ...]:
    """Return the words of a filter, and of each whether it must not be there."""
    return tuple(
        (word_of(word[1:]), True) if word[0] in "-!" and len(word) > 1 else (word_of(word), False)
        for word in split_words(text)
    )


def holds(text: str, words: tuple[tuple[Word, bool], ...]) -> bool:
    """Whether a searchable text has the words that must be there, and none that must not."""
    return all(word.is_in(text) != negated for word, negated in words)
