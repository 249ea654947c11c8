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

from tests.gate.definitions import Source
from tests.gate.messages import Rendered, messages, render
from tests.gate.samples import SAMPLES, Written
from tools.envs import ROOT

pytestmark = pytest.mark.quick

PLUGINS = ROOT / "plugins"
PAGE = ROOT / "docs" / "troubleshooting.md"


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


def page() -> str:
    """What the page says."""
    return PAGE.read_text(encoding="utf-8")


@functools.cache
def rendered() -> Rendered:
    """All that the code can say."""
    return render(Source(PLUGINS), SAMPLES)


def never_said(text: str) -> list[str]:
    """Sentences that a page quotes and the code does not say for that reason, or not with these samples."""
    names = {value: name for name, value in members("reasons.py", "Reason").items()}
    wrong = []
    for reason, sentences in sections(text):
        fitting = (said for each, said in rendered().sentences.items() if each.reason in (names[reason], None))
        known = frozenset[str]().union(*fitting)
        wrong += [sentence for sentence in sentences if sentence not in known]
    return wrong


def never_quoted(text: str) -> list[str]:
    """Messages of the code of which a page quotes no sentence under their reason."""
    values = members("reasons.py", "Reason")
    quoted = {reason: frozenset(sentences) for reason, sentences in sections(text)}
    everything = frozenset[str]().union(*quoted.values())
    return [
        f"{message}: quote one of these, or change the samples: {sorted(said)[:3]}"
        for message, said in rendered().sentences.items()
        if not said & (quoted[values[message.reason]] if message.reason else everything)
    ]


def test_every_reason_is_told_once() -> None:
    """Under a heading of its own, with at least one sentence."""
    told = sections(page())
    assert Counter(reason for reason, _sentences in told) == Counter(members("reasons.py", "Reason").values())
    assert [reason for reason, sentences in told if not sentences] == []


def test_every_value_has_a_sample() -> None:
    """A message that can't be rendered is not compared with anything."""
    assert rendered().unknown == []


def test_every_sample_is_needed() -> None:
    """A sample that no message has a place for is one of former code."""
    assert rendered().unused == []


def test_every_part_is_written() -> None:
    """What the samples say that the code composes elsewhere, it composes."""
    assert rendered().unwritten == []


def test_every_sentence_is_said() -> None:
    """What the page quotes under a reason, the code says for that reason, word by word."""
    assert never_said(page()) == []


def test_every_message_is_told() -> None:
    """What the code can say, the page quotes under its reason."""
    assert never_quoted(page()) == []


def test_every_reason_is_given() -> None:
    """A reason that no message has is one that nobody meets; some are chosen at run time."""
    chosen = {"CLAIM_REFUSED", "CLAIM_REJECTED"}
    assert {message.reason for message in messages(Source(PLUGINS))} - {None} == set(
        members("reasons.py", "Reason")
    ) - chosen


def test_every_cause_is_told_once() -> None:
    """In the table of links that are not connected."""
    rows = re.findall(r"^\| `(\w+)` \| `[a-z_]+` \| ", page(), flags=re.MULTILINE)
    rows.remove("cause")
    assert Counter(rows) == Counter(members("link.py", "Cause").values())


STALE = [
    # As the page was while holes were compared with anything.
    ("in kubeconfig /home/me/.kube/config; it has", "in /home/me/.kube/config; it has"),
    ("> kubeconfig /home/me/.kube/config has no current", "> /home/me/.kube/config has no current"),
    ("(client certificate /home/me/client.crt)", "(client_cert)"),
    ("host is 203.0.113.1:", "host is '203.0.113.1':"),
    ("skupper-router is not ready: look", "skupper-router has no ready pod: look"),
    # A value that is changed, left out, or another one's.
    ("> There is no Skupper site in namespace shop of private-cluster", "> There is no Skupper site in shop"),
    (
        "> Site shop in namespace shop of private-cluster is an edge",
        "> Site in namespace shop of private-cluster is an edge",
    ),
    ("evicted and readmitted at once.", "evicted and readmitted."),
]


@pytest.mark.parametrize(("said", "stale"), STALE)
def test_stale_sentence_is_found(said: str, stale: str) -> None:
    """A sentence that the code does not say any more, or never said."""
    text = page()
    assert text.count(said) == 1
    (found,) = never_said(text.replace(said, stale))
    assert stale.removeprefix("> ") in found


