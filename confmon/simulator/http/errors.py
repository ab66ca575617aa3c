"""The vendor's error replies, by status and message."""

from __future__ import annotations


class Refused(Exception):
    """A request is answered with an error. `message` is the vendor's text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request() -> Refused:
    """400: the query cannot be understood."""
    return Refused(400, "Bad request")


def no_json() -> Refused:
    """400: the body is not JSON."""
    return Refused(400, "No JSON object could be decoded")


def invalid_field() -> Refused:
    """400: there is no such field, or it cannot be changed."""
    return Refused(400, "Invalid field specific")


def wrong_value() -> Refused:
    """400: the field does not take this value."""
    return Refused(400, "Wrong value")


def bad_object() -> Refused:
    """400: the body is JSON and not the object it should be."""
    return Refused(400, "Object validation error")


def forbidden() -> Refused:
    """403: known, and not allowed."""
    return Refused(403, "Forbidden")


def not_found() -> Refused:
    """404: there is none, or no longer."""
    return Refused(404, "Not found")


def no_such_sid() -> Refused:
    """404: the path has no id where there must be one."""
    return Refused(404, "Cannot find object by SID")
