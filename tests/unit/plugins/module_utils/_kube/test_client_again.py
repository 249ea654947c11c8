# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that are tried again: when, how long, and after which look."""

from __future__ import annotations

import time as real
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.wait import Clock

from tests.unit.support.apiserver import Answer, ApiServer, Received, refusal
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of
from tests.unit.support.store import Store

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
LINK: dict[str, Any] = {
    "kind": "Secret",
    "apiVersion": "v1",
    "metadata": {"name": "link1", "namespace": "east", "annotations": {"a": "1"}},
    "data": {"tls.crt": "eA=="},
}
PATCH: dict[str, Any] = {"metadata": {"annotations": {"a": None, "b": "2"}}, "data": {"tls.crt": "eQ=="}}
DONE = {"kind": "Status", "apiVersion": "v1", "status": "Success"}
NOON = "Tue, 24 Nov 2026 12:00:00 GMT"

Call = Callable[[Client], object]
READ: Call = lambda c: c.get(SECRET, "link1")  # noqa: E731
CREATE: Call = lambda c: c.create(SECRET, LINK)  # noqa: E731
CHANGE: Call = lambda c: c.patch(SECRET, "link1", PATCH)  # noqa: E731
REMOVE: Call = lambda c: c.delete(SECRET, "link1", "uid of it")  # noqa: E731
WRITES = pytest.mark.parametrize("call", [CREATE, CHANGE, REMOVE], ids=["create", "patch", "delete"])


def client(api: ApiServer, time: FakeTime, **options: Any) -> Client:
    """A client of the namespace east on a test's server."""
    known: dict[str, Any] = {
        "host": api.url,
        "api_key": "k",
        "ca_cert": str(api.tls.ca_file),
        "namespace": "east",
        **options,
    }
    return open_client(ConnectionOptions(**known), {}, time.clock(), START)


def busy(after: str | None = None, code: int = 429, date: str = NOON) -> Answer:
    """A server that wants to be left alone for a while."""
    headers = {"Date": date} if after is None else {"Date": date, "Retry-After": after}
    return Answer(code, refusal(code, "too many requests", "TooManyRequests").body, headers)


def place(store: Store, call: Call) -> None:
    """What there is before a write."""
    if call is not CREATE:
        store.put("east", {**LINK, "metadata": {**LINK["metadata"], "uid": "uid of it"}})


def succeeded(store: Store, call: Call) -> bool:
    """Whether the store holds what a write was to bring about."""
    found = store.find("Secret", "east", "link1")
    if call is REMOVE:
        return found is None
    wanted = "eA==" if call is CREATE else "eQ=="
    return found is not None and found["data"]["tls.crt"] == wanted


def faulty(store: Store, *faults: Callable[[Received], Answer | None]) -> Callable[[Received], Answer]:
    """A store whose answers to writes are replaced, one after the other; None for what the store answers."""
    coming = list(faults)

    def answer(received: Received) -> Answer:
        if received.method == "GET" or not coming:
            return store.answer(received)
        return coming.pop(0)(received) or store.answer(received)

    return answer


def before(answer: Answer) -> Callable[[Received], Answer | None]:
    """Fail without having done it."""
    return lambda _received: answer


def after(store: Store, answer: Answer) -> Callable[[Received], Answer | None]:
    """Do it, and fail to say so."""

    def fault(received: Received) -> Answer:
        store.answer(received)
        return answer

    return fault


