# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong inputs and sites that are not fit: one clear sentence, a stable reason, and nothing is written.

All tasks that must fail are one play, and the tests look at one of its results each.
"""

from __future__ import annotations

import copy
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed import Site, Testbed
from tests import probes
from tests.harness import NEWEST, Ansible, RequestLog, Result, Run, SharedUser, SitePool, Task, tasks

Document = dict[str, Any]
LONGEST = 600  # characters of a message

V2_TOKEN = """\
apiVersion: skupper.io/v2alpha1
kind: AccessToken
metadata:
  name: from-west
spec:
  ca: none
  code: none
  url: https://203.0.113.1:9090/from-west
"""
V2_LINK = """\
apiVersion: v1
kind: Secret
type: kubernetes.io/tls
metadata:
  name: link-west
data: {}
---
apiVersion: skupper.io/v2alpha1
kind: Link
metadata:
  name: link-west
spec:
  endpoints: []
"""


@dataclass(frozen=True)
class CaseObjects:
    """The sites, tokens, users and files that the cases need."""

    west: Site
    east: Site
    linked: Site
    """A private site with link1 to another public site."""
    edge: Site
    pending: Site
    good: Document
    expired: Document
    stranger: SharedUser
    reader: SharedUser
    silent: str
    blackhole: str
    ca: Path
    folder: Path

    def file(self, name: str, content: str) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def host(self, server: str, **options: Any) -> dict[str, Any]:
        """Connection options that name an API server instead of a context."""
        return {"host": server, "api_key": "not-a-token", "ca_cert": str(self.ca), "namespace": "west", **options}

    def nowhere(self) -> dict[str, str]:
        """A namespace without a site."""
        return {"context": self.east.cluster.name, "namespace": "default"}


@dataclass(frozen=True)
class Case:
    """Something wrong, the reason given for it, and words that its message must hold."""

    name: str
    reason: str
    tasks: Callable[[CaseObjects], Task | list[Task]]
    words: tuple[str, ...] = ()


def without(token: Document, section: str, key: str) -> Document:
    """A copy of a token that lacks one entry."""
    made = copy.deepcopy(token)
    (made if section == "data" else made["metadata"])[section].pop(key)
    return made


def token_on(objects: CaseObjects, **options: Any) -> Task:
    """Issue a claim on the public site."""
    return tasks.token(objects.west, **{"name": "refused", **options})


def east_link(objects: CaseObjects, **options: Any) -> Task:
    """Link the private site; without further options by a good token."""
    if not options.keys() & {"token", "src", "issuer", "site_id"}:
        options["token"] = objects.good
    return tasks.link(objects.east, **options)


def issuing(objects: CaseObjects, site: Site | None = None, **options: Any) -> Task:
    """Link the private site to an issuing site."""
    return tasks.link(objects.east, issuer={**tasks.where(site or objects.west), **options})


def spent(objects: CaseObjects) -> list[Task]:
    """Issue a claim whose record is used up, and use it."""
    name = "spent"
    objects.west.token(name)
    notes = {"metadata": {"annotations": {"skupper.io/claims-remaining": "0", "skupper.io/claims-made": "1"}}}
    objects.west.cluster.api.patch("v1", "secrets", objects.west.namespace, name, notes)
    return [tasks.token(objects.west, name, register="spent"), east_link(objects, token="{{ spent.token }}")]


API = [
    Case(
        "unknown context",
        "context_unknown",
        lambda w: tasks.task("token", context="nowhere", namespace="x", name="n"),
        ("nowhere",),
    ),
    Case(
        "link from an unknown context",
        "context_unknown",
        lambda w: tasks.task("link", context="nowhere", namespace="x", token=w.good),
        ("nowhere",),
    ),
    Case(
        "unknown context of the issuer",
        "context_unknown",
        lambda w: east_link(w, issuer={"context": "nowhere", "namespace": "x"}),
        ("nowhere",),
    ),
    Case(
        "no kubeconfig", "kubeconfig_invalid", lambda w: token_on(w, kubeconfig="/nowhere/config"), ("/nowhere/config",)
    ),
    Case(
        "no namespace",
        "namespace_missing",
        lambda w: tasks.task("token", context=w.west.cluster.name, name="n"),
        ("namespace",),
    ),
    Case(
        "connection refused",
        "api_unreachable",
        lambda w: tasks.task("token", name="n", **w.host("https://127.0.0.1:1")),
        ("127.0.0.1:1", "refused"),
    ),
    Case(
        "issuer refuses connections",
        "api_unreachable",
        lambda w: east_link(w, issuer=w.host("https://127.0.0.1:1")),
        ("127.0.0.1:1", "refused"),
    ),
    Case(
        "no connection",
        "api_unreachable",
        lambda w: tasks.task("token", name="n", **w.host(w.blackhole, request_timeout=1)),
        ("request_timeout", "1 second"),
    ),
    Case(
        "no answer",
        "api_unreachable",
        lambda w: tasks.task("token", name="n", **w.host(w.silent, request_timeout=1)),
        ("request_timeout", "1 second"),
    ),
    Case(
        "unknown credentials",
        "unauthorized",
        lambda w: tasks.task("token", name="n", **w.host(w.west.cluster.server)),
        ("401",),
    ),
    Case(
        "unknown credentials for the issuer",
        "unauthorized",
        lambda w: east_link(w, issuer=w.host(w.west.cluster.server)),
        ("401",),
    ),
    Case(
        "unknown authority",
        "api_tls_failed",
        lambda w: tasks.task("token", name="n", **w.host(w.east.cluster.server)),
        ("certificate",),
    ),
    Case(
        "token without rights",
        "forbidden",
        lambda w: token_on(w, kubeconfig=str(w.stranger.kubeconfig)),
        ("get", "configmaps"),
    ),
    Case(
        "link without rights",
        "forbidden",
        lambda w: east_link(w, kubeconfig=str(w.stranger.kubeconfig)),
        ("list", "secrets"),
    ),
    Case(
        "withdrawal without rights",
        "forbidden",
        lambda w: token_on(w, kubeconfig=str(w.stranger.kubeconfig), state="absent"),
        ("get", "secrets"),
    ),
    Case(
        "token without the right to write",
        "forbidden",
        lambda w: token_on(w, kubeconfig=str(w.reader.kubeconfig)),
        ("create", "secrets"),
    ),
    Case(
        "link without the right to write",
        "forbidden",
        lambda w: east_link(w, kubeconfig=str(w.reader.kubeconfig)),
        ("create", "secrets"),
    ),
    Case(
        "issuer without rights",
        "forbidden",
        lambda w: issuing(w, kubeconfig=str(w.stranger.kubeconfig)),
        ("get", "configmaps"),
    ),
    Case(
        "info without rights",
        "forbidden",
        lambda w: tasks.task("site_info", kubeconfig=str(w.stranger.kubeconfig), **tasks.where(w.west)),
        ("get", "configmaps"),
    ),
]

SITES = [
    Case("token without a site", "no_site", lambda w: tasks.task("token", name="n", **w.nowhere()), ("default",)),
    Case("link without a site", "no_site", lambda w: tasks.task("link", token=w.good, **w.nowhere()), ("default",)),
    Case("issuer without a site", "no_site", lambda w: east_link(w, issuer=w.nowhere()), ("default",)),
    Case(
        "removal without a site",
        "no_site",
        lambda w: tasks.task("link", name="link1", state="absent", **w.nowhere()),
        ("default",),
    ),
    Case(
        "withdrawal without a site",
        "no_site",
        lambda w: tasks.task("token", name="n", state="absent", **w.nowhere()),
        ("default",),
    ),
    Case("info without a site", "no_site", lambda w: tasks.task("site_info", **w.nowhere()), ("default",)),
    Case("token of an edge site", "site_cannot_accept", lambda w: tasks.token(w.edge), ("edge",)),
    Case("edge site as issuer", "site_cannot_accept", lambda w: issuing(w, w.edge), ("edge",)),
    Case("load balancer pending", "ingress_pending", lambda w: tasks.token(w.pending), ("loadbalancer", "no host")),
    Case(
        "issuer's load balancer pending",
        "ingress_pending",
        lambda w: issuing(w, w.pending),
        ("loadbalancer", "no host"),
    ),
    Case("token for the own site", "token_own_site", lambda w: tasks.link(w.west, token=w.good), ()),
    Case("own site as issuer", "token_own_site", lambda w: tasks.link(w.west, issuer=tasks.where(w.west)), ()),
]

CLAIMS = [
    Case("expired claim", "claim_expired", lambda w: east_link(w, token=w.expired), ("expired", "renew: unusable")),
    Case(
        "expired claim in a file",
        "claim_expired",
        lambda w: east_link(w, src=w.file("expired.yaml", yaml.safe_dump(w.expired))),
        ("expired", "renew: unusable"),
    ),
    Case(
        "no link and no credential",
        "credential_missing",
        lambda w: east_link(w, site_id=w.west.site_id),
        ("credential", "issuer", "token", "src"),
    ),
    Case("used-up claim", "claim_used_up", spent, ("spent", "used up", "renew: unusable")),
]

VALUES = [
    Case("no duration", "invalid_duration", lambda w: token_on(w, expiry="15 minutes"), ("15 minutes", "15m0s")),
    Case("duration without a unit", "invalid_duration", lambda w: token_on(w, expiry="15"), ("15",)),
    Case("negative expiry", "invalid_duration", lambda w: token_on(w, expiry="-5m"), ("-5m", "negative")),
    Case("negative expiry of the issuer", "invalid_duration", lambda w: issuing(w, expiry="-5m"), ("-5m", "negative")),
    Case("no duration of the issuer", "invalid_duration", lambda w: issuing(w, expiry="soon"), ("soon",)),
    Case("negative uses", "invalid_option", lambda w: token_on(w, uses=-1), ("uses", "-1")),
    Case("negative uses of the issuer", "invalid_option", lambda w: issuing(w, uses=-1), ("uses", "-1")),
    Case("cost of nothing", "invalid_option", lambda w: east_link(w, cost=0), ("cost", "0")),
    Case("negative wait_timeout", "invalid_option", lambda w: east_link(w, wait_timeout=-1), ("wait_timeout",)),
    Case(
        "request_timeout of nothing", "invalid_option", lambda w: token_on(w, request_timeout=0), ("request_timeout",)
    ),
    Case("name of a claim", "invalid_name", lambda w: token_on(w, name="For_East"), ("For_East",)),
    Case("name of a link", "invalid_name", lambda w: east_link(w, name="To West"), ("To West",)),
    Case("name that routers use", "invalid_name", lambda w: east_link(w, name="auto-mesh-1"), ("auto-mesh",)),
    Case("claim's name taken", "name_taken", lambda w: token_on(w, name="skupper-site-ca"), ("skupper-site-ca",)),
    Case(
        "link's name taken by a Secret",
        "name_taken",
        lambda w: east_link(w, name="skupper-local-ca"),
        ("skupper-local-ca",),
    ),
    Case(
        "link's name taken by a link",
        "name_taken",
        lambda w: tasks.link(w.linked, token=w.good, name="link1"),
        ("link1",),
    ),
    Case(
        "issued link's name taken",
        "name_taken",
        lambda w: tasks.issued_link(w.linked, w.west, name="link1"),
        ("link1",),
    ),
    Case("no folder for dest", "dest_unwritable", lambda w: token_on(w, dest="/nowhere/token.yaml"), ("/nowhere",)),
    Case("dest is a folder", "dest_unwritable", lambda w: token_on(w, dest=str(w.folder)), ("folder",)),
    # Not even root can make a file there.
    Case(
        "dest that takes no files",
        "dest_unwritable",
        lambda w: token_on(w, dest="/proc/token.yaml"),
        ("/proc/token.yaml",),
    ),
    Case("no file", "token_unreadable", lambda w: east_link(w, src="/nowhere/token.yaml"), ("/nowhere/token.yaml",)),
    Case("folder as file", "token_unreadable", lambda w: east_link(w, src=str(w.folder)), ()),
]

TOKENS = [
    Case("no YAML", "token_malformed", lambda w: east_link(w, token="kind: [Secret\ndata: }"), ("YAML",)),
    Case(
        "no YAML in a file",
        "token_malformed",
        lambda w: east_link(w, src=w.file("no.yaml", "kind: [Secret\n")),
        ("YAML", "no.yaml"),
    ),
    Case("empty file", "token_malformed", lambda w: east_link(w, src=w.file("empty.yaml", "")), ("empty.yaml",)),
    Case("binary file", "token_malformed", lambda w: east_link(w, src=w.file("binary", "\0\1\2")), ("binary",)),
    Case("list", "token_malformed", lambda w: east_link(w, token=[w.good]), ()),
    Case(
        "two documents",
        "token_malformed",
        lambda w: east_link(w, src=w.file("two.yaml", yaml.safe_dump_all([w.good, w.good]))),
        (),
    ),
    Case("other kind", "token_malformed", lambda w: east_link(w, token={**w.good, "kind": "ConfigMap"}), ("Secret",)),
    Case(
        "no url",
        "token_malformed",
        lambda w: east_link(w, token=without(w.good, "annotations", "skupper.io/url")),
        ("skupper.io/url",),
    ),
    Case(
        "no author",
        "token_malformed",
        lambda w: east_link(w, token=without(w.good, "annotations", "skupper.io/generated-by")),
        ("skupper.io/generated-by",),
    ),
    Case(
        "no password",
        "token_malformed",
        lambda w: east_link(w, token=without(w.good, "data", "password")),
        ("password",),
    ),
    Case(
        "no base64",
        "token_malformed",
        lambda w: east_link(w, token={**w.good, "data": {**w.good["data"], "password": "&&&"}}),
        ("base64",),
    ),
    Case("no data", "token_malformed", lambda w: east_link(w, token={**w.good, "data": "nothing"}), ()),
    Case(
        "other type of token",
        "token_malformed",
        lambda w: east_link(w, token=labelled(w.good, "gateway-connection-token")),
        ("skupper.io/type",),
    ),
    Case(
        "record instead of token",
        "token_malformed",
        lambda w: east_link(w, token=labelled(w.good, "token-claim-record")),
        ("skupper.io/type",),
    ),
    Case("token of v2", "token_unsupported", lambda w: east_link(w, token=V2_TOKEN), ("v2", "AccessToken")),
    Case(
        "token of v2 as a dictionary",
        "token_unsupported",
        lambda w: east_link(w, token=yaml.safe_load(V2_TOKEN)),
        ("v2", "AccessToken"),
    ),
    Case("link of v2", "token_unsupported", lambda w: east_link(w, src=w.file("v2.yaml", V2_LINK)), ("v2", "Link")),
    Case("placeholder", "token_placeholder", lambda w: east_link(w, token=placeholder(w.west)), ("check mode",)),
]

CASES = [*API, *SITES, *CLAIMS, *VALUES, *TOKENS]


def labelled(token: Document, kind: str) -> Document:
    """A copy of a token that says it is something else."""
    made = copy.deepcopy(token)
    made["metadata"]["labels"]["skupper.io/type"] = kind
    return made


def placeholder(site: Site) -> Document:
    """What a token task returns in check mode."""
    notes = {"skupper.io/generated-by": site.site_id, "sitemesh.skupper/placeholder": "true"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "n", "annotations": notes}}


@contextmanager
def listener(full: bool) -> Iterator[str]:
    """An address without an answer: connections are made but never served, or (full) not even made."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0 if full else 16)
        for _number in range(4 if full else 0):
            # Linux drops further requests to connect when as many as it lets wait are waiting.
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield f"https://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture(scope="module")
def objects(
    bed: Testbed, site_pool: SitePool, reader: SharedUser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CaseObjects]:
    """All that the cases need."""
    folder = tmp_path_factory.mktemp("refusals")
    west, other, east, linked = site_pool.public(), site_pool.public(), site_pool.private(), site_pool.private()
    edge = bed.add_site(site_pool.name("edge"), 0, "none", edge=True)
    pending = site_pool.public()
    pending.pending_load_balancer()
    linked.link(other.token("first"))
    ca = folder / "ca.crt"
    ca.write_bytes(west.cluster.ca)
    with listener(full=False) as silent, listener(full=True) as blackhole:
        yield CaseObjects(
            west=west,
            east=east,
            linked=linked,
            edge=edge,
            pending=pending,
            good=west.token("good"),
            expired=west.token("expired", minutes=-5),
            stranger=SharedUser.make(bed, "stranger", None),
            reader=reader,
            silent=silent,
            blackhole=blackhole,
            ca=ca,
            folder=folder,
        )


