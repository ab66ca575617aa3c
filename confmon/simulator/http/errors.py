"""The vendor's error replies, by status and message."""

from __future__ import annotations

from functools import partial


class Refused(Exception):
    """A request is answered with an error. `message` is the vendor's text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


bad_request = partial(Refused, 400, "Bad request")
"""The query cannot be understood."""
no_json = partial(Refused, 400, "No JSON object could be decoded")
"""The body is not JSON."""
invalid_field = partial(Refused, 400, "Invalid field specific")
"""There is no such field, or it cannot be changed."""
wrong_value = partial(Refused, 400, "Wrong value")
"""The field does not take this value."""
bad_object = partial(Refused, 400, "Object validation error")
"""The body is JSON but not the object that is needed."""
forbidden = partial(Refused, 403, "Forbidden")
"""The login is known but may not do this."""
not_found = partial(Refused, 404, "Not found")
"""There is no such record, or it is gone."""
no_such_sid = partial(Refused, 404, "Cannot find object by SID")
"""The path has no id where there must be one."""
