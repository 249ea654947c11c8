# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claim records, as Skupper writes them and as the claim server judges them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import parse_instant
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimLimits, ClaimRecord, Purpose
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.claim import (
    is_record,
    limit_annotations,
    limit_patch,
    read_record,
    write_record,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import damaged

PASSWORD = SecretBytes(b"abcdefghijklmnopqrstuvwx")
OWNERS = ({"apiVersion": "v1", "kind": "ConfigMap", "name": "skupper-site", "uid": recorded.WEST},)
QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("name", "limits", "remaining", "made", "usable"),
    [
        ("claim", ClaimLimits(QUARTER, 1), 1, 0, True),
        ("claim-redeemed", ClaimLimits(QUARTER, 1), 0, 1, False),
        ("claim-many", ClaimLimits(QUARTER, 3), 3, 0, True),
        ("claim-many-redeemed", ClaimLimits(QUARTER, 3), 2, 1, True),
        ("claim-forever", ClaimLimits(None, None), None, 0, True),
        # Skupper takes a negative expiry and negative uses for "without limit".
        ("claim-negative", ClaimLimits(None, None), None, 0, True),
    ],
)
def test_recorded(name: str, limits: ClaimLimits, remaining: int | None, made: int, usable: bool) -> None:
    """Limits, as far as a record still tells them, before and after a redemption."""
    record = read_record(recorded.document(f"records/{name}"))
    assert record.limits() == limits
    assert (record.remaining, record.made) == (remaining, made)
    assert record.is_usable(record.created) is usable
    assert record.password == PASSWORD
    assert record.corrupt is None
    assert record.owner is None
    assert record.uid
    assert record.resource_version


def test_expires() -> None:
    """At the second that is noted, not after it."""
    record = read_record(recorded.document("records/claim"))
    end = record.created + QUARTER
    assert record.expires == end
    assert record.is_usable(end - timedelta(seconds=1))
    assert not record.is_usable(end)
    assert record.is_expired(end)


@pytest.mark.parametrize(
    ("label", "is_one"),
    [
        ({"skupper.io/type": "token-claim-record"}, True),
        ({"skupper.io/type": "token-claim"}, False),
        ({"skupper.io/type": "connection-token"}, False),
        ({"app": "x"}, False),
        (None, False),
    ],
)
def test_is_record(label: Any, is_one: bool) -> None:
    """Only the label tells, as it does for the claim server."""
    assert is_record({"metadata": {"name": "x", "labels": label}}) is is_one


def with_notes(**notes: str) -> ClaimRecord:
    """A record with these annotations, named without their prefix."""
    return read_record(
        {"metadata": {"annotations": {f"skupper.io/{k.replace('_', '-')}": v for k, v in notes.items()}}}
    )


@pytest.mark.parametrize(
    ("notes", "about"),
    [
        ({"claim_expiration": "2026-01-31 09:00:00"}, "claim-expiration"),
        ({"claim_expiration": "2026-01-31T09:00:00+0000"}, "claim-expiration"),
        ({"claim_expiration": ""}, "claim-expiration"),
        ({"claims_remaining": "one"}, "claims-remaining"),
        ({"claims_remaining": ""}, "claims-remaining"),
        ({"claims_remaining": "1.0"}, "claims-remaining"),
        ({"claims_made": "x"}, "claims-made"),
    ],
    ids=str,
)
def test_corrupt(notes: dict[str, str], about: str) -> None:
    """What the claim server answers "Corrupted claim" to is never usable."""
    record = with_notes(**notes)
    assert record.corrupt is not None
    assert about in record.corrupt
    assert not record.is_usable(record.created)


def test_negative_uses_left() -> None:
    """The claim server goes on counting below zero, and redeems."""
    record = with_notes(claims_remaining="-1", claims_made="4")
    assert record.is_usable(record.created)
    assert record.limits().uses == 4


def test_password_that_is_no_base64() -> None:
    """The API server holds no such Secret, but reading it must not fail."""
    assert read_record({"data": {"password": "%"}}).password == SecretBytes(b"")


