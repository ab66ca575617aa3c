"""The completion scripts, run in their own shells where those are installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from confmon.cli import main
from confmon.cli.grammar import completion, live, setup

if TYPE_CHECKING:
    from pathlib import Path

BASH = """
source {script}
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_confmon
echo "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "replies"),
    [
        ("confmon rel", "release"),
        ("confmon --read-only meetin", "meetings meeting"),
        ("confmon calls -o js", "json jsonl"),
        ("confmon calls --ou", "--output"),
        ("confmon config ''", "path show validate"),
        ("confmon completion f", "fish"),
        ("confmon drop --y", "--yes"),
        ("confmon mute --y", ""),
        ("confmon audit --op", "--open"),
        ("confmon logi", "login"),
        ("confmon help att", "attention"),
        ("confmon login --no", "--no-mouse --no-check"),
        ("confmon audit --verb unl", "unlock"),
        ("confmon room cr", "create"),
        ("confmon room create --ke", "--key --keys-file"),
        ("confmon --profile x binding update --wh", "--whole"),
        ("confmon room keys 5 -o js", "json jsonl"),
        ("confmon name 5 room --p", "--profile"),
        ("confmon dids --fi", "--filter --fields"),
    ],
)
def test_bash_completes(tmp_path: Path, words: str, replies: str) -> None:
    script = tmp_path / "confmon.bash"
    script.write_text(completion.script("bash"))
    done = subprocess.run(
        ["bash", "-c", BASH.format(script=script, words=words)],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    found = done.stdout.split()
    expected = replies.split()
    assert found[: len(expected)] == expected
    assert found == expected or words.endswith("''")


@pytest.mark.parametrize("shell", setup.SHELLS)
def test_the_shell_itself_accepts_the_script(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = tmp_path / "script"
    script.write_text(capsys.readouterr().out)
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [shell, "-n", str(script)], capture_output=True, text=True, timeout=90, check=True
    )
    assert done.stderr == ""


def test_every_command_and_long_flag_is_offered() -> None:
    tree = completion.command_tree()
    names = {node.name for node in tree}
    assert {"", "demo", "calls", "end", *live.CALL_COMMANDS} <= names
    for shell in setup.SHELLS:
        text = completion.script(shell)
        for node in tree:
            assert all(word in text for word in node.name.split())
            for flag in node.flags:
                assert all(name.lstrip("-") in text for name in flag.names)


def test_fish_completes(tmp_path: Path) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    script = tmp_path / "confmon.fish"
    script.write_text(completion.script("fish"))
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; complete -C 'confmon calls -o js'"],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["json", "jsonl"]
