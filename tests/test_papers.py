"""The papers say what the program does: tables are compared with the code they are made from.

Renew the tables with ``.venv/bin/python tests/test_papers.py --write``.
"""

from __future__ import annotations

import importlib
import inspect
import re
import shlex
import sys
import tomllib
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confmon import __version__
from confmon.api.lists.paging import CAP
from confmon.cli.commands.setup import config
from confmon.cli.grammar import completion, parser
from confmon.commands import BY_ID, COMMANDS, SCOPES, keys_of
from confmon.config.settings import config_file, environment, resolve, toml_lines
from confmon.config.settings.alerts import AlertSettings
from confmon.config.settings.attention import AttentionSettings
from confmon.config.settings.checks import integer_between
from confmon.config.settings.model import PASSWORD_SOURCES, Settings
from confmon.config.settings.setting import NEEDED, SettingsTable, setting
from confmon.help.topic import FOLDER, TOPICS, read_topic
from confmon.key_names import key_sign
from confmon.models.codes import TABLE, Codes
from confmon.models.live_records import Call
from confmon.models.resources import RESOURCES
from confmon.monitor.actions import judge
from confmon.monitor.attention.rules import RULES
from confmon.monitor.polling import freshness, live_store
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views import filter as filter_module
from confmon.monitor.views import live_view
from confmon.monitor.views.call_columns import CALL_COLUMNS
from confmon.monitor.views.filter import STATE_WORDS, parse_filter
from confmon.monitor.views.live_columns import RenderContext
from confmon.process import exits
from confmon.simulator.http.auth import Auth
from confmon.simulator.http.conference import ConferenceRoutes
from confmon.simulator.http.core import CoreRoutes
from confmon.simulator.http.directory import DirectoryRoutes
from confmon.simulator.http.mediator import MediatorRoutes
from confmon.simulator.scenarios.table import SCENARIOS
from confmon.simulator.simulation import build_world
from confmon.tui.dialogs.confirm import SWALLOW_S
from confmon.tui.keys import pace
from tests.endpoints import ENDPOINTS, TITLES, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
PAPERS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
README = ROOT / "README.md"
HELP = [FOLDER / f"{name}.md" for name in TOPICS]
OF_USERS = [README, *HELP]
"""What is written for those who use confmon. A made table is in one of them."""
ALL = (*PAPERS, *(str(path.relative_to(ROOT)) for path in HELP))

HEADINGS = {
    "caller": "For the caller under the cursor, or for all marked",
    "meeting": "For a whole meeting",
    "needs": "What needs you",
    "past": "The past",
    "rooms": "In Rooms, for the room under the cursor",
    "forwarding": "In Forwarding, for what is under the cursor",
    "table": "Find, sort, mark",
    "view": "Where to look",
    "app": "confmon itself",
}


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join([_row(*titles), _row(*("---" for _ in titles)), *(_row(*r) for r in rows)])


def keys() -> str:
    """Return a table of keys for each scope, from the one registry."""
    tables = []
    ordered = sorted(COMMANDS, key=lambda command: SCOPES.index(command.scope))
    for scope, commands in groupby(ordered, key=lambda command: command.scope):
        rows = [
            (" ".join(f"`{key_sign(key)}`" for key in keys_of(command)), command.label,
             command.help, f"`{command.id}`")
            for command in commands
        ]  # fmt: skip
        table = _table(("key", "", "", "id"), rows)
        tables.append(f"**{HEADINGS[scope]}**\n\n{table}")
    return "\n\n".join(tables)


def settings(kind: type[Settings] = Settings) -> str:
    """Return the table of what a profile may set, with its defaults."""
    rows = [
        (f"`{name}`", _default(row.default), row.help)
        for name, row in kind.table.items()
        if row.check is not None
    ]
    return _table(("setting", "default", ""), rows)


def rows_of(kind: type[SettingsTable]) -> str:
    """Return the table of what a table of the file may set, with its defaults."""
    rows = [(f"`{name}`", _default(row.default), row.help) for name, row in kind.table.items()]
    return _table(("setting", "default", ""), rows)


def attention() -> str:
    return rows_of(AttentionSettings)


def alerts() -> str:
    return rows_of(AlertSettings)


def rules() -> str:
    """Return the table of the rules that tell what needs somebody."""
    rows = [
        (f"`{rule.id}`", rule.title, rule.meaning, _with_defaults(rule.thresholds))
        for rule in RULES
    ]
    return _table(("rule", "on the screen", "", "turns"), rows)


