# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a revocation reads and writes."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.authority import (
    AuthorityNotes,
    Record,
    RouterPod,
    ServerCertificate,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.revoke import (
    authority_marks,
    authority_patch,
    list_marks,
    notes_patch,
    read_authority_notes,
    read_rollout,
    read_server,
    restart_patch,
    server_patch,
    stored_certificate,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.plugins.module_utils._v1.objects.test_writes import entry, managed
from tests.unit.support import recorded
from tests.unit.support.json_values import anything

WRITTEN = datetime(2026, 11, 24, 2, 45, tzinfo=timezone.utc)
BEFORE = AuthorityNotes(b"", None, resource_version="7")
RECORDS = (
    Record(("INC-1", "evict x"), WRITTEN, ("0a", "0b"), "late was redeemed shortly before", "again"),
    Record(("a, b", 'e"f', "\u00e9"), WRITTEN, ("0c",)),
    Record((), WRITTEN, ("0d",)),
)


def test_untouched() -> None:
    """A CA of Skupper's own has no marks."""
    found = read_authority_notes(recorded.document("west/skupper-site-ca"))
    assert found.certificate.startswith(b"-----BEGIN CERTIFICATE-----")
    assert found == AuthorityNotes(
        found.certificate, None, resource_version=found.resource_version, kept_in="Secret skupper-site-ca"
    )
    assert found.resource_version


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("x", WRITTEN, "tls.crt")], (WRITTEN, "x")),
        (
            [entry("y", WRITTEN + timedelta(days=7), "a", holder="f:annotations"), entry("x", WRITTEN, "tls.crt")],
            (WRITTEN, "x"),
        ),
        ([entry("x", WRITTEN, "tls.key")], (None, "")),
        ([entry("x", "never", "tls.crt")], (None, "x")),
        ([], (None, "")),
    ],
)
def test_written(entries: list[Any], expected: tuple[datetime | None, str]) -> None:
    """The write of the certificate counts, not that of what else was written since."""
    document = recorded.document("west/skupper-site-ca")
    document["metadata"]["managedFields"] = entries
    found = read_authority_notes(document)
    assert (found.written, found.writer) == expected


@pytest.mark.parametrize("key", ["tls.crt", "tls.key", "ca.crt"])
def test_server_written(key: str) -> None:
    """The router starts with all three, so that each of them counts."""
    found = read_server(managed(entry("x", WRITTEN, key), entry("y", WRITTEN - timedelta(days=1), "tls.crt", "ca.crt")))
    assert (found.written, found.writer) == (WRITTEN, "x")


def test_owners() -> None:
    """Both Secrets may be another tool's."""
    document = managed(entry("helm", WRITTEN, "tls.crt"))
    assert [found.owner.name for found in (read_authority_notes(document), read_server(document)) if found.owner] == [
        "helm"
    ] * 2


def test_owner_of_what_is_left() -> None:
    """The router trusts `ca.crt` of one Secret; that of the other one is read by nothing."""
    document = managed(entry("cert-manager", WRITTEN, "ca.crt"), entry("x", WRITTEN, "tls.crt"))
    assert read_authority_notes(document).owner is None
    assert read_server(document).owner is not None


@pytest.mark.parametrize("data", [{"tls.crt": "%"}, {"tls.crt": 7, "tls.key": "é"}, "x", None])
def test_no_base64(data: Any) -> None:
    """It is no certificate."""
    document = {"data": data}
    assert read_authority_notes(document).certificate == read_server(document).ca == stored_certificate(document) == b""


def marked(marks: Any) -> AuthorityNotes:
    """What is read of annotations."""
    return read_authority_notes(
        {"metadata": {"annotations": {key: text for key, text in marks.items() if text is not None}}}
    )


def test_marks_are_read_again() -> None:
    """Names of any text come back as they were, with the keys of before, who is evicted, and where from."""
    notes = replace(
        BEFORE,
        records=RECORDS,
        evicted=("x", "y"),
        redeemed=WRITTEN,
        evicted_locations=(Location("east", "uid", ("0e",)), Location("north")),
    )
    found = marked(authority_marks(replace(notes, authority="new", former="old")))
    assert (found.authority, found.former) == ("new", "old")
    assert found == replace(notes, authority="new", former="old", resource_version="", kept_in=found.kept_in)
    assert marked(list_marks(notes)) == replace(notes, resource_version="", kept_in=found.kept_in)


