# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix of faults: faults of clusters at steps of modules and playbooks, and what is wrong with a run that met one."""

from __future__ import annotations

import json
import random
import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any

from testbed import Testbed, faults
from testbed.clusters import Request
from testbed.faults import Act, Answer, Fault
from tests.conformance.fault_scenarios import SCENARIOS, Scenario
from tests.conformance.faulty_site_pairs import FaultySitePair, Step
from tests.harness import RequestLog, Run
from tests.integration.secrets.leak_search import Secret, Sighting, find_leaks
from tests.integration.secrets.secret_log import SecretLog

# So many cells are drawn where not all are run.
DRAWN = {"usual": 16, "thorough": 30}
GOOD, NAMED = "done", "failed, named"
# What a server may say in a message that a terminal is shown.
HOSTILE = "\x1b[31mgo on, \x07 here is nothing to be seen" + "x" * 100_000
LONGEST_MESSAGE = 5_000
# Ansible's process that forks all runs answers one at a time.
_one_at_a_time = threading.Lock()

Make = Callable[[FaultySitePair, Step], Act]


@dataclass(frozen=True)
class Kind:
    """A kind of fault."""

    name: str
    make: Make
    words: str
    """A pattern: a failed run names the cause if it is found in the message of a failure."""
    at: str = "any"
    """The steps that it is for: any, reads, gets, lists, writes, connections; or found, where nothing is asked
    for that may rightly not be there."""
    times: int | None = None
    bearable: str = ""
    """At which steps a run has to come through: "", any or reads."""
    alone: bool = False
    """Whether it hits everybody who uses the cluster."""
    foreseeable: bool = False
    """Whether a dry run meets it, too, as it meets rights and admission."""

    def suits(self, step: Step) -> bool:
        """Whether it can happen at a step."""
        verb = step.where.verb
        kinds = {"any": True, "connections": True, "reads": not step.writes, "lists": verb == "list"}
        return {**kinds, "writes": step.writes, "found": verb in ("list", "create", "patch"), "gets": verb == "get"}[
            self.at
        ]

    def excuses(self, scenario: Scenario, step: Step) -> bool:
        """Whether no run could have kept a link that works: it is down when the fault begins, which does not end."""
        return self.times is None and not self.foreseeable and step in scenario.beyond

    def bears(self, step: Step) -> bool:
        """Whether a run has to come through."""
        return self.bearable == "any" or (self.bearable == "reads" and not step.writes)


def _always(act: Act) -> Make:
    return lambda _lane, _step: act


def _dated(date: str | None) -> Make:
    def change(answer: Answer) -> Answer:
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "date"}
        return replace(answer, headers=headers | ({"Date": date} if date else {}))

    return _always(faults.Changed(change))


def _other_kind(_lane: FaultySitePair, step: Step) -> Act:
    name = {} if step.where.verb == "list" else {"name": step.where.name, "uid": "1", "resourceVersion": "1"}
    document: dict[str, Any] = {"kind": "Pod" if name else "PodList", "apiVersion": "v1", "metadata": name, "items": []}
    return faults.Answered(200, json.dumps(document).encode())


# What an error says of something that is no answer of an API server.
_NO_OBJECT = r"no Kubernetes|not (a|an|the) |kind|instead of|something else|another|unexpected|answered with"
_BROKEN = r"not reachable|reset|closed|broke|abort|end of file|EOF|IncompleteRead|connection"
_LATE = r"did not answer|timed out|time ?out|within \d|seconds|in time"
_PAGE_404 = faults.Answered(404, b"default backend - 404", "text/plain; charset=utf-8")
_GATEWAY = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

