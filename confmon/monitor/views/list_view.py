"""How one list of a section is looked at: filter, order, and the rows that come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.people.folding import Word, searchable, split_words, word_of
from confmon.monitor.views.live_columns import without

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping

    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.views.live_columns import Column


class ListView:
    """The filter and the order of one list. A row must have all words, and no ``-word``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.all_columns: tuple[Column[Any], ...] = ()
        self.hidden: frozenset[str] = frozenset()
        """The ids of the columns that are not shown."""
        self._columns: tuple[Column[Any], ...] = ()
        self._filter_text = ""
        self._words: tuple[tuple[Word, bool], ...] = ()
        self._sort_id = ""
        self.descending = False
        self.total = 0
        self._made_of: Hashable = None
        self._made: list[Key] = []
        self._texts: tuple[Hashable, dict[Key, str]] = (None, {})
        """The text of each row at some version, searched at every letter typed."""

    @property
    def filter_text(self) -> str:
        """What the rows are filtered by, as it was typed."""
        return self._filter_text

    def set_filter(self, text: str) -> None:
        """Filter by what was typed."""
        self._filter_text = text
        self._words = search_words(text)

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns that are shown. Set it to all there are."""
        return self._columns

    @columns.setter
    def columns(self, columns: tuple[Column[Any], ...]) -> None:
        if columns is not self.all_columns:
            self.all_columns = columns
            self._columns = without(columns, self.hidden)

    def hide(self, hidden: Iterable[str]) -> None:
        """Hide these columns and show the others; the order is never that of a hidden one."""
        self.hidden = frozenset(hidden)
        if self.all_columns:
            self._columns = without(self.all_columns, self.hidden)
        self._texts = (None, {})  # what is not shown is not found
        self._made_of = None

    def order_by(self, column_id: str, *, descending: bool) -> None:
        """Sort by a column that is shown."""
        self._sort_id, self.descending = column_id, descending

    @property
    def sort_id(self) -> str:
        """The column sorted by; at first, and where it is hidden, the first one."""
        is_shown = any(column.id == self._sort_id for column in self.columns)
        return self._sort_id if is_shown else self.columns[0].id

    @property
    def sorted_by(self) -> Column[Any]:
        """The column that orders the rows."""
        return next(column for column in self.columns if column.id == self.sort_id)

    def sort_by(self, column_id: str) -> None:
        """Sort by a column; the same column again turns the order round."""
        self.descending = not self.descending if column_id == self.sort_id else False
        self._sort_id = column_id

    def sort_next(self, step: int, among: Collection[str] = ()) -> None:
        """Sort by the column to the right (1) or left (-1), of those that there is room for."""
        ids = [column.id for column in self.columns if not among or column.id in among]
        if self.sort_id not in ids:
            ids.append(self.sort_id)
        self._sort_id = ids[(ids.index(self.sort_id) + step) % len(ids)]
        self.descending = False

    def keys(self, records: Mapping[Key, Any], look: Any, version: Hashable = None) -> list[Key]:
        """Return the keys to show, in order: that of the column, then that of the keys.

        The same `version` as last time says that nothing has changed which they depend on.
        """
        self.total = len(records)
        wanted = (version, self._words, self.sort_id, self.descending)
        if version is not None and wanted == self._made_of:
            return self._made
        if version is None or version != self._texts[0]:
            self._texts = (version, {})
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