def test_untold_message_is_found() -> None:
    """A message whose sentence is no longer on the page."""
    said = "> watch must not be negative: it is a number of seconds.\n"
    (found,) = never_quoted(page().replace(said, ""))
    assert "watch must not be negative" in found


def test_other_reason_is_found() -> None:
    """A sentence that is quoted under another reason than its own."""
    moved = page().replace(
        "### `no_site`\n", "### `no_site`\n\n> watch must not be negative: it is a number of seconds.\n"
    )
    assert never_said(moved) == ["watch must not be negative: it is a number of seconds."]


def said_by(folder: Path, code: str, **samples: object) -> Rendered:
    """What code says with samples."""
    (folder / "some.py").write_text(code, encoding="utf-8")
    return render(Source(folder), {key.replace("__", " "): (value,) for key, value in samples.items()})


@pytest.mark.parametrize(
    ("source", "reason", "expected"),
    [
        ('Failure(Reason.NO_SITE, f"There is no site in {place}.")', "NO_SITE", {"There is no site in shop."}),
        ('Failure(Reason.NO_SITE, f"There is no site in {run.api.place}.")', "NO_SITE", {"There is no site in shop."}),
        ('Failure(Reason.NO_SITE, "There is none in {}.".format(place))', "NO_SITE", {"There is none in shop."}),
        ('Failure(reason, f"There is no site in {place!r}.")', None, {"There is no site in 'shop'."}),
        ('{"reason": Reason.NO_SITE.value, "msg": "There is none at all."}', "NO_SITE", {"There is none at all."}),
        ('_TimedOut(Reason.NO_SITE, "There is " + place + " no more.")', "NO_SITE", {"There is shop no more."}),
        (
            "Failure(Reason.NO_SITE, f\"There is {'a' if one else place}.\")",
            "NO_SITE",
            {"There is a.", "There is shop."},
        ),
        ("Failure(Reason.NO_SITE, f\"There is none in {', '.join([place])}.\")", "NO_SITE", {"There is none in shop."}),
    ],
)
def test_messages_are_rendered(tmp_path: Path, source: str, reason: str | None, expected: set[str]) -> None:
    """In every way that they are written in."""
    ((message, said),) = said_by(tmp_path, f"made = {source}\n", place="shop").sentences.items()
    assert (message.reason, set(said)) == (reason, expected)


FOLLOWED = """
PLACE = "shop"

def _refused(why):
    also = f" in {PLACE}"
    return Failure(Reason.NO_SITE, f"There is no site{also}: {why}, {_advice(why)}.")

def check(site):
    raise _refused("it is gone")

def _advice(why):
    return "make it" if why else "name it"
"""


def test_code_is_followed(tmp_path: Path) -> None:
    """Constants, variables, what callers pass and what functions return need no samples."""
    (said,) = said_by(tmp_path, FOLLOWED).sentences.values()
    assert said == {"There is no site in shop: it is gone, make it.", "There is no site in shop: it is gone, name it."}


def test_missing_sample_is_named(tmp_path: Path) -> None:
    """With the place of the message, and that of the value."""
    (found,) = said_by(tmp_path, '\nmade = Failure(Reason.NO_SITE, f"There is no site in {api.place}.")\n').unknown
    assert found == "some.py:2: some.py:2: no sample for api.place: add 'api.place' or 'place' to tests/gate/samples.py"


def test_useless_sample_is_named(tmp_path: Path) -> None:
    """Also one for another reason."""
    code = 'made = Failure(Reason.NO_SITE, f"There is no site in {place}.")\n'
    found = said_by(tmp_path, code, NO_SITE__place="shop", FORBIDDEN__place="hub", port="x").unused
    assert found == ["FORBIDDEN place", "port"]


@pytest.mark.parametrize(
    ("text", "found"), [("it is gone since monday", 0), ("it is gone", 1), ("it was gone since monday", 1)]
)
def test_unwritten_part_is_named(tmp_path: Path, text: str, found: int) -> None:
    """A part of a sentence that the code composes in other words."""
    code = 'site.why = f"it is gone since {day}"\nmade = Failure(Reason.NO_SITE, f"There is no site: {site.why}.")\n'
    assert len(said_by(tmp_path, code, why=Written(text), day="monday").unwritten) == found
