"""Where confmon reads its configuration and keeps its state: the XDG folders."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def config_file() -> Path:
    """Return the default configuration file; it is read and never written."""
    return Path(platformdirs.user_config_path("confmon")) / "config.toml"


def credentials_file() -> Path:
    """Return the file that `confmon login` keeps passwords in."""
    return config_file().with_name("credentials.toml")


def state() -> Path:
    """Return the folder of the audit log, remembered refusals and crash logs."""
    return Path(platformdirs.user_state_path("confmon"))


def audit_log(*, demo: bool = False) -> Path:
    """Return the audit log; its rotated files lie beside it.

    A demo has its own, so that rehearsals do not mix with the record.
    """
    return state() / ("audit-demo.jsonl" if demo else "audit.jsonl")
