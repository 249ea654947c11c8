# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a server that can't be talked to."""

from __future__ import annotations

import socket
import ssl

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import DEPLOYMENT, SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.errors import (
    Request,
    status_failure,
    transport_failure,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Place

PLACE = Place("east", "context private")
REQUEST = Request("get", SECRET, "link1", PLACE)


def wrapped(error: Exception) -> Exception:
    """An error inside two others, by the three ways there are."""
    try:
        try:
            raise error
        except Exception as inner:
            raise RuntimeError("layer") from inner
    except RuntimeError as middle:
        outer = ValueError("outermost")
        outer.reason = middle  # type: ignore[attr-defined]
        return outer


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        pytest.param(
            ConnectionRefusedError(111, "Connection refused"),
            Reason.API_UNREACHABLE,
            "Connection refused",
            id="refused",
        ),
        pytest.param(
            socket.gaierror(-2, "Name or service not known"),
            Reason.API_UNREACHABLE,
            "Name or service not known",
            id="no name",
        ),
        pytest.param(OSError(113, "No route to host"), Reason.API_UNREACHABLE, "No route to host", id="no route"),
        pytest.param(
            ssl.SSLCertVerificationError("certificate verify failed: self-signed certificate"),
            Reason.API_TLS_FAILED,
            "self-signed certificate",
            id="certificate",
        ),
        pytest.param(RuntimeError(), Reason.API_UNREACHABLE, "RuntimeError", id="no text"),
    ],
)
def test_innermost_cause(error: Exception, reason: Reason, words: str) -> None:
    """The system's own word, however many layers were put around it."""
    for shape in (error, wrapped(error)):
        failure = transport_failure(REQUEST, "https://east.example:6443", shape)
        assert failure.reason is reason
        assert words in failure.message
        assert "https://east.example:6443" in failure.message
        assert "layer" not in failure.message


@pytest.mark.parametrize(
    ("error", "connected", "reason"),
    [
        pytest.param(
            ssl.SSLEOFError(8, "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol"),
            False,
            Reason.API_UNREACHABLE,
            id="ended in the handshake",
        ),
        pytest.param(ssl.SSLError(1, "[SSL] record layer failure"), True, Reason.API_UNREACHABLE, id="ended later"),
        pytest.param(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), False, Reason.API_TLS_FAILED, id="no TLS"),
    ],
)
def test_b3_a_connection_that_ends_is_no_fault_of_certificates(
    error: Exception, connected: bool, reason: Reason
) -> None:
    """It is tried again, and nobody is sent to look at a CA."""
    assert transport_failure(REQUEST, "https://east.example:6443", error, connected).reason is reason


def test_request_in_words() -> None:
    """Verb, kind, name, place."""
    assert str(REQUEST) == "get Secret link1 in namespace east of context private"
    assert str(Request("list", SECRET, "", PLACE)) == "list Secrets in namespace east of context private"


CREATE = Request("create", SECRET, "link1", PLACE)
DENIED = 'secrets "link1" is forbidden: '
TERMINATING = {"causes": [{"reason": "NamespaceTerminating", "message": "...", "field": "metadata.namespace"}]}