@pytest.mark.parametrize("call", [READ, CREATE, CHANGE, REMOVE], ids=["get", "create", "patch", "delete"])
@pytest.mark.parametrize(
    ("answers", "sleeps"),
    [
        pytest.param([busy("3")], [3], id="seconds"),
        pytest.param([busy("Tue, 24 Nov 2026 12:00:07 GMT")], [7], id="date"),
        pytest.param([busy("Tuesday, 24-Nov-26 12:00:07 GMT")], [7], id="date of old"),
        pytest.param([busy("1")] * 8, [1] * 8, id="often"),
        pytest.param([busy("0")], [0.2], id="at once"),
        pytest.param([busy("Tue, 24 Nov 2026 11:00:00 GMT")], [0.2], id="date that is over"),
        pytest.param([busy()] * 4, [0.2, 0.6, 1.5, 3], id="says no time"),
        pytest.param([busy("soon"), busy("-5")], [0.2, 0.6], id="says nonsense"),
        pytest.param([busy("2", code=503)], [2], id="503"),
    ],
)
def test_b3_a_busy_server_is_waited_for(
    api: ApiServer, store: Store, time: FakeTime, call: Call, answers: list[Answer], sleeps: list[float]
) -> None:
    """Reads and writes alike, as long as it asks for."""
    place(store, call)
    api.will(*answers)
    call(client(api, time))
    assert [pause for pause in time.sleeps if pause] == sleeps
    assert call is READ or succeeded(store, call)


