"""How a noisy line is found by halves. Pure: who is suspected, who is muted next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def next_half(suspects: Sequence[int]) -> tuple[int, ...]:
    """Return who has to be muted for the next question: the first half of the suspects.

    >>> next_half([1, 2, 3, 4, 5]), next_half([7])
    ((1, 2), ())
    """
    return tuple(suspects[: len(suspects) // 2])


def narrow_down(
    suspects: Sequence[int],
    muted: Collection[int],
    unsure: Collection[int],
    *,
    still_there: bool,
) -> tuple[int, ...]:
    """Return who is still suspected after an answer.

    `muted` could not be heard when the question was asked; everybody else could. Of the `unsure`
    nobody can tell: they stay suspected.

    >>> narrow_down([1, 2, 3, 4], {1, 2}, (), still_there=True)
    (3, 4)
    >>> narrow_down([1, 2, 3, 4], {1, 2}, {3}, still_there=False)
    (1, 2, 3)
    """
    return tuple(
        suspect
        for suspect in suspects
        if suspect in unsure or (suspect in muted) is not still_there
    )


def most_rounds(suspects: int) -> int:
    """Return after how many questions a search gives up: twice as many as it needs, and two."""
    return 2 * max(1, suspects).bit_length() + 2