def test_no_marks() -> None:
    """An empty list takes its annotation away, and a CA without a former one takes that of an earlier one away."""
    assert set(list_marks(BEFORE).values()) == {None}
    assert len(list_marks(BEFORE)) == 4
    assert authority_marks(replace(BEFORE, authority="new"))["sitemesh.skupper/former-ca"] is None


NAME = "sitemesh.skupper/revocations"


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ('["INC-1", "INC-2"]', (Record(("INC-1",)), Record(("INC-2",)))),
        (
            '["INC-1", {"names": ["INC-2"], "at": "2026-11-24T02:45:00Z", "keys": ["0a"]}, "INC-3"]',
            (Record(("INC-1",)), Record(("INC-2",), WRITTEN, ("0a",)), Record(("INC-3",))),
        ),
        ('[7, "", null, {}, [], "a"]', (Record(("7",)), Record(("a",)))),
        ('[{"names": "x", "at": 7, "keys": {}}]', (Record(()),)),
        ('[{"names": ["a", 7], "at": "2026-11-24T02:45:00Z", "keys": [7]}]', (Record(("a", "7"), WRITTEN, ("7",)),)),
        ("{}", ()),
        ("x", ()),
        ("[" * 100000, ()),
        ("", ()),
    ],
)
def test_records_of_others(text: str, records: tuple[Record, ...]) -> None:
    """Version 0.9.0 noted names alone, which stay so, and an annotation may have been written by anyone."""
    assert marked({NAME: text}).records == records


def test_records_of_an_earlier_version() -> None:
    """They are written again as they were, among those of today."""
    mixed = (Record(("INC-1",)), RECORDS[0], Record(("INC-2",)))
    text = list_marks(replace(BEFORE, records=mixed))[NAME]
    assert text is not None
    assert [type(item) for item in json.loads(text)] == [str, dict, str]
    assert marked({NAME: text}).records == mixed


@given(
    st.lists(
        st.builds(
            Record,
            names=st.lists(st.text(), max_size=3).map(tuple),
            at=st.datetimes(timezones=st.just(timezone.utc)).map(lambda at: at.replace(microsecond=0)),
            keys=st.lists(st.text(), max_size=3).map(tuple),
            again=st.text(),
            case=st.text(),
            claims=st.lists(st.text(), max_size=3).map(tuple),
            first=st.none()
            | st.datetimes(timezones=st.just(timezone.utc)).map(lambda first: first.replace(microsecond=0)),
        ),
        max_size=3,
    )
)
def test_any_record(records: list[Record]) -> None:
    """Comes back as it was."""
    assert marked(list_marks(replace(BEFORE, records=tuple(records)))).records == tuple(records)


def test_many() -> None:
    """An annotation must not grow for ever: the latest 200 are kept."""
    many = tuple(Record((str(number),), WRITTEN, (f"{number:064x}",)) for number in range(500))
    kept = marked(list_marks(replace(BEFORE, records=many))).records
    assert kept == many[-200:]


def test_many_claims() -> None:
    """Those of the latest revocations are kept, and no key is forgotten for them."""
    digests = tuple(f"{number:012x}" for number in range(2000))
    many = tuple(Record((str(number),), WRITTEN, ("00",), claims=digests) for number in range(20))
    kept = marked(list_marks(replace(BEFORE, records=many))).records
    assert [len(each.claims) for each in kept] == [0] * 18 + [1000, 2000]
    assert [each.names for each in kept] == [each.names for each in many]


@pytest.mark.parametrize("long", ["names", "keys", "case"])
def test_long(long: str) -> None:
    """Nor to more than an API server takes: fewer are kept then, and the latest in any case."""
    wide: dict[str, Any] = {"names": ("\U0001f600" * 200,), "keys": tuple(["0" * 64] * 50), "case": "x" * 5000}
    many = tuple(Record(**{"names": (), "at": WRITTEN + timedelta(days=day), long: wide[long]}) for day in range(200))
    text = list_marks(replace(BEFORE, records=many))[NAME]
    assert text is not None
    assert len(text.encode()) < 140_000
    kept = marked({NAME: text}).records
    assert 20 < len(kept) < 200
    assert kept == many[-len(kept) :]
    huge = Record(("x" * 200_000,), WRITTEN)
    assert marked(list_marks(replace(BEFORE, records=(*many, huge)))).records == (huge,)


