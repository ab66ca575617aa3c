"""The footer: the keys that mean something here, from the one registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.commands import COMMANDS, Command, key_sign, keys_of
from confmon.tui.bar import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.monitor.session import Session


def footer_line(session: Session, *, typing: bool) -> tuple[list[Part], list[Part]]:
    """Return the keys, and on the right why the verbs are off, where they are.

    While the filter is being typed, letters are text: then only what ends it.
    """
    if typing:
        ends = (("enter", "Keep the filter"), ("esc", "Clear it"))
        return [part for sign, label in ends for part in (Part(f" {sign}", "key"),
                                                          Part(f" {label} "))], []  # fmt: skip
    reason = session.disarmed()
    left: list[Part] = []
    commands = sorted((c for c in COMMANDS if c.footer), key=_order(session))
    for place, command in enumerate(commands, 1):
        if not _means_something(command, session):
            continue
        keys = keys_of(command, session.settings.keys)
        if not keys:
            continue
        off = command.writes and bool(reason)
        # The last go first when the terminal is narrow; help and quit stay.
        priority = 0 if command.id in ("help", "quit") else place
        left.append(Part(f" {key_sign(keys[0])}", "dim" if off else "key", command.id, priority))
        left.append(Part(f" {command.label} ", "dim" if off else "", command.id, priority))
    right = [Part(f" {reason} ", "dim" if reason == "read-only" else "warn")] if reason else []
    return left, right


def _order(session: Session) -> Callable[[Command], tuple[bool, int, int]]:
    """Order by what is likelier wanted: on callers what acts on one, then finding and marking."""
    among_callers = session.view.kind == "call"
    ranks = {"caller": 0, "app": 0, "table": 1, "meeting": 2, "view": 3}
    return lambda command: (
        command.footer >= 30,
        ranks[command.scope] if among_callers else 0,
        command.footer,
    )


def _means_something(command: Command, session: Session) -> bool:
    if command.writes and session.settings.read_only:
        return False
    view = session.view
    if command.scope == "caller" or command.id == "mark":
        return view.kind == "call"
    if command.id == "open":
        return view.kind == "meeting"
    if command.id == "back":
        return view.subject != "meetings" or bool(view.filter) or bool(view.marks)
    if command.id == "calls":
        return view.subject != "calls"
    return True


SCOPES = ("caller", "meeting", "table", "view", "app")


def help_rows(
    remapped: Mapping[str, str], *, read_only: bool = False
) -> list[tuple[str, str, str, str]]:
    """Return (scope, keys, label, help) of every command, for the help screen and the README."""
    rows: list[tuple[str, str, str, str]] = []
    for command in sorted(COMMANDS, key=lambda command: SCOPES.index(command.scope)):
        if command.writes and read_only:
            continue
        signs = " ".join(key_sign(key) for key in keys_of(command, remapped))
        rows.append((command.scope, signs, command.label, command.help))
    return rows