def test_writes_what_skupper_writes() -> None:
    """Field by field, but for what the API server adds and this collection's own mark."""
    wanted = recorded.document("records/claim")
    written = write_record(
        "claim",
        PASSWORD,
        parse_instant(wanted["metadata"]["annotations"]["skupper.io/claim-expiration"]),
        1,
        "1.9.6",
        recorded.WEST,
        OWNERS,
    )
    assert written["metadata"]["annotations"].pop("sitemesh.skupper/owner") == recorded.WEST
    for server_side in ("uid", "resourceVersion", "creationTimestamp", "namespace"):
        del wanted["metadata"][server_side]
    assert written == wanted


def test_writes_no_annotation_for_no_limit() -> None:
    """An empty annotation would be a corrupt one."""
    written = write_record("claim", PASSWORD, None, None, "1.9.6", recorded.WEST, OWNERS)
    assert set(written["metadata"]["annotations"]) == {"skupper.io/site-version", "sitemesh.skupper/owner"}


def test_patch() -> None:
    """A limit that goes is taken away, and the record must be the one that was read."""
    record = read_record(recorded.document("records/claim"))
    patch = limit_patch(record, None, 5)
    assert patch == {
        "metadata": {
            "resourceVersion": record.resource_version,
            "annotations": {"skupper.io/claim-expiration": None, "skupper.io/claims-remaining": "5"},
        }
    }


seconds = st.integers(0, 253402300799).map(lambda s: datetime.fromtimestamp(s, timezone.utc))


@given(
    st.text(min_size=1),
    st.binary(),
    st.none() | seconds,
    st.none() | st.integers(0, 2**31),
    st.text(),
    st.uuids().map(str),
)
def test_round_trip(
    name: str, password: bytes, expires: datetime | None, uses: int | None, version: str, site_id: str
) -> None:
    """What is written is read back."""
    record = read_record(write_record(name, SecretBytes(password), expires, uses, version, site_id, OWNERS))
    assert (record.name, record.password.value, record.expires) == (name, password, expires)
    assert (record.remaining, record.made, record.owner, record.corrupt) == (uses, 0, site_id, None)


@pytest.mark.parametrize(
    "purpose",
    [None, Purpose(recorded.EAST), Purpose(recorded.EAST, "link1", Location("east", "uid-1", ("a",)))],
)
def test_purpose(purpose: Purpose | None) -> None:
    """So is what a claim is for, and nothing is noted of one that is for nobody."""
    made = write_record("x", PASSWORD, None, None, "1.9.6", recorded.WEST, OWNERS, purpose)
    assert read_record(made).purpose == purpose
    assert ("sitemesh.skupper/for" in made["metadata"]["annotations"]) is (purpose is not None)


@pytest.mark.parametrize(
    "text", ["", "{", "7", "{}", '{"site": 7}', '{"site": ""}', '{"site": "x", "link": 7}', "[" * 9999]
)
def test_unreadable_purpose(text: str) -> None:
    """It is none."""
    document = recorded.document("records/claim")
    document["metadata"].setdefault("annotations", {})["sitemesh.skupper/for"] = text
    assert read_record(document).purpose is None


HERE, THERE = Location("east", "uid-1"), Location("east", "uid-2")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (None, False),
        (Purpose("s", "l", HERE), True),
        (Purpose("s", "l"), True),
        (Purpose("s", "l", Location("east")), True),
        (Purpose("s", "l", THERE), False),
        (Purpose("s", "m", HERE), False),
        (Purpose("s", None, HERE), False),
        (Purpose("t", "l", HERE), False),
    ],
)
def test_same_purpose(other: Purpose | None, same: bool) -> None:
    """The site and the link have to be the same, and the place not to be another one."""
    assert Purpose("s", "l", HERE).is_of(other) is same


@given(damaged(recorded.document("records/claim-many-redeemed")))
def test_any_record(document: Any) -> None:
    """A record that anyone may have edited can be read, judged and given new limits."""
    record = read_record(document)
    record.is_usable(record.created)
    record.limits()
    assert set(limit_annotations(record.expires, record.remaining)) == {
        "skupper.io/claim-expiration",
        "skupper.io/claims-remaining",
    }