KINDS: tuple[Kind, ...] = (
    Kind("late", _always(faults.Late(0.3)), ".", bearable="any"),
    Kind("reset before, once", _always(faults.ResetBefore()), _BROKEN, times=1, bearable="reads"),
    Kind("reset before", _always(faults.ResetBefore()), _BROKEN),
    Kind("reset after, once", _always(faults.ResetAfter()), _BROKEN, times=1, bearable="reads"),
    Kind("reset after", _always(faults.ResetAfter()), _BROKEN),
    Kind("truncated", _always(faults.Truncated()), _BROKEN),
    Kind("401", _always(faults.status(401)), r"401|credentials"),
    Kind(
        "403",
        _always(faults.status(403, "secrets is forbidden: User may not")),
        r"403|not allowed|may not|right",
        foreseeable=True,
    ),
    Kind("404", _always(faults.status(404)), r"404|not found|there is no|no longer", "found"),
    Kind("404 page", _always(_PAGE_404), r"404|" + _NO_OBJECT),
    Kind("409, once", _always(faults.status(409)), r"409|conflict|changed|another|exists", "writes", times=1),
    Kind("410", _always(faults.status(410)), r"410", "lists"),
    Kind("429, seconds", lambda _lane, _step: faults.status(429, Retry_After="1"), "429", times=1, bearable="any"),
    Kind(
        "429, date",
        lambda _lane, _step: faults.status(429, Retry_After=faults.retry_date(2)),
        "429",
        times=1,
        bearable="any",
    ),
    Kind("429 for long", lambda _lane, _step: faults.status(429, Retry_After="3600"), r"429|busy|too many|throttl"),
    Kind("429 without a time", _always(faults.status(429)), r"429|busy|too many|throttl"),
    Kind("500", _always(faults.status(500)), "500"),
    Kind("500, once", _always(faults.status(500)), "500", times=1, bearable="reads"),
    Kind("501", _always(faults.status(501)), "501"),
    Kind("502 page", _always(faults.Answered(502, _GATEWAY, "text/html")), "502"),
    Kind("503, once", _always(faults.status(503)), "503", times=1, bearable="reads"),
    Kind("503", _always(faults.status(503)), "503"),
    Kind("504", _always(faults.status(504)), "504"),
    Kind("200 {}", _always(faults.EMPTY_OBJECT), _NO_OBJECT),
    Kind("200 HTML", _always(faults.HTML), _NO_OBJECT),
    Kind("200 other kind", _other_kind, _NO_OBJECT),
    Kind("200 other object", _always(faults.replaced(metadata={"name": "other"})), _NO_OBJECT, "gets"),
    Kind("redirect", _always(faults.Redirected("https://127.0.0.1:1/elsewhere")), r"30\d|redirect"),
    Kind("hang", _always(faults.Hanging()), _LATE),
    Kind("hang, once", _always(faults.Hanging()), _LATE, times=1),
    Kind("drip", _always(faults.Dripping(0.2)), _LATE),
    Kind("endless pages", _always(faults.Endless()), r"page|end|more than|too many", "lists"),
    Kind("huge", _always(faults.Huge()), r"byte|MB|MiB|large|big|long|more than", "reads"),
    Kind("message", _always(faults.status(403, HOSTILE)), r"403|not allowed|may not", "any"),
    Kind("date 9999", _dated("Fri, 31 Dec 9999 23:59:59 -1200"), ".", "any"),
    Kind("date garbled", _dated("yesterday"), ".", "any", bearable="any"),
    Kind("no date", _dated(None), ".", "any", bearable="any"),
    Kind("TLS without end", _always(faults.HandshakeHanging()), _LATE, "connections"),
    Kind("certificate of another", _always(faults.WrongCertificate()), r"certificate|TLS", "connections"),
    Kind(
        "killed",
        lambda pair, step: faults.Killed(pair.proxies[step.side].cluster, 1.0),
        # A claim is used up, too, by a controller that can't write down what it got for it.
        _BROKEN + r"|refused|5\d\d|40[13]|not allowed|credentials|used up",
        times=1,
        alone=True,
    ),
)


@dataclass(frozen=True)
class Cell:
    """A fault at a step of a run."""

    scenario: type[Scenario]
    step: Step
    kind: Kind = field(compare=False)
    name: str

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, scenario: type[Scenario], step: Step, kind: Kind) -> Cell:
        """Make a cell with a name of its own."""
        return cls(scenario, step, kind, f"{scenario.name} / {step} / {kind.name}")


@dataclass(frozen=True)
class Outcome:
    """The outcome of a cell."""

    cell: Cell
    wrong: tuple[str, ...]
    code: int | None
    """The exit status of the run; None if it had to be killed."""
    seconds: float
    told: str = field(repr=False)
    """What the run said, and the one after it."""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    @property
    def word(self) -> str:
        """Return the outcome in a few words."""
        return ", ".join(each.partition(":")[0] for each in self.wrong) or (NAMED if self.code else GOOD)

    def accused(self, what: str) -> Outcome:
        """Add something that is wrong."""
        return replace(self, wrong=(*self.wrong, what))


def all_cells() -> list[Cell]:
    """List the matrix: each kind of fault meets each scenario, at one of the steps that it suits, which come in turn."""
    found: list[Cell] = []
    for first, scenario in enumerate(SCENARIOS):
        for number, kind in enumerate(KINDS, first):
            suiting = [step for step in scenario.steps if kind.suits(step)]
            found += [Cell.make(scenario, suiting[number % len(suiting)], kind)] if suiting else []
    return found