@pytest.mark.parametrize(
    ("reason", "code", "message", "details"),
    [
        pytest.param(
            Reason.FORBIDDEN,
            403,
            'secrets is forbidden: User "ops" cannot create resource "secrets" in API group "" in the namespace "east"',
            {},
            id="RBAC",
        ),
        pytest.param(
            Reason.FORBIDDEN,
            403,
            'deployments.apps "skupper-router" is forbidden: User "system:serviceaccount:a:b" cannot patch resource '
            '"deployments" in API group "apps" in the namespace "east": RBAC: role.rbac.authorization.k8s.io "x" not found',
            {},
            id="RBAC of a group",
        ),
        pytest.param(
            Reason.FORBIDDEN,
            403,
            'secrets is forbidden: User "admission webhook \\"x\\" denied the request:" cannot create resource "secrets"',
            {},
            id="RBAC of a user with an odd name",
        ),
        pytest.param(
            Reason.FORBIDDEN,
            403,
            'secrets is forbidden: User "ops" cannot create resource "secrets" in API group "" in the namespace "east": '
            'requires one of ["container.secrets.create"] permission(s).',
            {},
            id="a cloud's own rights",
        ),
        pytest.param(
            Reason.NAMESPACE_TERMINATING,
            403,
            DENIED + "unable to create new content in namespace east because it is being terminated",
            TERMINATING,
            id="terminating",
        ),
        pytest.param(
            Reason.NAMESPACE_TERMINATING,
            403,
            DENIED + "unable to create new content in namespace east because it is being terminated",
            {},
            id="terminating, in words alone",
        ),
        pytest.param(
            Reason.QUOTA_EXCEEDED,
            403,
            DENIED + "exceeded quota: few, requested: count/secrets=1, used: count/secrets=5, limited: count/secrets=5",
            {},
            id="quota",
        ),
        pytest.param(Reason.QUOTA_EXCEEDED, 403, DENIED + "failed quota: few: must specify cpu", {}, id="failed quota"),
        pytest.param(
            Reason.QUOTA_EXCEEDED,
            403,
            DENIED + "status unknown for quota: few, resources: secrets",
            {},
            id="unknown quota",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            403,
            'admission webhook "validation.gatekeeper.sh" denied the request: [owner] you must provide labels',
            {},
            id="Gatekeeper",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            400,
            'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Secret/east/link1 was blocked',
            {},
            id="Kyverno",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            409,
            'admission webhook "x" denied the request: it exists',
            {},
            id="webhook with a status of its own",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            401,
            'admission webhook "x" denied the request without explanation',
            {},
            id="webhook that says unauthorized",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            404,
            'admission webhook "x" denied the request: no such project',
            {},
            id="webhook that says not found",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            422,
            "secrets \"link1\" is forbidden: ValidatingAdmissionPolicy 'owner' with binding 'owner' denied request: "
            "every Secret needs the label cost-center",
            {},
            id="policy",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            403,
            "secrets \"link1\" is forbidden: ValidatingAdmissionPolicy 'owner' with binding 'owner' denied request: no",
            {},
            id="policy that forbids",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            403,
            DENIED + "maximum cpu usage per Pod is 1, but limit is 2",
            {},
            id="limit range",
        ),
        pytest.param(
            Reason.ADMISSION_DENIED,
            403,
            'deployments.apps "skupper-router" is forbidden: violates PodSecurity "restricted:latest"',
            {},
            id="Pod security",
        ),
        pytest.param(Reason.CONFLICT, 409, 'secrets "link1" already exists', {}, id="conflict"),
        pytest.param(Reason.UNAUTHORIZED, 401, "Unauthorized", {}, id="unauthorized"),
        pytest.param(Reason.API_ERROR, 422, "Secret is invalid: data: Invalid value", {}, id="invalid"),
    ],
)
def test_b4_what_denies_a_write(reason: Reason, code: int, message: str, details: dict[str, object]) -> None:
    """A right to grant is named only where one is missing."""
    failure = status_failure(CREATE, code, {"message": message, "details": details})
    assert failure.reason is reason
    assert ("grant verb create" in failure.message) is (reason is Reason.FORBIDDEN)
    assert "create Secret link1 in namespace east of context private" in failure.message


def test_b4_reads_are_denied_by_rights_alone() -> None:
    """Whatever an authorizer says: nothing else denies them."""
    failure = status_failure(Request("list", DEPLOYMENT, "", PLACE), 403, {"message": "exceeded quota: of requests"})
    assert failure.reason is Reason.FORBIDDEN
    assert "grant verb list on deployments" in failure.message


def test_b4_who_may_not_act_as_another() -> None:
    """Has no need of a right to the object."""
    said = 'users "alice" is forbidden: User "ops" cannot impersonate resource "users" in API group "" at the cluster scope'
    failure = status_failure(REQUEST, 403, {"message": said})
    assert failure.reason is Reason.FORBIDDEN
    assert "grant verb impersonate" in failure.message
    assert "grant verb get" not in failure.message


HOSTILE = "\x1b]0;owned\x07\x1b[2J\r\nfake: ok\u202e\x9b31m" + "A" * 10**6


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("a" * 2**24, id="one word"),
        pytest.param("a is forbidden: " * 2**20, id="many prefixes"),
        pytest.param('secrets is forbidden: User "' + '" cannot ' * 2**20, id="many quotes"),
        pytest.param('admission webhook "' * 2**20, id="many webhooks"),
    ],
)
def test_b5_what_is_said_takes_no_time_to_read(said: str) -> None:
    """However it is made up: a test that does not end would be seen."""
    assert len(status_failure(CREATE, 403, {"message": said}).message) < 2000


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 422, 500])
def test_b5_what_a_server_says_is_bounded_and_shown(code: int) -> None:
    """No control character reaches a terminal, and a message is no file."""
    message = status_failure(CREATE, code, {"message": HOSTILE}).message
    assert message.isprintable()
    assert len(message) < 2000
    message = transport_failure(CREATE, "https://east.example:6443", OSError(HOSTILE)).message
    assert message.isprintable()
    assert len(message) < 2000
