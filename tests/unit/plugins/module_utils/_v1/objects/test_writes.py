# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who stored what of an object, and when."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.writes import (
    note_written,
    writer,
    writes,
    written,
)
from hypothesis import given

from tests.unit.support.json_values import anything

CERTIFICATE, KEY, NOTE = "tls.crt", "tls.key", "skupper.io/claims-made"
FIRST, SECOND = (datetime(2026, 11, day, 13, 41, 4, tzinfo=timezone.utc) for day in (27, 28))


def entry(manager: str, when: Any, *fields: str, operation: str = "Update", holder: str = "f:data") -> dict[str, Any]:
    """An entry of managedFields, as an API server writes it."""
    owned: dict[str, Any] = {".": {}, **{f"f:{field}": {} for field in fields}}
    placed = {holder: owned} if holder != "f:annotations" else {"f:metadata": {holder: owned}}
    text = when.isoformat().replace("+00:00", "Z") if isinstance(when, datetime) else when
    return {"manager": manager, "operation": operation, "time": text, "fieldsType": "FieldsV1", "fieldsV1": placed}


def managed(*entries: Any) -> dict[str, Any]:
    """An object with these entries."""
    return {"metadata": {"managedFields": list(entries)}}


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([entry("a", FIRST, CERTIFICATE)], [("a", FIRST, False)]),
        ([entry("a", FIRST, CERTIFICATE, operation="Apply")], [("a", FIRST, True)]),
        ([entry("a", FIRST, CERTIFICATE), entry("b", SECOND, KEY)], [("b", SECOND, False), ("a", FIRST, False)]),
        ([entry("a", FIRST, "ca.crt")], []),
        ([entry("a", FIRST, CERTIFICATE, holder="f:annotations")], []),
        ([entry("a", FIRST, CERTIFICATE, holder="f:labels")], []),
        ([], []),
    ],
)
def test_writes(entries: list[Any], found: list[tuple[str, datetime, bool]]) -> None:
    """The owners of keys of the data alone, the latest first."""
    assert [(each.manager, each.at, each.applied) for each in writes(managed(*entries), CERTIFICATE, KEY)] == found


def test_several_owners_of_one_key() -> None:
    """Who applies the value that another one has written owns it as well; the last write counts."""
    document = managed(
        entry("gitops", SECOND, CERTIFICATE, operation="Apply"), entry("site-controller", FIRST, CERTIFICATE)
    )
    assert (writer(document, CERTIFICATE), written(document, CERTIFICATE)) == ("gitops", SECOND)
    assert [each.applied for each in writes(document, CERTIFICATE)] == [True, False]


def test_applied_as_text() -> None:
    """What is applied as stringData has its own owner, and leaves that of the data where it was.

    So did an API server of Kubernetes 1.35, when tls.crt was created by one and applied as text by another.
    """
    document = managed(
        entry("gitops", SECOND, CERTIFICATE, operation="Apply", holder="f:stringData"),
        entry("site-controller", FIRST, CERTIFICATE, KEY),
    )
    assert (writer(document, CERTIFICATE), written(document, CERTIFICATE)) == ("gitops", SECOND)
    assert (writer(document, KEY), written(document, KEY)) == ("site-controller", FIRST)


@pytest.mark.parametrize("when", [None, "", "yesterday", 7, "2026-11-27 13:41:04"])
def test_unknown_time(when: Any) -> None:
    """It stays unknown, whatever others have written."""
    for others in ([], [entry("b", SECOND, KEY)]):
        assert written(managed(entry("a", when, CERTIFICATE), *others), CERTIFICATE, KEY) is None
        notes = [entry("a", when, NOTE, holder="f:annotations")]
        notes += [entry("b", SECOND, NOTE, holder="f:annotations")] if others else []
        assert note_written(managed(*notes), NOTE) is None


def test_notes() -> None:
    """The last writer of an annotation counts, and not those of other ones or of data under its name."""
    document = managed(
        entry("config-sync", FIRST, NOTE, holder="f:annotations"),
        entry("other", SECOND, "skupper.io/claims-remaining", holder="f:annotations"),
        entry("other", SECOND, NOTE),
    )
    assert note_written(document, NOTE) == FIRST
    assert note_written(document, "none") is None
    assert note_written({}, NOTE) is None


@given(anything, anything)
def test_anything(fields: Any, owned: Any) -> None:
    """Entries of any shape are read without an error."""
    for document in (
        {"metadata": fields},
        {"metadata": {"managedFields": fields}},
        managed(fields, {"manager": owned, "time": owned, "fieldsV1": fields}),
        managed({"manager": owned, "fieldsV1": {"f:data": owned, "f:stringData": fields, "f:metadata": owned}}),
        managed({"fieldsV1": {"f:data": {"f:tls.crt": owned}, "f:metadata": {"f:annotations": fields}}, "time": owned}),
    ):
        writes(document, CERTIFICATE)
        written(document, CERTIFICATE)
        writer(document, CERTIFICATE)
        note_written(document, NOTE)
