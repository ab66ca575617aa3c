"""What differs, and putting it back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.polling.diff import Diff, diff_records, patch_records

STATES = st.dictionaries(st.integers(0, 20), st.tuples(st.integers(0, 3)), max_size=15)


@given(STATES, STATES)
def test_patching_with_a_diff_gives_the_new_state(
    old: dict[int, tuple[int]], new: dict[int, tuple[int]]
) -> None:
    assert patch_records(old, diff_records(old, new), new) == new


@given(STATES, STATES)
def test_a_diff_names_each_key_once_and_only_what_differs(
    old: dict[int, tuple[int]], new: dict[int, tuple[int]]
) -> None:
    change = diff_records(old, new)
    assert set(change.added) == set(new) - set(old)
    assert set(change.gone) == set(old) - set(new)
    assert set(change.changed) == {key for key in old.keys() & new.keys() if old[key] != new[key]}
    named = (*change.added, *change.changed, *change.gone)
    assert len(named) == len(set(named))
    assert bool(change) == (old != new)


@given(STATES)
def test_equal_states_differ_in_nothing_and_keep_their_objects(
    old: dict[int, tuple[int]],
) -> None:
    copy = {key: (value[0],) for key, value in old.items()}
    assert diff_records(old, copy) == Diff()
    patched = patch_records(old, Diff(), copy)
    assert all(patched[key] is old[key] for key in old)
