# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/troubleshooting.md holds every reason and cause once, with sentences that the code really says."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.gate.messages import Message, messages
from tools.envs import ROOT

pytestmark = pytest.mark.quick

PLUGINS = ROOT / "plugins"
PAGE = ROOT / "docs" / "troubleshooting.md"
# Said of an error that nobody foresaw, and therefore made of no Failure.
DEFECT = Message("INTERNAL", "A defect of sitemesh.skupper, please report it: unexpected \0 at \0.", "result.py")


def members(file: str, name: str) -> dict[str, str]:
    """Names and values of an enumeration, read from its source."""
    tree = ast.parse((PLUGINS / "module_utils" / "_model" / file).read_text(encoding="utf-8"))
    (found,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    assignments = [node for node in found.body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in assignments}


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Each reason with the sentences quoted below it."""
    parts = re.split(r"^#+ ", text, flags=re.MULTILINE)
    found = []
    for part in parts:
        heading, _line, body = part.partition("\n")
        if re.fullmatch(r"`\w+`", heading):
            found.append((heading.strip("`"), re.findall(r"^> (.*)$", body, flags=re.MULTILINE)))
    return found


@functools.cache
def known() -> tuple[Message, ...]:
    """All that the code says."""
    return (*messages(PLUGINS), DEFECT)


def test_every_reason_is_told_once() -> None:
    """Under a heading of its own, with at least one sentence."""
    told = sections(PAGE.read_text(encoding="utf-8"))
    assert Counter(reason for reason, _sentences in told) == Counter(members("reasons.py", "Reason").values())
    assert [reason for reason, sentences in told if not sentences] == []


def test_every_sentence_is_said() -> None:
    """What the page quotes under a reason, the code can say for that reason."""
    names = {value: name for name, value in members("reasons.py", "Reason").items()}
    for reason, sentences in sections(PAGE.read_text(encoding="utf-8")):
        said = [message for message in known() if message.reason in (names[reason], None)]
        wrong = [sentence for sentence in sentences if not any(message.matches(sentence) for message in said)]
        assert wrong == [], f"under {reason}"


def test_every_message_is_told() -> None:
    """What the code can say, the page quotes under its reason."""
    values = members("reasons.py", "Reason")
    quoted = dict(sections(PAGE.read_text(encoding="utf-8")))
    everything = [sentence for sentences in quoted.values() for sentence in sentences]
    missing = [
        str(message)
        for message in known()
        if not any(map(message.matches, quoted[values[message.reason]] if message.reason else everything))
    ]
    assert missing == []


def test_every_reason_is_given() -> None:
    """A reason that no message has is one that nobody meets; some are chosen at run time."""
    chosen = {"CLAIM_REFUSED", "CLAIM_REJECTED"}
    assert {message.reason for message in known()} - {None} == set(members("reasons.py", "Reason")) - chosen


def test_every_cause_is_told_once() -> None:
    """In the table of links that are not connected."""
    rows = re.findall(r"^\| `(\w+)` \| `[a-z_]+` \| ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    rows.remove("cause")
    assert Counter(rows) == Counter(members("link.py", "Cause").values())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('Failure(Reason.NO_SITE, f"There is no site in {place}.")', ("NO_SITE", "There is no site in \0.")),
        ('Failure(Reason.NO_SITE, "There is no {} in {place}.".format(a))', ("NO_SITE", "There is no \0 in \0.")),
        ('Failure(reason, f"There is no site in {place}.")', (None, "There is no site in \0.")),
        ('{"reason": Reason.NO_SITE.value, "msg": "There is none at all."}', ("NO_SITE", "There is none at all.")),
        ('_TimedOut(Reason.NO_SITE, "There is " + what + " at all, no.")', ("NO_SITE", "There is \0 at all, no.")),
    ],
)
def test_messages_are_found(tmp_path: Path, source: str, expected: tuple[str | None, str]) -> None:
    """In every way that they are written in."""
    (tmp_path / "some.py").write_text(f"made = {source}\n", encoding="utf-8")
    (message,) = messages(tmp_path)
    assert (message.reason, message.text) == expected


def test_messages_are_told_apart() -> None:
    """A sentence that has changed is another one."""
    message = Message("NO_SITE", "There is no site in \0.", "here")
    assert message.matches("There is no site in namespace shop of private-cluster.")
    assert not message.matches("There is no site in .")
    assert not message.matches("There's no site in namespace shop.")
