"""The grammar of rooms, numbers and forwarding, made from the resource table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.cli.grammar.base import (
    REVEAL_CODES,
    REVEAL_NUMBERS,
    WATCH,
    YES,
    add_field_options,
    add_list_options,
    add_output,
    add_switches,
    integer,
    text_id,
)
from confmon.models.resources import RESOURCES

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Grammar, Parser
    from confmon.models.resources.resource import Change, Field, Flag, Resource

AUDITED = ("attribute_set", *(verb for resource in RESOURCES for verb in resource.verbs))


def add(grammar: Grammar) -> None:
    """Add the commands."""
    for api, heading in (
        ("directory", "rooms and numbers"),
        ("mediator", "forwarding (the Mediator API)"),
    ):
        grammar.heading(heading)
        for resource in RESOURCES:
            if resource.api == api:
                _add(grammar, resource)


def _add(grammar: Grammar, resource: Resource[Any]) -> None:
    texts = resource.commands
    whole_list = grammar.add(resource.list_command, texts["list"])
    add_list_options(whole_list)
    if resource.section:
        add_switches(whole_list, WATCH)
    _reveal(whole_list, resource)
    if "family" not in texts:
        if "show" in texts:
            _show(grammar.add(resource.command, texts["show"]), resource)
        return
    family = grammar.family(resource.command, texts["family"])
    _show(family("show", texts["show"]), resource)
    changes: tuple[Change, ...] = ("create", "update", "delete")
    for change in changes:
        if change in resource.changes:
            add_change(family(change, texts[change]), resource, change)
    if resource.has_codes:
        _codes(family("keys", texts["keys"]), resource)


def _show(command: Parser, resource: Resource[Any]) -> None:
    _key(command, resource)
    add_field_options(command)
    _reveal(command, resource)


def _reveal(command: Parser, resource: Resource[Any]) -> None:
    if resource.has_codes:
        add_switches(command, REVEAL_CODES)
    if resource.phones():
        add_switches(command, REVEAL_NUMBERS)


def add_change(command: Parser, resource: Resource[Any], change: Change) -> None:
    """Add the flags of a command that creates, changes or deletes a record."""
    new = change == "create"
    if not new:
        _key(command, resource)
    for field, flag in resource.flags(change):
        _flag(command, field, flag, new=new)
    if new and resource.has_codes:
        _access_codes(command, "--key")
    if change != "delete" and (resource.new_attributes or not new):
        _repeated(command, "--attribute", "NAME=VALUE", "set an attribute")
    if change == "update" and resource.placed:
        text = "take an attribute away, so that what it inherits counts"
        _repeated(command, "--unset", "NAME", text)
    if change == "update" and "replace" in resource.changes:
        text = "replace the whole object (PUT instead of PATCH)"
        add_switches(command, ("--whole", text))
    if change in resource.asks:
        add_switches(command, YES)
    if new:
        add_output(command)
        if set(resource.phones().values()) - {"dids"}:
            add_switches(command, REVEAL_NUMBERS)


def _flag(command: Parser, field: Field, flag: Flag, *, new: bool) -> None:
    options: dict[str, Any] = {"metavar": flag.metavar}
    if flag.low is not None:
        options["type"] = integer(flag.low)
    if flag.many:
        options["action"] = "append"
    if help_ := flag.help or _in_short((new and field.new_help) or field.help):
        options["help"] = help_
    if new and field.is_required:
        options["required"] = True
    command.add_argument(f"--{(flag.name or field.name).replace('_', '-')}", **options)


def _in_short(sentences: str) -> str:
    """Return the first sentence of a form's help as the help of a flag reads."""
    first = sentences.partition(". ")[0].removesuffix(".")
    return first[:1].lower() + first[1:]


def _key(command: Parser, resource: Resource[Any]) -> None:
    flag = resource.key_flag
    command.add_argument(
        flag.name, type=text_id if flag.low is None else integer(flag.low), metavar=flag.metavar,
        help=flag.help or None,
    )  # fmt: skip


def _codes(command: Parser, resource: Resource[Any]) -> None:
    _key(command, resource)
    _access_codes(command, "--add")
    _repeated(command, "--remove", "CODE", "take a code out")
    add_field_options(command)
    add_switches(command, REVEAL_CODES)


def _access_codes(command: Parser, flag: str) -> None:
    text = "an access code for host, participant or listener"
    _repeated(command, flag, "CODE=ROLE", text, "key")
    command.add_argument(
        "--keys-file", type=str, metavar="FILE",
        help="the same, one a line; -: stdin. Keeps them out of process lists",
    )  # fmt: skip


def _repeated(command: Parser, flag: str, metavar: str, text: str, dest: str | None = None) -> None:
    command.add_argument(flag, action="append", default=[], metavar=metavar, help=text, dest=dest)