@dataclass(frozen=True)
class Refused:
    """The play of all cases, and what it asked to be written."""

    run: Run
    writes: list[str]


@pytest.fixture(scope="module")
def refused(
    objects: CaseObjects, bed: Testbed, operator: SharedUser, tmp_path_factory: pytest.TempPathFactory
) -> Refused:
    """All cases, run one after the other by one play which goes on whatever happens."""
    ansible = Ansible(NEWEST, tmp_path_factory.mktemp("runs"), operator.kubeconfig)
    play = [named for case in CASES for named in steps(case, objects)]
    request_log = RequestLog(bed, operator)
    # What is not refused would be waited for.
    defaults = {"sitemesh.skupper.skupper_link": {"wait_timeout": 5}}
    run = ansible.play(*play, ignore_errors=True, module_defaults=defaults)
    return Refused(run, request_log.writes())


def steps(case: Case, objects: CaseObjects) -> list[Task]:
    """The tasks of a case; the last one, which must fail, has the case's name."""
    made = case.tasks(objects)
    *before, last = made if isinstance(made, list) else [made]
    return [*({**each, "name": f"before {case.name}"} for each in before), {**last, "name": case.name}]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_refusal(refused: Refused, case: Case) -> None:
    """The task fails with the reason, in one sentence that names what is wrong."""
    result = refused.run[case.name]
    assert result.failed, result
    assert result.reason == case.reason, result.msg
    assert [word for word in case.words if word not in result.msg] == [], result.msg
    check_sentence(result)


