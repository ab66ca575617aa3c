"""One row of the table of settings, and a class of values that is made of such rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

NEEDED: Final = object()
"""In place of a default: the setting has none."""

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class Setting:
    """What is known of one setting. Its type is that of its default.

    `check` returns a value that a profile may have, or raises ValueError; it is None for what no
    profile sets. `flag_help` and `metavar` are for the flag's line in ``--help``.
    """

    __slots__ = ("check", "default", "flag", "flag_help", "help", "metavar", "variable")

    def __init__(
        self,
        check: Callable[[Any], Any] | None,
        text: str,
        *,
        default: Any = NEEDED,
        flag: str = "",
        flag_help: str = "",
        metavar: str = "",
        variable: str = "",
    ) -> None:
        self.check = check
        self.help = text
        self.default = default
        self.flag = flag
        self.flag_help = flag_help
        self.metavar = metavar
        self.variable = variable

    def read(self, text: str) -> Any:
        """Return the value that a variable's text means. ValueError: what it must be."""
        value: Any = text
        match self.default:
            case bool():
                word = text.strip().lower()
                value = True if word in _TRUE else False if word in _FALSE else text
            case int() | float():
                try:
                    value = type(self.default)(text)
                except ValueError:
                    value = text
        return value if self.check is None else self.check(value)


def setting(check: Callable[[Any], Any] | None, text: str, **more: Any) -> Any:
    """Return the row of one setting, for the body of a `SettingsTable`: what `Setting` takes."""
    return Setting(check, text, **more)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(setting,))
class SettingsTable:
    """Values of settings by name. A subclass has a `setting` for each; they become `table`.

    A dataclass in all but its import: the grammar reads the table before it knows the command, and
    loading dataclasses takes longer than ``confmon --version`` does.
    """

    table: ClassVar[dict[str, Setting]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: row for name, row in vars(cls).items() if isinstance(row, Setting)}
        cls.table = {**cls.table, **own}

    def __init__(self, **values: Any) -> None:
        for name, row in self.table.items():
            value = values.pop(name, row.default)
            if value is NEEDED:
                raise TypeError(f"{name} is needed")
            object.__setattr__(self, name, value)
        if values:
            raise TypeError(f"no settings: {', '.join(values)}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: settings do not change")