def named(name: str) -> Cell:
    """Find a step that runs make, and a kind of fault, by the name of their cell; it need not be one of the matrix."""
    scenario, place, kind = name.split(" / ")
    steps = [(each, step) for each in SCENARIOS if each.name == scenario for step in each.steps if str(step) == place]
    (found,) = [Cell.make(each, step, one) for each, step in steps for one in KINDS if one.name == kind]
    return found


def drawn(seed: int, number: int) -> list[Cell]:
    """Draw cells such that all kinds of faults come in turn, and scenarios as evenly as that allows."""
    chance, left = random.Random(seed), all_cells()
    chance.shuffle(left)
    met: Counter[str] = Counter()
    found: list[Cell] = []
    while len(found) < number:
        best = min(left, key=lambda cell: (met[cell.kind.name], met[cell.scenario.name]))
        left.remove(best)
        met.update((best.kind.name, best.scenario.name))
        found.append(best)
    return found


def cells(depth: str, seed: int) -> list[Cell]:
    """List the cells of a run of this depth."""
    return drawn(seed, DRAWN[depth]) if depth in DRAWN else all_cells()


# ---- playing


def play_all(found: Iterable[Cell], pairs: Sequence[FaultySitePair]) -> dict[str, Outcome]:
    """Play cells on all pairs of sites side by side. Those that hit every user of a cluster come last, one by one."""
    cells_ = list(found)
    free: SimpleQueue[FaultySitePair] = SimpleQueue()
    for pair in pairs:
        free.put(pair)

    def played(cell: Cell) -> Outcome:
        pair = free.get()
        began = time.monotonic()
        try:
            return play(cell, pair)
        except Exception:  # noqa: BLE001 - one cell that can't be played says nothing of the others
            return Outcome(cell, ("NOT PLAYED",), None, time.monotonic() - began, traceback.format_exc())
        finally:
            free.put(pair)

    with ThreadPoolExecutor(len(pairs)) as pool:
        outcomes = list(pool.map(played, [cell for cell in cells_ if not cell.kind.alone]))
    outcomes += [played(cell) for cell in cells_ if cell.kind.alone]
    return {outcome.cell.name: outcome for outcome in outcomes}


def play_watched(bed: Testbed, found: Iterable[Cell], pairs: Sequence[FaultySitePair]) -> dict[str, Outcome]:
    """Play cells, and accuse those in whose output there is any secret that was there meanwhile."""
    namespaces = {site.namespace for pair in pairs for site in (pair.west, pair.east)}
    with ExitStack() as stack:
        secret_logs = [stack.enter_context(SecretLog(cluster, namespaces)) for cluster in bed.clusters]
        outcomes = play_all(found, pairs)
    secrets = [each for secret_log in secret_logs for each in secret_log.secrets.values()]
    users = [account for pair in pairs for account in pair.user.users]
    secrets += [Secret(f"the token of {account.name}", (account.token or "").encode()) for account in users]
    sightings = [Sighting("output", name, outcome.told) for name, outcome in outcomes.items()]
    for leak in find_leaks(sightings, secrets, {value for secret_log in secret_logs for value in secret_log.public}):
        outcomes[leak.where] = outcomes[leak.where].accused(f"SECRET SHOWN: {leak}")
    return outcomes


def play(cell: Cell, pair: FaultySitePair) -> Outcome:
    """Play a cell: the run with the fault, then the same run without."""
    pair.number += 1
    scenario = cell.scenario(pair)
    scenario.prepare()
    watched = RequestLog(pair.bed, pair.user)
    act = cell.kind.make(pair, cell.step)
    where = replace(cell.step.where, dry_runs=cell.kind.foreseeable)
    pair.proxies[cell.step.side].arm(Fault(act, where, cell.kind.times))
    try:
        run, seconds = started(scenario)
        wrong = [] if pair.proxies[cell.step.side].met else ["NEVER MET: no request was the one"]
        pair.proxies[cell.step.side].disarm()
        if isinstance(act, faults.Killed):
            act.wait()
        wrong += judged(cell, scenario, run, watched.requests) if run else [f"OVER ITS LIMIT: {scenario.limit:g} s"]
        again, _seconds = started(scenario)
        wrong += judged_again(scenario, again)
    finally:
        scenario.clean()
        pair.reset()
    told = "\n".join([*(run.output if run else "",), *(again.output if again else "",)])
    return Outcome(cell, tuple(wrong), run.code if run else None, seconds, told)


def started(scenario: Scenario) -> tuple[Run | None, float]:
    """Run a scenario to its end, and return the run and its seconds; None if it exceeds its limit."""
    began = time.monotonic()
    with _one_at_a_time:
        playing = scenario.start()
    while time.monotonic() - began < scenario.limit:
        with _one_at_a_time:
            if not playing.running():
                return playing.wait(1), time.monotonic() - began
        time.sleep(0.05)
    with _one_at_a_time:
        playing.kill()
    return None, time.monotonic() - began


