# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML of others, in bounds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import yaml_text
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.yaml_text import (
    KUBECONFIG,
    Limits,
    Refused,
    load_documents,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.yaml_texts import ODD

SMALL = Limits(size=10_000, nodes=100)
LOADERS: list[Any] = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the parser in C and without."""
    made = yaml_text.bounded(request.param)
    monkeypatch.setattr(yaml_text, "_loader", lambda: made)


def refusal(text: str, limits: Limits = SMALL) -> str:
    """Why a text is not read."""
    with pytest.raises(Refused) as refused:
        load_documents(text, limits)
    return str(refused.value)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("---\n---\na: 1\n", [{"a": 1}]),
        ("a: &x [1, 2]\nb: *x\n", [{"a": [1, 2], "b": [1, 2]}]),
        ("a: &x {k: v}\nb: {<<: *x}\n", [{"a": {"k": "v"}, "b": {"k": "v"}}]),
        ("%YAML 1.1\n---\na: null\n", [{"a": None}]),
        (f"a: {'7' * 65}", [{"a": "7" * 65}]),
        (f"a: 1{':59' * 30}", [{"a": f"1{':59' * 30}"}]),
        ("a: 2026-11-24", [{"a": date(2026, 11, 24)}]),
    ],
)
def test_read(text: str, found: object) -> None:
    """What people write means what it means to others; a number that is too long for one is text."""
    assert load_documents(text, SMALL) == found


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: [*b, *b]\n", "too much", id="list"
        ),
        pytest.param(
            "a: &a {k: v}\n" + "".join(f"{n}: &{n} {{<<: [*{o}, *{o}, *{o}]}}\n" for o, n in zip("abcd", "bcde")),
            "too much",
            id="merge keys",
        ),
        pytest.param("a: [*b]", "no valid YAML", id="unknown"),
        pytest.param("a: &a [*a]", "no valid YAML", id="itself"),
        pytest.param("- a\n" * 100, "too much", id="flat"),
        pytest.param("---\n" * 101, "too much", id="documents"),
        pytest.param("".join(f"%TAG !a{number}! tag:x\n" for number in range(9)) + "--- a", "too much", id="tags"),
        pytest.param("[" * 70, "too deeply", id="deep flow"),
        pytest.param("- " * 70, "too deeply", id="deep block"),
        pytest.param("? " * 70, "too deeply", id="deep keys"),
        pytest.param("{a: " * 30 + "[" * 40, "too deeply", id="deep mixture"),
        pytest.param("a: !!int " + "9" * 65, "too long a number", id="integer"),
        pytest.param("a: !!float '1" + ":1" * 65 + "'", "too long a number", id="sexagesimal"),
        pytest.param("a" * 10_001, "too large", id="size"),
    ],
)
def test_d2_refused(text: str, words: str) -> None:
    """As soon as it is too much, and before anything is built of it."""
    assert words in refusal(text)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_yaml(text: str) -> None:
    """Whatever the parser raises is a refusal."""
    assert refusal(text, KUBECONFIG)


@given(st.text("[]{}:,&*!|>-'\"#? \n\ta%@`<"))
def test_any_text(text: str) -> None:
    """Any text is read as PyYAML reads it, or refused."""
    try:
        found = load_documents(text, KUBECONFIG)
    except Refused:
        return
    assert found == [part for part in yaml.load_all(text, LOADERS[-1]) if part is not None]
