"""What the command line says of a record of the resource table, by wire name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.config.credentials.secret import LONGEST
from confmon.models import access_codes
from confmon.monitor.edits import fields as editable
from confmon.monitor.exports.formats import MASK
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.models.resources.resource import Resource
    from confmon.models.rooms import AccessCode
    from confmon.monitor.actions.action import Action


def fields(arguments: Namespace, resource: Resource[Any]) -> dict[str, object]:
    """Return the fields that are given, checked. CliExit: 64, and what would be accepted."""
    given = vars(arguments)
    found: dict[str, object] = {
        resource.wire(field.name): value
        for field, flag in resource.flags(arguments.what)
        if (value := given.get(flag.name or field.name)) is not None
    }
    try:
        if keys := keys_of(arguments):
            found["keychain"] = keys
        editable.check_value(resource, found, new=arguments.what == "create")
        attributes: dict[str, object] = {}
        for text in getattr(arguments, "attribute", ()):
            name, sign, value = text.partition("=")
            if not sign or not name.strip():
                raise ValueError(f"--attribute wants NAME=VALUE; not {text!r}")
            attributes[name.strip()] = value
        attributes |= dict.fromkeys(getattr(arguments, "unset", ()))
    except ValueError as error:
        raise exits.usage_error(str(error)) from None
    if attributes:
        found["attributes"] = attributes
    return found


def keys_of(arguments: Namespace) -> tuple[AccessCode, ...]:
    """Return the access codes that are given. ValueError: without naming a code."""
    keys: tuple[AccessCode, ...] = ()
    for text in [*getattr(arguments, "key", ()), *_lines(getattr(arguments, "keys_file", None))]:
        code, sign, role = text.partition("=")
        if not sign:
            raise ValueError("an access code is given with its role: CODE=ROLE")
        keys = access_codes.added(keys, code, role)
    return keys


def _lines(name: str | None) -> Sequence[str]:
    if name is None:
        return ()
    try:
        with open(0 if name == "-" else name, "rb", closefd=name != "-") as file:
            raw = file.read(LONGEST + 1)
        if len(raw) > LONGEST:
            raise ValueError(f"longer than {LONGEST >> 10} kB")
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        reason = "not UTF-8 text"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    else:
        return [line.strip() for line in text.splitlines() if line.strip()]
    raise exits.usage_error(f"--keys-file {name}: {reason}")


def texts_of(edit: Action) -> dict[str, str]:
    """Return what an edit sends, for the question before it: without access codes."""
    return {
        name: MASK if name == "keychain" else _text_of(value) for name, value in edit.change.items()
    }


def _text_of(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={part}" for name, part in value.items())
    return "" if value is None else str(value)
