# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kubeconfig means what it means to kubectl, or is refused: thousands of them are shown to kubectl's own library, too."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import kubeconfig
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.connect import connect
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.login import log_in
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason

from testbed import kubectlview
from testbed.kubectlview import Question, View
from tests.integration.kubeconfigs.documents import (
    LITERALS,
    Files,
    clusters,
    combined,
    config,
    dump,
    every_field,
    layouts,
    logins,
)
from tests.unit.support.json_values import with_value

_COMBINED = 1500
# What is refused here although kubectl would go on, each with why.
STRICTER = {
    "no context": (Reason.CONTEXT_UNKNOWN, "has no current context", "kubectl takes a cluster without a name"),
    "empty": (Reason.KUBECONFIG_INVALID, "is empty or no kubeconfig", "kubectl looks for a server at localhost:8080"),
    "server": (
        Reason.KUBECONFIG_INVALID,
        "its server is no URL like",
        "kubectl talks plain HTTP there, or fails later",
    ),
    "proxy": (Reason.KUBECONFIG_INVALID, "the proxy .* (no URL with a host|no scheme)", "kubectl fails later"),
    "bytes": (
        Reason.KUBECONFIG_INVALID,
        "-data is a list where",
        "kubectl takes a list of numbers, which nobody writes",
    ),
    "unknown user": (Reason.KUBECONFIG_INVALID, "names no known user", "kubectl asks in nobody's name"),
    "no user": (Reason.KUBECONFIG_INVALID, "names no user, and", "kubectl asks in nobody's name"),
    "plain HTTP": (Reason.KUBECONFIG_INVALID, "not sent over plain HTTP", "kubectl leaves the credentials out unasked"),
    "no credentials": (Reason.CREDENTIALS_FAILED, "no token, password, certificate", "kubectl asks in nobody's name"),
    "plugin": (
        Reason.CREDENTIALS_FAILED,
        "get the credentials of .*: the credential plugin ",
        "kubectl fails when it asks the plugin",
    ),
    "OIDC": (
        Reason.CREDENTIALS_FAILED,
        "get the credentials of .*: the (OIDC provider|id-token) ",
        "kubectl fails when it needs the token",
    ),
    "header": (Reason.CREDENTIALS_FAILED, "holds a line end or another character", "kubectl fails later"),
    "certificates": (
        Reason.CREDENTIALS_FAILED,
        "The certificates for .* can't be used",
        "kubectl fails at the handshake",
    ),
    "token file": (Reason.CREDENTIALS_FAILED, "is empty|Ansible Vault", "kubectl fails, or shows an empty token"),
    "SOCKS": (Reason.MISSING_LIBRARY, "package PySocks is needed", "a package that not everyone has"),
}


@dataclass(frozen=True)
class Verdict:
    """What the collection makes of a kubeconfig."""

    failure: Failure | None
    view: View | None


def judge(question: Question) -> Verdict:
    """Look at a kubeconfig as a task does; whatever else than a Failure is raised would be an internal error."""
    options = ConnectionOptions(kubeconfig=os.pathsep.join(question.files), context=question.context or None)
    try:
        transport = connect(options, {"PATH": "/usr/bin:/bin"})
        login = log_in(options, {})
    except Failure as failure:
        return Verdict(failure, None)
    user = login.user
    kinds = {
        "token": user.get("token") or user.get("tokenFile"),
        "basic": user.get("username"),
        "certificate": user.get("client-certificate") or user.get("client-certificate-data"),
        "exec": user.get("exec") is not None,
        "provider": user.get("auth-provider") is not None,
    }
    acts_as = dict(transport.impersonate).get("Impersonate-User", "")
    view = View(
        error="",
        server=transport.server,
        namespace=transport.namespace or "default",
        tls_name=login.cluster.get("tls-server-name") or "",
        insecure=not transport.verify,
        authority=transport.authority_pem or b"",
        proxy=transport.proxy,
        acts_as=acts_as,
        login=frozenset(kind for kind, there in kinds.items() if there),
    )
    return Verdict(None, view)


def comparable(view: View, file: bytes) -> tuple[object, ...]:
    """What both say in the same words: servers and proxies by what is dialled, a CA's file by what is in it."""
    secure = view.server.lower().startswith("https")
    return (
        dialled(view.server),
        view.namespace,
        view.tls_name if secure else "",
        view.insecure if secure else False,
        (view.authority or file) if secure else b"",
        dialled(view.proxy) if view.proxy else "",
        view.acts_as,
        view.login,
    )


