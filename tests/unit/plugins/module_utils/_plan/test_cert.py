# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a cert token is signed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Endpoint, Service
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import CertToken
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.cert import (
    CertSite,
    CertStep,
    CertWish,
    default_renew_before,
    plan_cert,
)

from tests.unit.support.certificates import NOW, Pair, known

DAY = timedelta(days=1)
ENDPOINTS = {Service.INTER_ROUTER: Endpoint("h", 55671), Service.EDGE: Endpoint("h", 45671)}
SITE = CertSite("west", known("now").pem, ENDPOINTS)
# The helper's certificates begin ten years before NOW.
LEAF = known("now").issue("skupper", ends=NOW + 40 * DAY)
OTHER = known("before").issue("skupper", ends=NOW + 40 * DAY)
WISH = CertWish("skupper", validity=3690 * DAY)


def token(pair: Pair = LEAF, ca: bytes = SITE.ca, endpoints: Mapping[Service, Endpoint] | None = None) -> CertToken:
    """A token of `west`."""
    ends = ENDPOINTS if endpoints is None else endpoints
    return CertToken("skupper", "west", "1.9.6", ends, pair.pem, SecretBytes(pair.key_pem), ca)


@pytest.mark.parametrize(
    ("existing", "wish", "now", "why"),
    [
        pytest.param(None, WISH, NOW, "there is no such token", id="none"),
        pytest.param(token(), WISH, NOW, "", id="serves"),
        pytest.param(token(), replace(WISH, always=True), NOW, "renewal was asked for", id="always"),
        pytest.param(replace(token(), site_id="x"), WISH, NOW, "another site", id="site"),
        pytest.param(replace(token(), name="x"), WISH, NOW, "another name", id="name"),
        pytest.param(token(endpoints={}), WISH, NOW, "endpoints", id="endpoints"),
        pytest.param(token(OTHER), WISH, NOW, "current CA", id="older CA"),
        pytest.param(token(ca=known("before").pem), WISH, NOW, "ca.crt", id="ca.crt"),
        pytest.param(token(ca=known("before").pem + SITE.ca), WISH, NOW, "", id="several CAs"),
        pytest.param(replace(token(), key=SecretBytes(OTHER.key_pem)), WISH, NOW, "key", id="key"),
        pytest.param(replace(token(), key=SecretBytes(b"")), WISH, NOW, "key", id="no key"),
        pytest.param(replace(token(), certificate=b""), WISH, NOW, "current CA", id="no certificate"),
        pytest.param(token(), replace(WISH, validity=3690 * DAY + timedelta(seconds=2)), NOW, "", id="slack"),
        pytest.param(token(), replace(WISH, validity=3689 * DAY), NOW, "validity differs", id="validity"),
        pytest.param(token(), WISH, NOW + 9 * DAY, "", id="31 days are left"),
        pytest.param(token(), WISH, NOW + 10 * DAY, "ends soon, at 2027-01-03", id="30 days are left"),
        pytest.param(token(), WISH, NOW + 50 * DAY, "ends soon, at 2027-01-03", id="ended"),
        pytest.param(token(), replace(WISH, renew_before=0 * DAY), NOW + 39 * DAY, "", id="to the last day"),
    ],
)
def test_plan(existing: CertToken | None, wish: CertWish, now: datetime, why: str) -> None:
    """What keeps a token from serving, and a difference if, and only if, there is something."""
    plan = plan_cert(wish, SITE, existing, now)
    assert (plan.step is CertStep.ISSUE) is plan.change.changed is bool(why)
    assert why in plan.change.why
    assert "PRIVATE" not in str(plan)


@pytest.mark.parametrize(("days", "expected"), [(1825, 30), (90, 30), (30, 10), (3, 1)])
def test_default_renewal(days: int, expected: int) -> None:
    """Thirty days, or a third."""
    assert default_renew_before(days * DAY) == expected * DAY
