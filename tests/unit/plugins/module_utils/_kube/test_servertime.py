# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of an API server that says it, does not say it, or says anything."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions

from tests.unit.support.apiserver import Answer, ApiServer, refusal
from tests.unit.support.clock import FakeTime

START = datetime(2026, 11, 24, 2, 45, tzinfo=timezone.utc)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
ABSENT = refusal(404, "not found").body


def client(api: ApiServer, time: FakeTime) -> Client:
    """A client on a test's server, which opens at START."""
    known: dict[str, Any] = {"host": api.url, "api_key": "k", "ca_cert": str(api.tls.ca_file), "namespace": "east"}
    return open_client(ConnectionOptions(**known), {}, time.clock(), START)


def read(open_api: Client, date: str | None) -> datetime:
    """The time after an answer with that date."""
    open_api.get(SECRET, "link1")
    return open_api.now()


ABSURD = [
    None,
    "",
    "noon",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Tue, 24 Nov 2026 12:00:00 +9999999999999999999999",
    "Tue, 24 Nov 99999999999999999999 12:00:00 GMT",
    "Tue, 99 Nov 2026 99:99:99 GMT",
]


@pytest.mark.parametrize("date", ABSURD)
def test_b5_a_date_that_is_none(api: ApiServer, time: FakeTime, date: str | None) -> None:
    """Is passed over: time goes on from what is known, as it does here."""
    headers = {} if date is None else {"Date": date}
    api.fallback = lambda _received: Answer(404, ABSENT, headers)
    open_api = client(api, time)
    assert read(open_api, date) == START
    time.sleep(90)
    assert read(open_api, date) == START.replace(minute=46, second=30)
    api.will(Answer(404, ABSENT, {"Date": "Tue, 24 Nov 2026 12:00:00 GMT"}))
    assert read(open_api, date) == NOON
    time.sleep(5)
    assert read(open_api, date) == NOON.replace(second=5)


def test_b5_a_date_that_stands_still(api: ApiServer, time: FakeTime) -> None:
    """A cache that sends its answers' dates again does not stop the clock."""
    api.fallback = lambda _received: Answer(404, ABSENT, {"Date": "Tue, 24 Nov 2026 12:00:00 GMT"})
    open_api = client(api, time)
    known = []
    for _turn in range(4):
        known.append(read(open_api, None))
        time.sleep(10)
    assert known == [NOON, NOON.replace(second=10), NOON.replace(second=20), NOON.replace(second=30)]


def test_b5_another_namespace_has_the_same_time(api: ApiServer, time: FakeTime) -> None:
    """It is the same server."""
    api.will(Answer(404, ABSENT, {"Date": "Tue, 24 Nov 2026 12:00:00 GMT"}))
    open_api = client(api, time)
    other = open_api.at("west")
    read(open_api, None)
    assert other.now() == NOON


def test_time_goes_by_between_answers(api: ApiServer, time: FakeTime) -> None:
    """And is never ahead of the server's."""
    api.will(Answer(404, ABSENT, {"Date": "Tue, 24 Nov 2026 12:00:00 GMT"}))
    open_api = client(api, time)
    read(open_api, None)
    time.sleep(2.9)
    assert open_api.now() == NOON.replace(second=2)
