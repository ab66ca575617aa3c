"""The Conference API: the only room that imports httpx and pydantic.

`records`, `codes` and `errors` are plain Python and may be imported by every room below the
command line; `client` and what it stands on load httpx, so they are imported late.
"""
