# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A link takes up, changes and removes the claims that were issued for it, and no others."""

from __future__ import annotations

import copy
from typing import Any

from tests.unit.support import recorded
from tests.unit.support.apiserver import Answer, Received
from tests.unit.support.engines import Runner
from tests.unit.support.store import Object, Store

CLAIM = f"link1-{recorded.EAST}"


def issuer(link: Runner, **options: Any) -> dict[str, Any]:
    """The issuing site `west`, to be asked."""
    return {"issuer": {**link.connection("west"), **options}}


def replaced_after_it_is_read(link: Runner, sites: Store, name: str) -> None:
    """Have someone else make a claim of that name anew, just after it was read."""
    path = sites.path("Secret", "west", name)

    def answer(received: Received) -> Answer:
        found = sites.answer(received)
        if (received.method, received.path) == ("GET", path) and found.status == 200 and path in sites.objects:
            fresh: Object = copy.deepcopy(sites.objects[path])
            fresh["metadata"]["uid"] = "uid-of-another-one"
            sites.objects[path] = fresh
        return found

    link.api.fallback = answer


def test_b5_claim_that_was_made_anew_stays(link: Runner, sites: Store) -> None:
    """What is removed is the record that was looked at, and not whatever has its name by then."""
    link(wait=False, **issuer(link))
    replaced_after_it_is_read(link, sites, CLAIM)
    link(**issuer(link))
    found = sites.find("Secret", "west", CLAIM)
    assert found is not None
    assert found["metadata"]["uid"] == "uid-of-another-one"


def test_b5_absence_is_not_taken_from_a_refusal(token: Runner, sites: Store) -> None:
    """A claim that is there, whoever made it, is not absent."""
    token(name="for-east")
    replaced_after_it_is_read(token, sites, "for-east")
    result = token(name="for-east", state="absent")
    assert (result.get("failed"), result.get("reason")) == (True, "conflict"), result
    assert "made again by someone else" in result["msg"]
    assert sites.find("Secret", "west", "for-east")
