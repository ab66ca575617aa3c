"""Halving, pure: whoever it is, however many there are, the search finds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.orders.halving import most_rounds, narrow_down, next_half


@given(st.data(), st.integers(1, 300))
def test_the_one_who_makes_noise_is_found_in_time(data: st.DataObject, count: int) -> None:
    suspects = tuple(range(count))
    culprit = data.draw(st.sampled_from(suspects))
    rounds = 0
    while len(suspects) > 1:
        muted = {*next_half(suspects)}
        assert 0 < len(muted) < len(suspects)
        suspects = narrow_down(suspects, muted, (), still_there=culprit not in muted)
        rounds += 1
    assert suspects == (culprit,)
    assert rounds <= (count - 1).bit_length() <= most_rounds(count)


@given(st.data(), st.integers(2, 60))
def test_who_was_unmuted_by_somebody_meanwhile_is_never_cleared_by_mistake(
    data: st.DataObject, count: int
) -> None:
    suspects = tuple(range(count))
    culprit = data.draw(st.sampled_from(suspects))
    for _ in range(20):
        asked = next_half(suspects)
        if not asked:
            break
        unsure = {*data.draw(st.lists(st.sampled_from(asked), max_size=3))}
        muted = {*asked} - unsure
        # Nobody knows whether the operator heard those who were unmuted half-way.
        heard = culprit not in muted and (culprit not in unsure or data.draw(st.booleans()))
        suspects = narrow_down(suspects, muted, unsure, still_there=heard)
        assert culprit in suspects