# ---- judging


def judged(cell: Cell, scenario: Scenario, run: Run, heard: Callable[[], Sequence[Request]]) -> list[str]:
    """Return what is wrong with a run that met a fault."""
    wrong = [*defects(run)]
    if run.code == 0:
        lacks = scenario.lacks(run)
        if lacks and (excuse := scenario.excuse(run)):
            named = re.search(cell.kind.words, excuse, re.IGNORECASE)
            return wrong if named else [*wrong, f"CAUSE NOT NAMED: {excuse[:600]}"]
        return wrong + ([f"SUCCESS NOT SEEN: {lacks}"] if lacks else unseen(run, heard()))
    if not re.search(cell.kind.words, causes(run), re.IGNORECASE):
        wrong.append(f"CAUSE NOT NAMED: {causes(run)[:600]}")
    if cell.kind.bears(cell.step):
        wrong.append(f"GAVE UP: {causes(run)[:600]}")
    broken = "" if cell.kind.excuses(scenario, cell.step) else scenario.broken()
    return [*wrong, f"WORKING LINK CUT: {broken}"] if broken else wrong


def defects(run: Run) -> list[str]:
    """Return what is wrong with a run in any case, whatever it met."""
    wrong = []
    if "Traceback (most recent" in run.output or any(result.reason == "internal_error" for result in run.results):
        wrong.append(f"TRACEBACK: {causes(run)[:600]}")
    if run.code == 0 and run.failed:
        wrong.append(f"EXIT 0 WITH A FAILED HOST: {causes(run)[:600]}")
    if any("\x1b" in text or "\x07" in text or len(text) > LONGEST_MESSAGE for text in messages(run)):
        wrong.append("RAW MESSAGE: what the server says is shown as it is, or in full length")
    return wrong


def messages(run: Run) -> list[str]:
    """List the sentences of failures and warnings."""
    told = [str(values.get("msg", "")) for _host, values in failures(run)]
    return told + [str(text) for result in run.results for text in result.get("warnings") or []]


def causes(run: Run) -> str:
    """Return the messages of the failures of a run as one text."""
    return " | ".join(f"{host}: {values.get('reason')}: {values.get('msg')}" for host, values in failures(run))


def failures(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """List the hosts and results of what failed; of a loop its failed items, and the whole."""
    found = []
    for result in run.failed:
        items = [item for item in result.get("results") or [] if isinstance(item, dict) and item.get("failed")]
        found += [(result.host, values) for values in (*items, result.values)]
    return found


def unseen(run: Run, requests: Sequence[Request]) -> list[str]:
    """Compare what a run reports as changed with the API server's audit log."""
    written = [request for request in requests if request.writes and request.code < 300]
    if run.changed and not written:
        return ["CHANGE NOT SEEN: the audit log has no write"]
    if written and not run.changed:
        return [f"CHANGE NOT REPORTED: {[f'{each.verb} {each.resource} {each.name}' for each in written]}"]
    return []


def judged_again(scenario: Scenario, run: Run | None) -> list[str]:
    """Return what is wrong with the next run, which meets no fault."""
    if run is None:
        return [f"RERUN OVER ITS LIMIT: {scenario.limit:g} s"]
    if run.code or run.failed:
        return [f"RERUN FAILED: {causes(run)[:600]}", *defects(run)]
    lacks = scenario.lacks(run)
    return [f"RERUN INCOMPLETE: {lacks}"] if lacks else defects(run)


def table(found: Mapping[tuple[str, str], Sequence[str]]) -> list[str]:
    """Lay out the outcomes of cells as a table, by scenarios and faults: how many were right, of how many."""
    scenarios = [each.name for each in SCENARIOS if any(scenario == each.name for scenario, _kind in found)]
    names = [each.name for each in KINDS if any(kind == each.name for _scenario, kind in found)]
    width = max(map(len, names))
    lines = [" " * width + "  " + " ".join(f"{number:>4}" for number in range(1, len(scenarios) + 1))]
    for name in names:
        counts = [_count(found.get((scenario, name), ())) for scenario in scenarios]
        lines.append(f"{name:<{width}}  " + " ".join(f"{each:>4}" for each in counts).rstrip())
    return [*lines, *(f"{number:>4} {name}" for number, name in enumerate(scenarios, 1))]


def _count(words: Sequence[str]) -> str:
    right = sum(word in (GOOD, NAMED) for word in words)
    return "" if not words else f"{right}/{len(words)}" if right < len(words) else str(right)
