# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a revocation reads and writes."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.revocation import AuthorityNotes
from ansible_collections.sitemesh.skupper.plugins.module_utils._wire.v1_revoke import (
    authority_marks,
    read_authority_notes,
    read_rollout,
    read_server,
    restart_patch,
)
from hypothesis import given

from tests.unit.support import recorded
from tests.unit.support.json_values import anything

WRITTEN = datetime(2026, 11, 24, 2, 45, tzinfo=timezone.utc)


def managed(field: str, when: str = "2026-11-24T02:45:00Z", within: str = "f:data") -> dict[str, Any]:
    """Who wrote a field, and when."""
    return {"manager": "x", "time": when, "fieldsV1": {within: {field: {}}}}


def test_untouched() -> None:
    """A CA of Skupper's own has no marks."""
    found = read_authority_notes(recorded.document("west/skupper-site-ca"))
    assert found.certificate.startswith(b"-----BEGIN CERTIFICATE-----")
    assert (found.authority, found.former, found.revocations, found.evicted, found.written) == (
        None,
        None,
        (),
        (),
        None,
    )


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ([managed("f:tls.crt")], WRITTEN),
        ([managed("f:annotations", "2026-12-01T00:00:00Z", "f:metadata"), managed("f:tls.crt")], WRITTEN),
        ([managed("f:ca.crt")], None),
        ([managed("f:tls.crt", "never")], None),
        ([], None),
        ("x", None),
    ],
)
def test_written(fields: Any, written: datetime | None) -> None:
    """The time of the data counts, not that of what else was written since."""
    document = recorded.document("west/skupper-site-ca")
    document["metadata"]["managedFields"] = fields
    assert read_authority_notes(document).written == written


def test_marks_are_read_again() -> None:
    """Ids of any text come back as they were, the same one once, and no more of them than an annotation can hold."""
    before = AuthorityNotes(b"", None, revocations=("a, b", "c"))
    for name in ("d", "c", 'e"f'):
        marks = authority_marks(before, "new", "old", name, ("x",))
        document = {"metadata": {"annotations": marks}}
        before = read_authority_notes(document)
    assert before.revocations == ("a, b", "d", "c", 'e"f')
    assert (before.authority, before.former, before.evicted) == ("new", "old", ("x",))
    many = AuthorityNotes(b"", None, revocations=tuple(map(str, range(500))))
    kept = read_authority_notes({"metadata": {"annotations": authority_marks(many, "n", None, "last", ())}}).revocations
    assert len(kept) == 200
    assert kept[-1] == "last"


def test_restart() -> None:
    """As Skupper's command line does it: the time in RFC 1123, with a numeric zone."""
    notes = restart_patch("f00", WRITTEN)["spec"]["template"]["metadata"]["annotations"]
    assert notes == {"internal.skupper.io/updated": "Tue, 24 Nov 2026 02:45:00 +0000", "sitemesh.skupper/ca": "f00"}


def deployment(generation: int = 2, observed: int = 2, **status: int) -> dict[str, Any]:
    """A Deployment with one replica that is complete, unless something else is said."""
    whole = {"observedGeneration": observed, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, **status}
    return {"metadata": {"generation": generation}, "spec": {"replicas": 1}, "status": whole}


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (deployment(), ""),
        (deployment(generation=3), "template"),
        (deployment(updatedReplicas=0), "0 of 1 routers are updated"),
        (deployment(readyReplicas=0), "0 of 1 routers are ready"),
        (deployment(replicas=2), "former routers"),
        ({"metadata": {}, "spec": {"replicas": 0}}, ""),
        ({"metadata": {}, "spec": {}}, "0 of 1"),
    ],
)
def test_rollout(manifest: dict[str, Any], words: str) -> None:
    """Complete is what kubectl rollout status takes for complete."""
    lack = read_rollout(manifest, []).lack
    assert (words in lack) if words else not lack


def test_pods_that_are_over() -> None:
    """A pod that was evicted from its node holds no connection any more."""
    pods = [{"metadata": {"name": phase}, "status": {"phase": phase}} for phase in ("Running", "Failed", "Succeeded")]
    assert [pod.name for pod in read_rollout(deployment(), pods).pods] == ["Running"]


@given(anything, anything)
def test_anything(metadata: Any, data: Any) -> None:
    """Objects that anyone may have written are read without an error."""
    document = {"metadata": metadata, "data": data, "spec": data, "status": {}}
    read_authority_notes(document)
    read_server(document)
