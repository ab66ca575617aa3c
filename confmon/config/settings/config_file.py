"""The configuration file: its tables, checked; complaints with file, line and key."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.config.settings.alerts import RECEIVERS, AlertSettings
from confmon.config.settings.attention import AttentionSettings
from confmon.config.settings.checks import check_path, suggest
from confmon.config.settings.model import Settings, profile_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from confmon.config.settings.setting import Setting
    from confmon.config.settings.toml_lines import Key, TomlFile

TOP = ("default_profile", "profiles", "keys", "codes", "attention", "alerts")
PROFILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(slots=True)
class Document:
    """What the file sets, checked. A profile's values are keyed by setting."""

    default_profile: str | None = None
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[int, str]] = field(default_factory=dict)
    attention: dict[str, Any] = field(default_factory=dict)
    alerts: dict[str, Any] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


NOT_SET = {
    "password": "a password does not belong here; use password_file (chmod 600)",
    "typed_over": "",
}
"""What a profile must not set, with the complaint. Without one it only means nothing any more."""


def check_file(file: TomlFile, kind: type[Settings] = Settings) -> Document:
    """Check the whole file and return what it sets together with every complaint about it."""
    document = Document()
    checker = _Checker(file, document, profile_table(kind))
    for name in file.data:
        if name not in TOP:
            checker.complain_of_unknown((name,), TOP)
    default = file.data.get("default_profile")
    for name in checker.get_table(("profiles",)):
        document.profiles[name] = checker.check_profile(name)
    if default is not None:
        if not isinstance(default, str):
            checker.complain(("default_profile",), "must be a string")
        elif default not in document.profiles:
            hint = suggest(default, document.profiles)
            checker.complain(("default_profile",), f"there is no profile {default!r}{hint}")
        else:
            document.default_profile = default
    checker.check_keys()
    checker.check_codes()
    document.attention = checker.check_rows(("attention",), AttentionSettings.table, {})
    checker.check_alerts()
    by_line = sorted(checker.found, key=lambda found: found[0])
    document.complaints.extend(complaint for _, complaint in by_line)
    return document


class _Checker:
    def __init__(self, file: TomlFile, document: Document, settings: dict[str, Setting]) -> None:
        self.file = file
        self.document = document
        self.settings = settings
        self.found: list[tuple[int, str]] = []
        """Each complaint with its line."""

    def complain(self, key: Key, what: str) -> None:
        complaint = f"{self.file.where(key)}: {format_key(key)}: {what}"
        self.found.append((self.file.line_of(key), complaint))

    def complain_of_unknown(self, key: Key, known: Iterable[str]) -> None:
        self.complain(key, f"unknown key{suggest(key[-1], known)}")

    def get_table(self, key: Key) -> Mapping[str, Any]:
        found: Any = self.file.data
        for name in key:
            found = found.get(name, {})
        if isinstance(found, dict):
            return found
        self.complain(key, "must be a table")
        return {}

    def check(self, key: Key, check: Callable[[Any], Any] | None, value: Any) -> Any:
        """Return the value, or None after a complaint."""
        try:
            return value if check is None else check(value)
        except ValueError as error:
            self.complain(key, str(error))
            return None

    def check_profile(self, name: str) -> dict[str, Any]:
        at = ("profiles", name)
        if not PROFILE_NAME.fullmatch(name):
            self.complain(at, "a profile's name is letters, digits, dot, dash and underscore")
        values = self.check_rows(at, self.settings, NOT_SET)
        for api in ("", "mediator_"):
            self.check_one_of(at, values, f"{api}password_file", f"{api}credentials_command")
        return values

    def check_rows(
        self, at: Key, rows: Mapping[str, Setting], elsewhere: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a table of settings sets, after the complaints about it.

        `elsewhere` has what is no setting, with the complaint, if that deserves one.
        """
        values: dict[str, Any] = {}
        for name, raw in self.get_table(at).items():
            key = (*at, name)
            if name in elsewhere:
                if elsewhere[name]:
                    self.complain(key, elsewhere[name])
            elif name not in rows:
                self.complain_of_unknown(key, rows)
            elif (value := self.check(key, rows[name].check, raw)) is not None:
                values[name] = self.resolve_path(rows[name], value)
        ca_file = values.get("ca_file")
        if ca_file is not None and not os.path.isfile(ca_file):  # noqa: PTH113  never raises
            self.complain((*at, "ca_file"), f"there is no file {ca_file}")
        return values

    def check_one_of(self, at: Key, values: Mapping[str, Any], file: str, command: str) -> None:
        if file in values and command in values:
            self.complain((*at, command), f"there is a {file} too; keep one")

    def resolve_path(self, row: Setting, value: Any) -> Any:
        """Read a relative path from the file's own folder, not from the shell's."""
        return self.file.path.parent / value if row.check is check_path else value

    def check_keys(self) -> None:
        table = self.get_table(("keys",))
        if not table:
            return
        from confmon.commands import BY_ID, OLD_IDS
        from confmon.config.settings import keymap

        written = {}
        for name, raw in table.items():
            at, id_ = ("keys", name), OLD_IDS.get(name, name)
            if id_ not in BY_ID:
                self.complain_of_unknown(at, BY_ID)
            elif (keys := self.check(at, keymap.parse_keys, raw)) is not None:
                self.document.keys[id_] = keys
                written[id_] = name
        for id_, what in keymap.find_complaints(self.document.keys):
            self.complain(("keys", written[id_]), what)

    def check_codes(self) -> None:
        from confmon.models.codes import TABLE

        known = sorted({code.field for code in TABLE})
        for name in self.get_table(("codes",)):
            if name not in known:
                self.complain_of_unknown(("codes", name), known)
                continue
            for code, raw in self.get_table(("codes", name)).items():
                at = ("codes", name, code)
                label = self.check(at, _check_label, raw)
                if not re.fullmatch(r"-?[0-9]{1,9}", code):
                    self.complain(at, "a code is a whole number")
                elif label is not None:
                    self.document.codes.setdefault(name, {})[int(code)] = label

    def check_alerts(self) -> None:
        at = ("alerts",)
        values = self.document.alerts = self.check_rows(at, AlertSettings.table, {})
        for receiver in RECEIVERS:
            self.check_one_of(at, values, f"{receiver}_token_file", f"{receiver}_token_command")


def _check_label(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 40:
        raise ValueError("must be a string of 1 to 40 printable characters")
    return value


def format_key(key: Key) -> str:
    """Return a key as TOML spells it, in one line and without control characters."""
    return ".".join(
        part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{_escaped(part)}"' for part in key
    )


def _escaped(text: str) -> str:
    signs = (f"\\{sign}" if sign in '"\\' else sign for sign in text)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08X}" for sign in signs)