def check_sentence(result: Result) -> None:
    """A message is one readable line, and no traceback."""
    assert "\n" not in result.msg
    assert 20 < len(result.msg) < LONGEST, result.msg
    assert not [word for word in ("Traceback", "Error(", "Exception", "0x", "<class") if word in result.msg], result.msg
    assert "traceback" not in result.values.get("exception", "").lower().replace("(traceback unavailable)", "")
    assert not result.changed


def test_refusals_forbidden_name_the_place(refused: Refused, objects: CaseObjects) -> None:
    """A user who lacks a right is told in which namespace to ask for it."""
    assert objects.west.namespace in refused.run["token without rights"].msg
    assert objects.east.namespace in refused.run["link without rights"].msg
    assert objects.west.namespace in refused.run["issuer without rights"].msg


def test_refusals_write_nothing(refused: Refused, objects: CaseObjects) -> None:
    """None of the wrong inputs made any task ask for a change."""
    assert refused.writes == []
    assert probes.links(objects.east) == {}
    assert "refused" not in probes.records(objects.west)


def test_all_reasons_are_told_apart(refused: Refused) -> None:
    """No case ended as a defect, and every task was run."""
    assert not [each for each in refused.run.results if each.reason == "internal_error"]
    assert {each.task for each in refused.run.results} >= {case.name for case in CASES}
