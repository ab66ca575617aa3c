"""Completion scripts for bash, zsh and fish, written from the grammar itself."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import dataclass

from confmon.cli.grammar import parser
from confmon.process import exits

FILES = ("--config", "--keys-file", "--textfile")


@dataclass(frozen=True, slots=True)
class Flag:
    """One option: its spellings, its help, and what may follow it.

    `follow` is None for a flag that takes nothing, else its choices (empty: anything).
    """

    names: tuple[str, ...]
    help: str
    follow: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Node:
    """One command: its flags and its plain words.

    Its name is that of the bare program (``""``), of a command (``room``) or of one of a family
    (``room create``).
    """

    name: str
    help: str
    flags: tuple[Flag, ...]
    words: tuple[str, ...]


def run(arguments: argparse.Namespace) -> int:
    """Print the script; ``source <(confmon completion bash)`` takes it in."""
    print(script(arguments.shell), end="")
    return exits.OK


def command_tree() -> list[Node]:
    """Return the bare program and every command of the grammar."""
    return _walk("", "", parser.build())


def _walk(name: str, text: str, parser: argparse.ArgumentParser) -> list[Node]:
    """Return a command and what is below it."""
    below: list[Node] = []
    flags: list[Flag] = []
    words: tuple[str, ...] = ()
    for action in parser._actions:
        choices = tuple(str(choice) for choice in action.choices or ())
        if action.option_strings:
            follow = None if action.nargs == 0 else choices
            flags.append(Flag(tuple(action.option_strings), action.help or "", follow))
            continue
        words += choices
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for word, inner in action.choices.items():
                below += _walk(f"{name} {word}".strip(), helps[word], inner)
    return [Node(name, text, tuple(flags), words), *below]


def script(shell: str) -> str:
    """Return the completion script for ``bash``, ``zsh`` or ``fish``."""
    return {"bash": bash, "zsh": zsh, "fish": fish}[shell](command_tree())


def bash(tree: list[Node]) -> str:
    """Return a bash function over the words before the cursor."""
    lines = [
        "_confmon() {",
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}",
        '    local cmd="" word words',
        '    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
        f'        case "$cmd $word" in {_commands(tree)}) cmd="${{cmd:+$cmd }}$word";; esac',
        "    done",
        "    case $prev in",
    ]
    for name, choices in _flags_with_values(tree).items():
        reply = f"$(compgen -W '{' '.join(choices)}' -- \"$cur\")" if choices else ""
        if name in FILES:
            reply = '$(compgen -f -- "$cur")'
        lines.append(f"        {name}) COMPREPLY=({reply}); return;;")
    lines += ["    esac", "    case $cmd in"]
    for node in tree:
        lines.append(f"        \"{node.name}\") words='{' '.join(_words(node))}';;")
    lines += [
        "    esac",
        '    COMPREPLY=($(compgen -W "$words" -- "$cur"))',
        "}",
        "complete -F _confmon confmon",
    ]
    return "\n".join(lines) + "\n"


def zsh(tree: list[Node]) -> str:
    """Return the same for zsh, to be sourced or put into the function path as _confmon."""
    lines = [
        "#compdef confmon",
        "_confmon() {",
        '    local cmd="" word',
        "    for word in ${words[2,CURRENT-1]}; do",
        f'        case "$cmd $word" in ({_commands(tree)}) cmd="${{cmd:+$cmd }}$word";; esac',
        "    done",
        "    case ${words[CURRENT-1]} in",
    ]
    for name, choices in _flags_with_values(tree).items():
        reply = "_files" if name in FILES else f"compadd -- {' '.join(choices)}" if choices else ":"
        lines.append(f"        ({name}) {reply}; return;;")
    lines += ["    esac", "    case $cmd in"]
    for node in tree:
        lines.append(f'        ("{node.name}") compadd -- {" ".join(_words(node))};;')
    lines += [
        "    esac",
        "}",
        "if [[ ${funcstack[1]} == _confmon ]]; then",
        '    _confmon "$@"',
        "else",
        "    compdef _confmon confmon",
        "fi",
    ]
    return "\n".join(lines) + "\n"


def _commands(tree: list[Node]) -> str:
    """Return the case pattern of what turns the words so far into a command."""
    names = [node.name.rpartition(" ") for node in tree if node.name]
    return "|".join(f'"{before} {word}"' for before, _, word in names)


def _words(node: Node) -> list[str]:
    return [*node.words, *(name for flag in node.flags for name in flag.names)]


def _flags_with_values(tree: list[Node]) -> dict[str, tuple[str, ...]]:
    """Return every flag that takes a value, with its choices."""
    after: dict[str, tuple[str, ...]] = {}
    for node in tree:
        for flag in node.flags:
            if flag.follow is not None:
                after |= dict.fromkeys(flag.names, flag.follow)
    return after


def fish(tree: list[Node]) -> str:
    """Return one `complete` line for each command, flag and word."""
    lines = ["complete -c confmon -f"]
    for node in tree:
        if node.name:
            family, _, word = node.name.rpartition(" ")
            seen = [f"__fish_seen_subcommand_from {word}" for word in node.name.split()]
            condition = "; and ".join(seen)
            before = "__fish_use_subcommand"
            if family:
                others = " ".join(next(other.words for other in tree if other.name == family))
                before = f"{seen[0]}; and not __fish_seen_subcommand_from {others}"
            lines.append(
                f"complete -c confmon -n {shlex.quote(before)} -a {word}"
                f" -d {shlex.quote(node.help)}"
            )
            if node.words and not any(other.name.startswith(f"{node.name} ") for other in tree):
                lines.append(
                    f"complete -c confmon -n {shlex.quote(condition)}"
                    f" -a {shlex.quote(' '.join(node.words))}"
                )
        else:
            condition = "__fish_use_subcommand"
        for flag in node.flags:
            names = " ".join(
                f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
                for name in flag.names
            )
            line = f"complete -c confmon -n {shlex.quote(condition)} {names}"
            line += f" -d {shlex.quote(flag.help)}" if flag.help else ""
            if flag.follow is not None:
                file = any(name in FILES for name in flag.names)
                line += " -rF" if file else " -x"
                line += f" -a {shlex.quote(' '.join(flag.follow))}" if flag.follow else ""
            lines.append(line)
    return "\n".join(lines) + "\n"
