"""The grammar of what stands: rooms, numbers, call flows, subscribers, forwarders, dialouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli.grammar.base import codes, listing, numbers, output, shape, sid, whole, yes

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Grammar, Parser

AUDITED = (
    "attribute_set", "room_create", "room_update", "room_delete", "room_reveal", "did_create",
    "did_update", "did_group_create", "did_group_update", "binding_create", "binding_update",
    "binding_replace", "binding_delete", "dialout_create", "dialout_update", "dialout_replace",
    "dialout_delete",
)  # fmt: skip


def add(grammar: Grammar) -> None:
    """Add the commands."""
    grammar.heading("rooms and numbers")
    _rooms(grammar)
    _numbers(grammar)
    grammar.heading("forwarding (the Mediator API)")
    _bindings(grammar)
    _dialouts(grammar)
    mediator_dids = grammar.add("mediator-dids", "list the numbers that can be redirected from")
    listing(mediator_dids)
    numbers(mediator_dids)


def _rooms(grammar: Grammar) -> None:
    rooms = grammar.add("rooms", "list the meeting rooms")
    listing(rooms)
    codes(rooms)
    room = grammar.family("room", "show, create, change or delete a meeting room")
    show = room("show", "show a room with its attributes")
    _number(show)
    shape(show)
    codes(show)
    create = room("create", "create a room")
    create.add_argument("--did-group", type=whole(0), required=True, metavar="ID")
    create.add_argument("--call-flow", type=whole(0), required=True, metavar="ID")
    create.add_argument("--description", metavar="TEXT")
    _keys(create, "--key")
    _attributes(create)
    yes(create)
    output(create)
    update = room("update", "change what is named of a room")
    _number(update)
    update.add_argument("--description", metavar="TEXT")
    update.add_argument("--did-group", type=whole(0), metavar="ID", help="its primary DID group")
    update.add_argument(
        "--reference", type=whole(0), action="append", metavar="ID",
        help="a DID group through which it can be dialled; all of them, one a flag",
    )  # fmt: skip
    update.add_argument("--number", type=whole(0), metavar="NUMBER", help="its new meeting number")
    _attributes(update)
    _unset(update)
    delete = room("delete", "delete a room, after asking")
    yes(delete)
    _number(delete)
    keys = room("keys", "list, add and remove the access codes of a room")
    _number(keys)
    _keys(keys, "--add")
    keys.add_argument("--remove", action="append", default=[], metavar="CODE",
                      help="take a code out")  # fmt: skip
    shape(keys)
    codes(keys)


def _numbers(grammar: Grammar) -> None:
    dids = grammar.add("dids", "list the DIDs, the numbers that callers dial")
    listing(dids)
    did = grammar.family("did", "show, create or change a DID")
    show = did("show", "show a DID with its attributes")
    _id(show)
    shape(show)
    create = did("create", "create a DID")
    create.add_argument("--did-group", type=whole(0), required=True, metavar="ID")
    create.add_argument("--phone-number", required=True, metavar="NUMBER")
    yes(create)
    output(create)
    for command in (dids, show, create):
        numbers(command)
    update = did("update", "change what is named of a DID")
    _id(update)
    update.add_argument("--did-group", type=whole(0), metavar="ID")
    update.add_argument("--phone-number", metavar="NUMBER")
    _attributes(update)
    _unset(update)

    groups = grammar.add("did-groups", "list the DID groups")
    listing(groups)
    group = grammar.family("did-group", "show, create or change a DID group")
    show = group("show", "show a DID group with its DIDs and attributes")
    _id(show)
    shape(show)
    for command in (groups, show):
        numbers(command)
    create = group("create", "create a DID group")
    create.add_argument("--call-flow", type=whole(0), required=True, metavar="ID")
    create.add_argument("--name", required=True, metavar="TEXT")
    yes(create)
    output(create)
    update = group("update", "change what is named of a DID group")
    _id(update)
    update.add_argument("--call-flow", type=whole(0), metavar="ID")
    update.add_argument("--name", metavar="TEXT")
    _attributes(update)
    _unset(update)

    listing(grammar.add("call-flows", "list the call flows"))
    flow = grammar.add("call-flow", "show a call flow with its attribute templates")
    _id(flow)
    shape(flow)
    subscribers = grammar.add("subscribers", "list the subscribers, who own rooms and DID groups")
    listing(subscribers)
    subscriber = grammar.add("subscriber", "show a subscriber")
    subscriber.add_argument("sid", type=sid, metavar="SID")
    shape(subscriber)
    for command in (subscribers, subscriber):
        numbers(command)


def _bindings(grammar: Grammar) -> None:
    bindings = grammar.add("bindings", "list the bindings, which forward a number")
    listing(bindings)
    binding = grammar.family("binding", "show, create, change or delete a binding")
    show = binding("show", "show a binding")
    create = binding("create", "forward a number, after asking")
    update = binding("update", "change what is named of a binding, after asking")
    delete = binding("delete", "stop forwarding, after asking")
    for command in (show, update, delete):
        command.add_argument("sid", type=sid, metavar="SID")
    shape(show)
    for command in (create, update):
        command.add_argument(
            "--destination-did", required=command is create, metavar="NUMBER",
            help="where calls are to ring",
        )  # fmt: skip
        command.add_argument("--redirect-did", metavar="NUMBER",
                             help="the number that is forwarded; none: any free one")  # fmt: skip
        command.add_argument("--origination-did", metavar="NUMBER",
                             help="calls from this number only")  # fmt: skip
        command.add_argument("--dtmf", metavar="KEYS", help="dialled once it answers")
        command.add_argument("--name", metavar="TEXT")
        command.add_argument("--maximum-ttl", type=whole(-1), metavar="SECONDS",
                             help="how long it lives; -1: no limit")  # fmt: skip
        command.add_argument(
            "--wait-origination-did-ttl", type=whole(-1), metavar="SECONDS",
            help="how long it waits for a first caller; -1: no limit",
        )  # fmt: skip
        _attributes(command)
    _whole(update)
    for command in (create, update, delete):
        yes(command)
    output(create)
    for command in (bindings, show, create):
        numbers(command)


def _dialouts(grammar: Grammar) -> None:
    dialouts = grammar.add("dialouts", "list the dialouts that are not set up yet")
    listing(dialouts)
    dialout = grammar.family("dialout", "show, create, change or call off a dialout")
    show = dialout("show", "show a dialout")
    create = dialout("create", "dial two parties together, after asking")
    update = dialout("update", "change what is named of a dialout, after asking")
    delete = dialout("delete", "call a dialout off, after asking")
    for command in (show, update, delete):
        command.add_argument("sid", type=sid, metavar="SID")
    shape(show)
    for command in (create, update):
        command.add_argument(
            "--stage-one-destination-did", required=command is create, metavar="NUMBER",
            help="who is dialled first",
        )  # fmt: skip
        command.add_argument(
            "--stage-two-destination-did", required=command is create, metavar="NUMBER",
            help="who is dialled when the first one answers",
        )  # fmt: skip
        command.add_argument("--redirect-did", metavar="NUMBER", help="the number that they see")
        command.add_argument("--delay", type=whole(0), metavar="SECONDS",
                             help="left out: it dials at once")  # fmt: skip
        _attributes(command)
    _whole(update)
    for command in (create, update, delete):
        yes(command)
    output(create)
    for command in (dialouts, show, create):
        numbers(command)


def _number(command: Parser) -> None:
    command.add_argument("meeting", type=whole(0), metavar="NUMBER", help="its meeting number")


def _id(command: Parser) -> None:
    command.add_argument("id", type=whole(0), metavar="ID")


def _keys(command: Parser, flag: str) -> None:
    command.add_argument(
        flag, dest="key", action="append", default=[], metavar="CODE=ROLE",
        help="an access code for host, participant or listener",
    )  # fmt: skip
    command.add_argument(
        "--keys-file", type=str, metavar="FILE",
        help="the same, one a line; -: stdin. No process list shows them so",
    )  # fmt: skip


def _attributes(command: Parser) -> None:
    command.add_argument(
        "--attribute", action="append", default=[], metavar="NAME=VALUE", help="set an attribute"
    )


def _unset(command: Parser) -> None:
    command.add_argument(
        "--unset", action="append", default=[], metavar="NAME",
        help="take an attribute away, so that what it inherits counts",
    )  # fmt: skip


def _whole(command: Parser) -> None:
    command.add_argument(
        "--whole", action="store_true", help="replace the whole object (PUT instead of PATCH)"
    )