@pytest.mark.parametrize("call", [READ, CREATE], ids=["get", "create"])
@pytest.mark.parametrize("wanted", ["31", "9" * 30, "Wed, 25 Nov 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_b3_not_longer_than_the_limit(api: ApiServer, time: FakeTime, call: Call, wanted: str) -> None:
    """A wait that would be in vain is not begun."""
    api.will(busy(wanted))
    failure = failure_of(lambda: call(client(api, time)), Reason.API_ERROR)
    assert "request_timeout" in failure.message
    assert failure.details["code"] == 429
    assert time.sleeps == []


def test_b3_a_server_that_stays_busy(api: ApiServer, time: FakeTime) -> None:
    """Is given up when the time is over."""
    api.fallback = lambda _received: busy("4")
    failure = failure_of(lambda: READ(client(api, time)), Reason.API_ERROR)
    assert sum(time.sleeps) <= 30
    assert "30 seconds (request_timeout)" in failure.message


FAULTS = [
    pytest.param(Answer(drops=True), id="reset"),
    pytest.param(refusal(500, "etcd leader changed"), id="500"),
    pytest.param(refusal(504, "timeout"), id="504"),
    pytest.param(Answer(502, b"<html>bad gateway</html>"), id="HTML of a gateway"),
    pytest.param(Answer(200, {}), id="200 with nothing"),
    pytest.param(Answer(200, b"<html>"), id="200 with HTML"),
]


@WRITES
@pytest.mark.parametrize("answer", FAULTS)
def test_b3_a_write_that_was_done(api: ApiServer, store: Store, time: FakeTime, call: Call, answer: Answer) -> None:
    """Is looked at, and not done again."""
    place(store, call)
    api.fallback = faulty(store, after(store, answer))
    call(client(api, time))
    assert succeeded(store, call)
    assert [received.method for received in api.requests if received.method != "GET"] == [api.requests[0].method]


@WRITES
@pytest.mark.parametrize("answer", FAULTS)
def test_b3_a_write_that_was_not_done(api: ApiServer, store: Store, time: FakeTime, call: Call, answer: Answer) -> None:
    """Is looked at, and then done."""
    place(store, call)
    api.fallback = faulty(store, before(answer))
    call(client(api, time))
    assert succeeded(store, call)
    assert [received.method == "GET" for received in api.requests] == [False, True, False]


@WRITES
def test_b3_a_write_that_is_done_late(api: ApiServer, store: Store, time: FakeTime, call: Call) -> None:
    """What the second try meets is what the first has done."""
    place(store, call)
    sent: list[Received] = []

    def early(received: Received) -> Answer:
        sent.append(received)
        return refusal(504, "timeout")

    def late(received: Received) -> Answer | None:
        store.answer(sent[0])
        return None

    api.fallback = faulty(store, early, late)
    call(client(api, time))
    assert succeeded(store, call)


@WRITES
def test_b3_a_write_that_nobody_may_look_at(api: ApiServer, store: Store, time: FakeTime, call: Call) -> None:
    """Is not repeated; the message says that its outcome is not known."""
    place(store, call)
    store.denied.add(("get", store.path("Secret", "east", "link1")))
    api.fallback = faulty(store, after(store, Answer(drops=True)))
    message = failure_of(lambda: call(client(api, time)), Reason.API_UNREACHABLE).message
    assert "not known" in message
    assert len(store.writes) == 1


def test_b3_somebody_elses_object_is_not_the_one_that_was_made(api: ApiServer, store: Store, time: FakeTime) -> None:
    """A name that was taken in between is taken."""

    def taken(_received: Received) -> Answer:
        store.put("east", {**LINK, "data": {"tls.crt": "eg=="}})
        return Answer(drops=True)

    api.fallback = faulty(store, taken)
    failure_of(lambda: CREATE(client(api, time)), Reason.CONFLICT)


def test_b3_a_patch_of_a_version_that_is_no_more(api: ApiServer, store: Store, time: FakeTime) -> None:
    """Somebody else's write in between is a conflict as ever."""
    place(store, CHANGE)
    patch = {"metadata": {"resourceVersion": "1", **PATCH["metadata"]}}

    def changed(_received: Received) -> Answer:
        store.put("east", {**LINK, "metadata": {**LINK["metadata"], "resourceVersion": "9"}})
        return Answer(drops=True)

    api.fallback = faulty(store, changed)
    failure_of(lambda: client(api, time).patch(SECRET, "link1", patch), Reason.CONFLICT)


def test_b3_what_was_begun_is_finished(api: ApiServer, store: Store, time: FakeTime) -> None:
    """After the first write an outage of some seconds is sat out, by reads as by writes."""
    place(store, CHANGE)
    open_api = client(api, time)
    CHANGE(open_api)
    api.will(*[refusal(503, "shutting down")] * 5)
    assert READ(open_api) is not None
    assert sum(time.sleeps) > 5


def test_b5_a_conflict_of_a_deletion_is_looked_at(api: ApiServer, store: Store, time: FakeTime) -> None:
    """A write in between is no reason to leave a spent record: it is still the one that was meant."""
    place(store, REMOVE)
    api.fallback = faulty(store, before(refusal(409, "the object has been modified")))
    assert REMOVE(client(api, time)) is True
    assert succeeded(store, REMOVE)


def test_b5_a_deletion_that_always_conflicts(api: ApiServer, store: Store, time: FakeTime) -> None:
    """Ends."""
    place(store, REMOVE)
    api.fallback = faulty(store, *[before(refusal(409, "the object has been modified"))] * 1000)
    failure_of(lambda: REMOVE(client(api, time)), Reason.CONFLICT)
    assert sum(time.sleeps) <= 30


def test_b3_a_write_without_an_answer(api: ApiServer, store: Store) -> None:
    """Leaves time to look: it was carried out."""
    place(store, CHANGE)
    api.fallback = faulty(store, after(store, Answer(hangs=True)))
    known: dict[str, Any] = {
        "host": api.url,
        "api_key": "k",
        "ca_cert": str(api.tls.ca_file),
        "namespace": "east",
        "request_timeout": 6,
    }
    CHANGE(open_client(ConnectionOptions(**known), {}, Clock(real.monotonic, real.sleep), START))
    assert succeeded(store, CHANGE)
    assert len(store.writes) == 1


def test_a_rehearsal_is_no_write(api: ApiServer, time: FakeTime) -> None:
    """Nothing is stored, so that nothing is looked at, and nothing has been begun."""
    api.will(refusal(503), Answer(201, LINK), *[refusal(503)] * 3)
    open_api = client(api, time)
    assert open_api.create(SECRET, LINK, dry_run=True) == LINK
    assert [received.query for received in api.requests] == [
        {"dryRun": ["All"], "fieldManager": ["sitemesh.skupper"]}
    ] * 2
    failure_of(lambda: READ(open_api), Reason.API_ERROR)
    assert api.answers == []


def test_a_rehearsal_of_something_else(api: ApiServer, time: FakeTime) -> None:
    """Tells nothing."""
    api.will(Answer(201, b"{}"))
    failure_of(lambda: client(api, time).create(SECRET, LINK, dry_run=True), Reason.API_ERROR)