def _with_defaults(text: str) -> str:
    """Return a text with the default behind the name of each setting.

    >>> _with_defaults("red after all_held_s")
    'red after `all_held_s` (120)'
    """
    table = AttentionSettings.table

    def words(found: re.Match[str]) -> str:
        name = found[0]
        if name not in table:
            return name
        default = table[name].default
        return f"`{name}` ({default:g})" if isinstance(default, int | float) else f"`{name}`"

    return re.sub(r"\w+", words, text)


def _default(value: object) -> str:
    if value is NEEDED:
        return "none; needed"
    if isinstance(value, tuple):
        return f"`{list(value)}`"
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def variables(kind: type[Settings] = Settings) -> str:
    """Return the table of the environment's variables."""
    rows = [(f"`{name}`", text) for name, text in environment.variables(kind).items()]
    return _table(("variable", "sets"), rows)


def ends() -> str:
    """Return the table of exit codes."""
    return _table(("code", "meaning"), [(str(code), text) for code, text in exits.MEANINGS.items()])


def guesses() -> str:
    """Return the coded values that no document names."""
    rows = [
        (f"`{code.field}`", str(code.value), code.label, code.meaning)
        for code in TABLE
        if code.source == "guess"
    ]
    return _table(("field", "number", "read as", ""), rows)


BASES = {"directory": "/conference/v1", "mediator": "/mediator/v1", "core": "/core/v2"}


def client_call(base: str, one: Endpoint) -> str:
    """Return how the client is asked for a request: the method, and the resource it takes."""
    method, path = one.client.rpartition(".")[2], one.request.split("/")[1]
    named = [
        each.plural.upper() for each in RESOURCES
        if (BASES[each.api], each.path) == (base, path) and "_" not in method
    ]  # fmt: skip
    return f"{method}({named[0]})" if named else method


def scenarios() -> str:
    rows = ((f"`{name}`", scenario.shows) for name, scenario in SCENARIOS.items())
    return _table(("scenario", "what happens"), rows)


def features() -> str:
    """Return every documented request with what reaches it, by API."""
    tables = []
    for base, requests in ENDPOINTS.items():
        rows = [
            (
                f"`{request.request}`",
                request.source,
                f"`{client_call(base, request)}`",
                f"`{request.command}`" if request.command else "–",
                ", ".join(f"`{id_}`" for id_ in request.screen) or "–",
            )
            for request in requests
        ]
        table = _table(("request", "source", "client", "command", "screen"), rows)
        tables.append(f"**{TITLES[base]}** (`{base}`)\n\n{table}")
    return "\n\n".join(tables)


def commands() -> str:
    """Return every command with its line."""
    rows = [
        (f"`{node.name}`", node.help)
        for node in completion.command_tree()
        if node.name and " " not in node.name
    ]
    return _table(("command", "what it does"), rows)


def topics() -> str:
    """Return every topic of the help, as links."""
    rows = [
        (f"[{name}]({FOLDER.relative_to(ROOT)}/{name}.md)", read_topic(name).summary)
        for name in TOPICS
    ]
    return _table(("topic", ""), rows)


MADE = {
    "topics": topics,
    "commands": commands,
    "keys": keys,
    "exits": ends,
    "settings": settings,
    "environment": variables,
    "guesses": guesses,
    "scenarios": scenarios,
    "features": features,
    "rules": rules,
    "attention": attention,
    "alerts": alerts,
}


