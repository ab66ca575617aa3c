"""Bearer tokens of receivers: from a private file, or printed by a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confmon.config.credentials import private_file
from confmon.config.credentials.secret import first_line, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from confmon.config.credentials.secret import Secret


def is_token(text: str) -> bool:
    """Tell whether a text can be sent as a Bearer token, by RFC 6750."""
    return re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", text) is not None


def obtain_token(name: str, file: Path | None, command: Sequence[str] | None) -> Secret | None:
    """Return a token; None: neither is set. CliExit: 78, it can't be had, or is no token.

    `name` is that of the setting without ``_file`` and ``_command``.
    """
    if file is not None:
        source = f"{name}_file {file}"
        token = first_line(private_file.read(file, f"{name}_file"), source)
    elif command is not None:
        from confmon.config.credentials.command import run_credentials_command

        source = f"{name}_command {command[0]}"
        token = run_credentials_command(command, name=f"{name}_command")
    else:
        return None
    if not is_token(token.reveal()):
        raise refuse(f"{source}: that is no Bearer token")
    return token