def dialled(url: str) -> tuple[object, ...]:
    """Scheme, host, port and path."""
    parts = urlsplit(url)
    ports = {"http": 80, "https": 443, "socks5": 1080}
    return parts.scheme, parts.hostname, parts.port or ports[parts.scheme], parts.path.rstrip("/")


def stricter(failure: Failure) -> str:
    """The name that a refusal has on the list; "" if it is not there."""
    return next(
        (
            name
            for name, (reason, pattern, _why) in STRICTER.items()
            if failure.reason is reason and re.search(pattern, failure.message)
        ),
        "",
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """What kubeconfigs name."""
    return Files.make(tmp_path_factory.mktemp("kubeconfigs"))


def written(files: Files, contents: list[bytes]) -> list[Question]:
    """A question for each content."""
    questions = []
    for number, content in enumerate(contents):
        path = files.folder / f"config-{number}"
        path.write_bytes(content)
        questions.append(Question([str(path)]))
    return questions


def lists(folder: Path, first: list[Question]) -> list[Question]:
    """Lists of files as in KUBECONFIG, with missing and empty ones among them."""
    some = [each.files[0] for each in first[:: max(1, len(first) // 40)]]
    missing, empty = str(folder / "missing"), str(folder / "empty")
    pairs = [Question([one, other]) for one, other in zip(some, some[1:])]
    return [
        *pairs,
        *(Question([missing, empty, each, each]) for each in some),
        *(Question([each], context) for each in some[:6] for context in ("here", "there", "c")),
    ]


def test_c9_kubeconfigs_mean_what_they_mean_to_kubectl(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """No verdict is laxer, none is stricter without a name, and where both go on they go to the same place as the same user."""
    # The system's own CAs take longer to load than all else.
    monkeypatch.setenv("SSL_CERT_FILE", str(files.folder / "ca.crt"))
    monkeypatch.setenv("SSL_CERT_DIR", str(files.folder / "none"))
    seed = int(os.environ.get("DOCUMENTS_SEED", "18"))
    texts = [*every_field(files), *combined(files, random.Random(seed), _COMBINED)]
    questions = written(files, [*layouts(files), *(text.encode() for text in texts)])
    questions += lists(files.folder, questions)
    wrong, counts = [], Counter[str]()
    for question, view in zip(questions, kubectlview.ask(questions), strict=True):
        verdict = judge(question)
        said = compare(verdict, view, (files.folder / "ca.crt").read_bytes())
        counts[said] += 1
        if said.startswith(("laxer", "other", "unnamed")):
            content = "\n".join(
                Path(each).read_text("utf-8", "replace") for each in question.files if Path(each).exists()
            )
            message = verdict.failure.message if verdict.failure else verdict.view
            wrong.append(f"{said}: {content[:1500]}\n  kubectl: {view.error or view}\n  here: {message}")
    print(f"\nseed {seed}: {len(questions)} kubeconfigs: {dict(sorted(counts.items()))}")
    assert wrong == [], f"{len(wrong)} of {len(questions)}\n" + "\n".join(wrong[:50])
    valid = counts["the same"] + sum(count for said, count in counts.items() if said.startswith("stricter"))
    assert len(questions) >= 2000
    assert valid * 3 >= len(questions)


def test_a_planted_fault_is_seen(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a look at the types text would turn verification off, and the comparison says so."""
    place = ("clusters", 0, "cluster", "insecure-skip-tls-verify")
    document = config(clusters(files)["insecure"], logins(files)["token"])
    questions = written(files, [dump(with_value(document, place, literal)).encode() for literal in LITERALS])
    views = kubectlview.ask(questions)

    def said() -> set[str]:
        return {compare(judge(question), view, b"") for question, view in zip(questions, views, strict=True)}

    assert said() == {"the same", "both refuse"}
    monkeypatch.setattr(kubeconfig, "check_document", lambda _document: None)
    assert "laxer" in said()


def compare(verdict: Verdict, view: View, authority: bytes) -> str:
    """Say how the two differ."""
    if view.error:
        return "both refuse" if verdict.failure else "laxer"
    if verdict.failure:
        name = stricter(verdict.failure)
        return f"stricter: {name}" if name else "unnamed"
    assert verdict.view is not None
    file = authority if verdict.view.authority else b""
    return "the same" if comparable(verdict.view, b"") == comparable(view, file) else "other"