def block(name: str) -> str:
    """Return what is between the two markers of `name`, in whichever paper has them."""
    found = re.findall(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", papers(), re.DOTALL)
    assert len(found) == 1, f"README and topics have {len(found)} blocks {name}"
    return str(found[0]).strip("\n")


def renewed(text: str) -> str:
    """Return a paper with every made table in it made anew."""
    for name, make in MADE.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        head, found, rest = text.partition(start)
        if found:
            text = f"{head}{start}{make()}\n{end}{rest.partition(end)[2]}"
    return text


def readme() -> str:
    return README.read_text(encoding="utf-8")


def papers() -> str:
    """Return the README and all topics of the help."""
    return "\n".join(path.read_text(encoding="utf-8") for path in OF_USERS)


def fenced(text: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def prose(text: str) -> str:
    """Return a paper without its code blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def example_commands() -> list[list[str]]:
    """Return the arguments of every confmon command line that README and topics show."""
    found = []
    for line in "".join(fenced(papers(), "console")).splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True) if line[:2] == "$ " else []
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            del words[0]
        if words[:1] == ["confmon"]:
            stop = next((i for i, word in enumerate(words) if word in (">", "|")), len(words))
            found.append(words[1:stop])
    return found


@pytest.mark.parametrize("name", MADE)
def test_the_tables_are_those_of_the_program(name: str) -> None:
    assert block(name) == MADE[name](), "renew it: .venv/bin/python tests/test_papers.py --write"


def test_renewing_what_is_new_changes_nothing() -> None:
    assert renewed(papers()) == papers()


def test_the_readme_is_short() -> None:
    assert len(readme().splitlines()) <= 160


def test_the_limits_that_a_setting_tells_hold() -> None:
    limited = []
    for name, row in Settings.table.items():
        if row.check and (limits := re.search(r"; ([\d.]+) to ([\d.]+)\.$", row.help)):
            kind = type(row.default)  # int where whole numbers are wanted
            low, high = (float(limit) for limit in limits.groups())
            assert (row.check(kind(low)), row.check(kind(high))) == (low, high)
            for beyond in (low - 1, high + 1):
                with pytest.raises(ValueError, match=r"must be from"):
                    row.check(kind(beyond))
            limited.append(name)
    assert limited == [
        "interval_s", "requests_per_s", "deadline_s", "history_days", "history_size",
    ]  # fmt: skip


class MoreSettings(Settings):
    """The settings, with one more: a line is all that a new one takes."""

    tries: int = setting(
        integer_between(1, 9), "How often.", default=3, flag="--tries", variable="CONFMON_TRIES"
    )


def test_a_setting_is_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "config.toml"
    file.write_text(
        '[profiles.p]\nbase_url = "https://a.example"\nlogin = "x"\ntries = 4\n', "utf-8"
    )

    def resolved(*argv: str, **environ: str) -> resolve.Configuration:
        arguments = parser.build([], MoreSettings).parse_args(["--config", str(file), *argv])
        return resolve.resolve(arguments, environ, kind=MoreSettings)

    layers = {
        f"{file}:4": resolved(),
        "CONFMON_TRIES": resolved(CONFMON_TRIES="5"),
        "--tries": resolved("--tries", "6", CONFMON_TRIES="5"),
    }
    for wanted, (source, found) in enumerate(layers.items(), 4):
        assert isinstance(found.settings, MoreSettings)
        assert (found.settings.tries, found.sources["tries"]) == (wanted, source)
        assert f"tries = {wanted}  # {source}" in config.format_settings(found)
    assert capsys.readouterr().err == ""
    with pytest.raises(exits.CliExit, match="CONFMON_TRIES must be from 1 to 9"):
        resolved(CONFMON_TRIES="10")
    file.write_text("[profiles.p]\ntries = 0\ntrie = 1\n", "utf-8")
    with pytest.raises(exits.CliExit, match=r"(?s)tries: must be from 1.*did you mean tries\?"):
        resolved()
    assert "| `tries` | `3` | How often. |" in settings(MoreSettings)
    assert "| `CONFMON_TRIES` | `tries` |" in variables(MoreSettings)


def test_every_password_source_and_variable_is_named() -> None:
    assert all(f"`{name}`" in papers() for name in PASSWORD_SOURCES)
    named = set(re.findall(r"CONFMON_[A-Z_]+\b", papers())) - {"CONFMON_"}
    assert named == set(environment.variables())


def test_every_word_and_field_of_the_filter_is_documented() -> None:
    states, fields, _ = block("filter").split("\n- ")
    assert set(re.findall(r"`([a-z-]+)`", states)) == set(STATE_WORDS)
    source = Path(filter_module.__file__).read_text(encoding="utf-8")
    words = set(re.findall(r'"([a-z]+)"', source))
    prefixes = {word for word in words if parse_filter(f"{word}:x")[0].field}
    assert set(re.findall(r"`([a-z]+):`", fields)) == prefixes


@pytest.mark.parametrize(
    ("value", "is_", "words"),
    [
        (live_store.CHANGE_SHOWN_S, 6, "what just happened to a row for six seconds"),
        (live_view.HELD_S, 2, "the rows keep their places for two seconds"),
        (freshness.LEAST_S, 5, "After three missed reads (at least five seconds)"),
        (Backoff().cap_s, 30, "goes on trying, after 1 to 30 seconds"),
        (SWALLOW_S, 0.4, "ignored for the first 0.4 seconds"),
        (pace.WORD_S, 0.3, "no other character comes within 0.3 seconds before or after it"),
        (pace.PAUSE_S, 1, "keys change nothing until no key has come for a second"),
        (CAP, 100_000, "At most 100,000 calls are read"),
    ],
)
def test_numbers_in_the_help_are_those_of_the_program(value: float, is_: float, words: str) -> None:
    assert value == is_
    assert words in " ".join(papers().split())


@pytest.mark.parametrize("mode", [1, 2, 3, 7])
def test_every_word_of_the_mute_column_is_documented(mode: int) -> None:
    column = next(column for column in CALL_COLUMNS if column.id == "mute")
    word, _ = column.cell(Call(id=1, mute_mode=mode), RenderContext(LiveState(Codes()), wall=0.0))
    assert f"`{word}`" in papers()


def test_the_architecture_tells_when_an_action_is_judged() -> None:
    text = " ".join((ROOT / "ARCHITECTURE.md").read_text("utf-8").split())
    assert "two such reads and the verb's patience do not (not applied)" in text
    assert f"none settles it in {judge.UNKNOWN_AFTER_S:g} s (unknown)" in text
    assert judge.READS_BEFORE_NO == 2


def test_the_shortest_configuration_is_right(tmp_path: Path) -> None:
    [source] = fenced(readme(), "toml")
    file = tmp_path / "config.toml"
    file.write_text(source, encoding="utf-8")
    assert config_file.check_file(toml_lines.read(file)).complaints == []
    assert len(source.splitlines()) <= 10


def test_the_example_configuration_is_right(tmp_path: Path) -> None:
    [source] = fenced((FOLDER / "setup.md").read_text("utf-8"), "toml")
    file = tmp_path / "config.toml"
    file.write_text(source, encoding="utf-8")
    document = config_file.check_file(toml_lines.read(file))
    assert document.complaints == []
    assert set(document.profiles) == {"prod", "wall"} == set(tomllib.loads(source)["profiles"])
    assert document.keys
    assert document.codes


@pytest.mark.parametrize("words", example_commands(), ids=" ".join)
def test_every_example_is_a_command(words: list[str]) -> None:
    parser.build().parse_args(words)


def test_every_command_has_an_example() -> None:
    shown = {" ".join(words[:count]) for words in example_commands() for count in (1, 2)}
    shown |= {words[2] for words in example_commands() if len(words) > 2}  # after a flag
    names = {node.name for node in completion.command_tree()}
    families = {name.partition(" ")[0] for name in names if " " in name}
    offered = names - families - {"", "demo"}
    assert len(offered) > 40
    assert offered <= shown, offered - shown
    assert "confmon demo" in readme()


REQUESTS = [request for requests in ENDPOINTS.values() for request in requests]


@pytest.mark.parametrize("one", REQUESTS, ids=lambda one: one.client)
def test_a_documented_request_is_reached_as_the_table_says(one: Endpoint) -> None:
    module, kind, method = one.client.split(".")
    found = getattr(getattr(importlib.import_module(f"confmon.api.{module}"), kind), method)
    assert inspect.iscoroutinefunction(found)
    if one.command:
        values = {"TEXT": "x", "NAME": "x", "VALUE": "x", "SID": "x"}
        words = [
            values.get(word, "1") if word.isupper() else word for word in one.command.split()
        ]  # fmt: skip
        parser.build().parse_args(words)
    assert set(one.screen) <= set(BY_ID)


def test_the_table_of_requests_is_whole() -> None:
    listed = {endpoint.client for endpoint in REQUESTS}
    sends = re.compile(r"(list|get|create|put|change|delete)(_|$)")
    for name in sorted({client.rpartition(".")[0] for client in listed}):
        module, kind = name.split(".")
        offered = dir(getattr(importlib.import_module(f"confmon.api.{module}"), kind))
        methods = {f"{name}.{method}" for method in offered if sends.match(method)}
        again = {f"directory.DirectoryClient.{one}" for one in ("get_attributes", "put_attribute")}
        assert methods - again <= listed  # the directory hands those two on
    assert {endpoint.source for endpoint in REQUESTS} == {"doc", "doc+", "unknown"}


def test_every_request_of_the_resource_table_is_listed() -> None:
    for base, requests in ENDPOINTS.items():
        listed = {re.sub("/[A-Z]+$", "/KEY", request.request) for request in requests}
        for resource in RESOURCES:
            if BASES[resource.api] == base:
                path = f"/{resource.path}"
                asked = {
                    f"GET {path}",
                    *([f"GET {path}/KEY"] if "show" in resource.commands else []),
                }
                asked |= {
                    f"{method} {path}{'' if change == 'create' else '/KEY'}"
                    for change, method in resource.changes.items()
                }
                assert asked == {one for one in listed if one.split()[1] in (path, f"{path}/KEY")}


def test_the_simulator_serves_what_the_table_lists() -> None:
    auth = Auth(build_world(1, 1, 1, lambda: 0.0, churn=0), "a", "b")
    routes = [
        *ConferenceRoutes(auth).routes(), *DirectoryRoutes(auth).routes(),
        *MediatorRoutes(auth).routes(), *CoreRoutes(auth, auth, auth).routes(),
    ]  # fmt: skip
    served = {
        (method, re.sub(r"{.*?}", "*", route.path))
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
        if not route.path.startswith("/_")
    }
    listed = {
        (
            request.request.split()[0],
            base + re.sub(r"/[A-Z]+(?=/|$)", "/*", request.request.split()[1]),
        )
        for base, requests in ENDPOINTS.items()
        for request in requests
    }
    assert served == listed


def test_the_two_commands_come_first() -> None:
    first, second, *_ = fenced(readme(), "sh")
    fresh = "python3 -m venv .venv && .venv/bin/pip install -q -c requirements.lock -e "
    assert first == f"{fresh}. && .venv/bin/confmon demo\n"
    assert second == f"{fresh}'.[test]' && .venv/bin/pytest -n auto\n"


def anchor(heading: str) -> str:
    """Return a heading's anchor, as the usual viewers make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("paper", ALL)
def test_links_lead_somewhere(paper: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose((ROOT / paper).read_text("utf-8"))):
        if target.startswith("https://"):
            continue
        path, _, place = target.partition("#")
        file = (ROOT / paper).parent / path if path else ROOT / paper
        assert file.exists(), f"{paper}: {target}"
        if place:
            headings = re.findall(r"^#+ (.+)$", prose(file.read_text("utf-8")), re.MULTILINE)
            assert place in map(anchor, headings), f"{paper}: {target}"


def named(text: str) -> list[str]:
    """Return what is named as a path of this project: ``a/b.py``, ``a/``, ``a/b.py::test_c``."""
    marked = re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?(?:::\w+)?)`", text)
    tops = ("confmon/", "tests/", "screenshots/", ".ci/")
    return [name for name in marked if name.startswith(tops)]


@pytest.mark.parametrize("paper", ALL)
def test_every_file_that_is_named_exists(paper: str) -> None:
    for name in named((ROOT / paper).read_text("utf-8")):
        path, _, test = name.partition("::")
        assert (ROOT / path).exists(), f"{paper}: {name}"
        if test:
            source = (ROOT / path).read_text("utf-8")
            assert re.search(rf"^(?:async )?def {test}\(", source, re.MULTILINE), name


def test_every_name_of_the_architecture_is_in_the_code() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`([A-Za-z_][\w.]*)(?:\([^`]*)?`", text))
    files = [path for top in ("confmon", "tests") for path in (ROOT / top).rglob("*.py")]
    names = {path.name for path in files}
    words = set(re.findall(r"\w+", " ".join(path.read_text("utf-8") for path in files)))
    missing = {name for name in named - names if not set(name.split(".")) <= words}
    assert missing == set()


def test_the_architecture_leaves_no_folder_out() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    folders = {path.parent for path in (ROOT / "confmon").rglob("*.py")} - {ROOT / "confmon"}
    missing = [folder for folder in folders if f"`{folder.relative_to(ROOT)}/" not in text]
    assert missing == []


def test_the_changelog_knows_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changes, re.MULTILINE)
    assert versions[0] == __version__


if __name__ == "__main__" and "--write" in sys.argv:
    for paper in OF_USERS:
        paper.write_text(renewed(paper.read_text(encoding="utf-8")), encoding="utf-8")
