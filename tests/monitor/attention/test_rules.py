"""Every rule is documented, has its parameters and its tests, and is pure."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confmon.config.settings.attention import JUDGED_BY_WATCHING, RULE_IDS, AttentionSettings
from confmon.monitor.attention import past, rules
from confmon.monitor.attention.rules import RULES

if TYPE_CHECKING:
    from confmon.monitor.attention.rule import Rule

HERE = Path(__file__).parent
SUBJECTS = ("callers", "meetings", "bridge")
PAST = "".join(path.read_text("utf-8") for path in Path(past.__path__[0]).glob("*.py"))
TESTS = "".join((HERE / f"test_{name}.py").read_text("utf-8") for name in SUBJECTS)
FIGURES = AttentionSettings.table.keys() - {"off", "bell", "osc9", "attributes_every_s"}


def code_of(rule: Rule) -> str:
    return Path(inspect.getfile(rule.find)).read_text("utf-8")


def read_in(code: str) -> set[str]:
    """Return the settings that code reads."""
    return set(re.findall(r"(?<!config\.)settings\.(\w+)", code))


def test_every_module_of_a_rule_is_listed() -> None:
    modules = {one for one in Path(rules.__path__[0]).glob("*/*.py") if one.stem != "__init__"}
    assert {Path(inspect.getfile(rule.find)) for rule in RULES} == modules


def test_the_settings_know_the_rules() -> None:
    assert tuple(rule.id for rule in RULES) == RULE_IDS
    assert set(JUDGED_BY_WATCHING) < set(RULE_IDS)


def test_every_setting_belongs_to_a_rule() -> None:
    assert read_in(PAST + "".join(map(code_of, RULES))) == FIGURES


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_says_what_it_means(name: str) -> None:
    setting = AttentionSettings.table[name]
    assert setting.help.endswith(".")
    assert setting.default == getattr(AttentionSettings(), name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_it_means(rule: Rule) -> None:
    assert 1 <= len(rule.title.split()) <= 4
    assert rule.meaning.endswith(".")
    assert rule.meaning[0].isupper()
    assert re.search(r"\b(amber|red)\b", rule.thresholds)
    source = inspect.getsource(rule.find)
    assert not re.search(r"\b(self|global|nonlocal)\b", source)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_its_tests(rule: Rule) -> None:
    assert f'"{rule.id}"' in TESTS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_figures_that_thresholds_name_are_read(rule: Rule) -> None:
    named = set(re.findall(r"[a-z]+(?:_[a-z0-9]+)+", rule.thresholds))
    assert named
    assert named <= read_in(code_of(rule) + PAST)
