"""`confmon help`: every topic can be read, found by its words, and is in the man page."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from confmon.cli import main
from confmon.help.layout import lay_out
from confmon.help.man_page import man_page
from confmon.help.markdown import Block, parse, plain
from confmon.help.search import search
from confmon.help.topic import FOLDER, TOPICS, read_topic
from confmon.process import exits

ROOT = Path(__file__).parents[2]


def test_the_topics_are_the_files() -> None:
    assert sorted(f"{name}.md" for name in TOPICS) == sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_begins_with_title_and_one_short_sentence(name: str) -> None:
    title, summary, *_ = read_topic(name).blocks
    assert (title.kind, title.level) == ("heading", 1)
    assert summary.kind == "paragraph"
    assert summary.text.endswith(".")
    assert len(name.ljust(18) + summary.text) <= 80
    assert all(block.level < 3 for block in read_topic(name).blocks)


@pytest.mark.parametrize("name", TOPICS)
def test_no_word_of_a_topic_is_lost_on_the_way_to_the_terminal(name: str) -> None:
    source = (FOLDER / f"{name}.md").read_text("utf-8")
    source = re.sub(r"<!--.*?-->|^!\[.*\)$|\]\([^)]*\)", " ", source, flags=re.MULTILINE)
    wanted = re.findall(r"\w+", source.replace("```console", "").replace("```toml", ""))
    wanted = [word for word in wanted if word not in ("sh", "text")]
    shown = " ".join(line.text for line in lay_out(read_topic(name).blocks, 2000))
    assert [word.lower() for word in re.findall(r"\w+", shown) if word not in ("sh", "text")] == [
        word.lower() for word in wanted
    ]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_fits_the_width(name: str, width: int) -> None:
    for line in lay_out(read_topic(name).blocks, width):
        assert wcswidth(line.text) == len(line.text)
        if width >= 80 and line.tone != "code":
            assert len(line.text) <= width, line.text


@given(st.text(alphabet="ab `*|-#\\\n[]()<!>.1", max_size=80), st.integers(10, 60))
def test_any_text_is_laid_out(text: str, width: int) -> None:
    blocks = list(parse(text))
    lay_out([block for block in blocks if block.kind != "table"], width)
    for block in blocks:
        assert block.kind != "heading" or block.level


@given(
    st.lists(st.tuples(st.text("ab c", max_size=30), st.text("xy z", max_size=90)), min_size=2),
    st.integers(20, 90),
)
def test_a_table_loses_no_letter_and_fits(rows: list[tuple[str, str]], width: int) -> None:
    lines = lay_out([Block("table", "", rows=tuple(rows))], width)
    letters = "".join(sorted("".join(line.text for line in lines).replace(" ", "")))
    assert letters == "".join(sorted("".join(map("".join, rows)).replace(" ", "")))
    assert all(len(line.text) <= width for line in lines)


def test_a_search_finds_the_sentence_and_topics_about_it_come_first() -> None:
    hits = search("UNDO")
    assert hits[0].topic == "actions"
    assert all("undo" in hit.text.casefold() for hit in hits)
    assert {"keys", "actions"} <= {hit.topic for hit in hits}
    assert any("proved" in hit.text for hit in search("until proved"))
    assert search("") == search("no such words anywhere") == []


def test_help_prints_the_list_a_topic_and_what_was_searched_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["help"]) == exits.OK
    listed = capsys.readouterr().out
    assert all(re.search(rf"^  {name} +\S", listed, re.MULTILINE) for name in TOPICS)
    assert main(["help", "filter"]) == exits.OK
    assert capsys.readouterr().out.startswith("FILTER\n\nFind callers")
    assert main(["help", "--search", "ctrl+u"]) == exits.OK
    found = capsys.readouterr().out
    assert "keys: Keys\n  ctrl+u  Unmute all" in found
    assert main(["help", "keys", "--search", "password"]) == exits.NOT_PROVED
    assert capsys.readouterr() == ("", "No topic has 'password'.\n")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("help filtre", "there is no 'filtre'; did you mean filter?"),
        ("help keys --man", "--man prints all topics"),
        ("help --man --search x", "not allowed with"),
    ],
)
def test_a_wrong_line_is_refused(
    line: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == exits.USAGE
    assert complaint in capsys.readouterr().err


def test_the_man_page_is_ascii_and_its_hyphens_can_be_copied() -> None:
    page = man_page()
    assert page.isascii()
    body = re.sub(r"^\.TH.*$", "", page, flags=re.MULTILINE)
    assert re.search(r"(?<!\\)-", body) is None
    assert r"\-\-read\-only" in body
    requests = {line.split()[0] for line in page.splitlines() if line.startswith(".")}
    known = ".TH .nh .ad .SH .SS .B .RI .PP .TP .IP .RS .RE .nf .fi"
    assert requests <= set(known.split())
    assert not any(line.startswith("'") for line in page.splitlines())
    for name in TOPICS:
        title = plain(read_topic(name).title).upper().replace("'", r"\(aq")
        assert f'.SH "{title}"' in page


def test_groff_has_nothing_to_complain_about() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("no groff on this machine")
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", "-z"], input=man_page(), capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""


def test_the_wheel_has_the_topics_and_the_man_page() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert FOLDER.is_relative_to(ROOT / wheel["packages"][0])
    assert (ROOT / wheel["hooks"]["custom"]["path"]).is_file()


def test_nothing_of_the_help_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys; from confmon.cli import main; main(['config', 'path']);"
        "import confmon.tui.app, confmon.tui.screens, confmon.tui.screens.live.screen;"
        "sys.exit(any(name.startswith('confmon.help') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