def test_patches() -> None:
    """Each is valid for the version that was read alone, and says no more than has to change."""
    marks = {NAME: None}
    assert notes_patch(BEFORE, marks) == {"metadata": {"resourceVersion": "7", "annotations": marks}}
    patch = authority_patch(BEFORE, b"c", SecretBytes(b"k"), marks)
    assert patch == {**notes_patch(BEFORE, marks), "data": {"tls.crt": "Yw==", "tls.key": "aw=="}}
    assert stored_certificate(patch) == b"c"
    server = server_patch(ServerCertificate(b"", resource_version="8"), b"c", SecretBytes(b"k"), b"a")
    data = {"ca.crt": "YQ==", "tls.crt": "Yw==", "tls.key": "aw=="}
    assert server == {"metadata": {"resourceVersion": "8"}, "data": data}
    assert base64.b64decode(server["data"]["ca.crt"]) == b"a"


def test_restart() -> None:
    """As Skupper's command line does it: the time in RFC 1123, with a numeric zone."""
    notes = restart_patch("f00", WRITTEN)["spec"]["template"]["metadata"]["annotations"]
    assert notes == {"internal.skupper.io/updated": "Tue, 24 Nov 2026 02:45:00 +0000", "sitemesh.skupper/ca": "f00"}


@pytest.mark.parametrize(
    ("text", "restarted"),
    [
        ("Tue, 24 Nov 2026 02:45:00 +0000", True),
        ("Tue, 24 Nov 2026 03:45:00 +0100", True),
        ("Tue, 24 Nov 2026 02:45:00 -0000", True),
        ("Tue, 24 Nov 2026 02:45:00 +9999999", False),
        ("2026-11-24T02:45:00Z", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_restarted(text: Any, restarted: bool) -> None:
    """When the router was told to start anew, as Skupper's command line and this collection note it."""
    found = deployment()
    found["spec"]["template"] = {"metadata": {"annotations": {"internal.skupper.io/updated": text}}}
    assert read_rollout(found, []).restarted == (WRITTEN if restarted else None)


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


def pod(phase: str = "Running", **meta: Any) -> dict[str, Any]:
    """A pod of the router."""
    return {"metadata": {"creationTimestamp": "2026-11-24T02:45:00Z", **meta}, "status": {"phase": phase}}


def test_pods_that_are_over() -> None:
    """A pod that was evicted from its node holds no connection any more; one that no node has told of may."""
    pods = [pod(phase, name=phase) for phase in ("Running", "Pending", "Unknown", "Failed", "Succeeded", "")]
    assert [each.name for each in read_rollout(deployment(), pods).pods] == ["Running", "Pending", "Unknown", ""]


@pytest.mark.parametrize(
    ("meta", "leaves"),
    [
        ({}, ""),
        ({"labels": {"skupper.io/component": "router"}}, ""),
        ({"labels": {"skupper.io/component": "router-retiring"}}, "it is retired"),
        ({"deletionTimestamp": "2026-11-24T02:46:00Z"}, "it is ending"),
        (
            {"deletionTimestamp": "2026-11-24T02:46:00Z", "labels": {"skupper.io/component": "router-retiring"}},
            "it is ending",
        ),
    ],
)
def test_pods_that_leave(meta: dict[str, Any], leaves: str) -> None:
    """A restart would not end a retired pod, and is not needed for one that is ending."""
    (found,) = read_rollout(deployment(), [pod(name="r", **meta)]).pods
    assert found == RouterPod("r", WRITTEN, leaves)


def test_pod_of_unknown_age() -> None:
    """It is older than any certificate."""
    (found,) = read_rollout(deployment(), [{"metadata": {"name": "r"}}]).pods
    assert found.created.year == 1970


def test_template() -> None:
    """The CA that the pods are started for is noted in their template."""
    template = {"metadata": {"annotations": {"sitemesh.skupper/ca": "f00"}}}
    assert read_rollout({"spec": {"template": template}}, []).authority == "f00"
    assert read_rollout(deployment(), []).authority is None


@given(anything, anything)
def test_anything(metadata: Any, data: Any) -> None:
    """Objects that anyone may have written are read without an error."""
    document = {"metadata": metadata, "data": data, "spec": data, "status": {}}
    read_authority_notes(document)
    read_server(document)
    stored_certificate(document)
    read_rollout(document, [document, {"metadata": metadata, "status": data}])
    read_rollout({"spec": {"replicas": data, "template": metadata}, "status": metadata}, [])
    counts = {"observedGeneration": data, "replicas": data, "updatedReplicas": metadata, "readyReplicas": data}
    read_rollout({"metadata": {"generation": data}, "status": counts}, [])
