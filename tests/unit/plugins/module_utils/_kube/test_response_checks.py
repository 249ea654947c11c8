# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers with status 200, or 404, that are not what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import CONFIG_MAP_ANYWHERE, SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason

from tests.unit.support.apiserver import Answer, ApiServer, refusal
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
METADATA = {"name": "link1", "namespace": "east", "uid": "uid-1", "resourceVersion": "7"}
LINK = {"kind": "Secret", "apiVersion": "v1", "metadata": METADATA}
LIST = {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []}
GROUP = "skupper.io/v1alpha1"
SERVED = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": GROUP, "resources": [{"kind": "X"}]}


def client(api: ApiServer, time: FakeTime) -> Client:
    """A client of the namespace east on a test's server."""
    known: dict[str, Any] = {"host": api.url, "api_key": "k", "ca_cert": str(api.tls.ca_file), "namespace": "east"}
    return open_client(ConnectionOptions(**known), {}, time.clock(), START)


Call = Callable[[Client], object]
READ: Call = lambda c: c.get(SECRET, "link1")  # noqa: E731
LISTED: Call = lambda c: c.list(SECRET)  # noqa: E731
NAMED: Call = lambda c: c.list(SECRET, fields="metadata.name=link1")  # noqa: E731
DATALESS: Call = lambda c: c.list_metadata(SECRET)  # noqa: E731
SERVES: Call = lambda c: c.serves(GROUP)  # noqa: E731
KINDS: Call = lambda c: c.kinds(GROUP)  # noqa: E731


def other(**changes: Any) -> dict[str, Any]:
    """The link with other metadata; None takes away."""
    made = {**METADATA, **changes}
    return {**LINK, "metadata": {key: value for key, value in made.items() if value is not None}}


def listed(*items: Any) -> dict[str, Any]:
    """A list of Secrets."""
    return {**LIST, "items": list(items)}


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        pytest.param(READ, {}, id="nothing"),
        pytest.param(READ, {"ok": True}, id="another service"),
        pytest.param(READ, refusal(200, "fine").body, id="status"),
        pytest.param(READ, {**LINK, "kind": "ConfigMap"}, id="another kind"),
        pytest.param(READ, {**LINK, "apiVersion": "v2"}, id="another version"),
        pytest.param(READ, {**LINK, "kind": ["Secret"]}, id="kind that is no text"),
        pytest.param(READ, {"kind": "Secret", "apiVersion": "v1"}, id="no metadata"),
        pytest.param(READ, {**LINK, "metadata": []}, id="metadata that are none"),
        pytest.param(READ, other(name="link2"), id="another name"),
        pytest.param(READ, other(name=None), id="no name"),
        pytest.param(READ, other(namespace="west"), id="another namespace"),
        pytest.param(READ, other(uid=None), id="no UID"),
        pytest.param(READ, other(uid=5), id="UID that is no text"),
        pytest.param(READ, other(uid=""), id="empty UID"),
        pytest.param(READ, other(resourceVersion=None), id="no version"),
        pytest.param(READ, other(resourceVersion=7), id="version that is no text"),
        pytest.param(READ, LIST, id="list"),
        pytest.param(LISTED, {}, id="list: nothing"),
        pytest.param(LISTED, LINK, id="list: object"),
        pytest.param(LISTED, {**LIST, "kind": "ConfigMapList"}, id="list: another kind"),
        pytest.param(LISTED, {"kind": "SecretList", "apiVersion": "v1"}, id="list: no items"),
        pytest.param(LISTED, {**LIST, "items": {}}, id="list: items that are none"),
        pytest.param(LISTED, listed("link1"), id="list: item that is no object"),
        pytest.param(LISTED, listed({}), id="list: empty item"),
        pytest.param(LISTED, listed({"metadata": METADATA}, {**LINK, "kind": "Pod"}), id="list: item of another kind"),
        pytest.param(LISTED, listed(other(namespace="west")), id="list: item of another namespace"),
        pytest.param(LISTED, listed(other(uid=None)), id="list: item without UID"),
        pytest.param(LISTED, {**LIST, "metadata": {"continue": 5}}, id="list: page without a name"),
        pytest.param(NAMED, listed(other(name="link2")), id="list: item of another name"),
        pytest.param(DATALESS, {}, id="metadata: nothing"),
        pytest.param(DATALESS, {**LIST, "kind": "PartialObjectMetadataList"}, id="metadata: of another version"),
        pytest.param(SERVES, {}, id="serves: nothing"),
        pytest.param(SERVES, {**SERVED, "groupVersion": "v1"}, id="serves: another group"),
        pytest.param(KINDS, {**SERVED, "resources": ["X"]}, id="kinds: resources that are none"),
        pytest.param(KINDS, {**SERVED, "resources": {}}, id="kinds: no list"),
    ],
)
def test_b2_an_answer_to_another_question(api: ApiServer, time: FakeTime, call: Call, answer: dict[str, Any]) -> None:
    """Is no answer, and a site, a link or a right is not concluded from it."""
    api.will(*[Answer(body=answer)] * 3)
    message = failure_of(lambda: call(client(api, time)), Reason.API_ERROR).message
    assert api.url in message
    assert "what was asked for" in message


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        pytest.param(READ, Answer(404, b"<html>not found</html>"), id="HTML"),
        pytest.param(READ, Answer(404, {"error": "no such route"}), id="JSON"),
        pytest.param(READ, Answer(404, b"404 page not found\n"), id="a web server's own"),
        pytest.param(lambda c: c.delete(SECRET, "link1"), Answer(404, b"default backend - 404"), id="delete"),
        pytest.param(SERVES, Answer(404, b"default backend - 404"), id="serves"),
        pytest.param(READ, Answer(403, b"<html>blocked</html>"), id="403 of a proxy"),
        pytest.param(lambda c: c.patch(SECRET, "link1", {}), Answer(409, b"conflict"), id="409 of a proxy"),
    ],
)
def test_b2_a_refusal_that_is_no_api_servers(api: ApiServer, time: FakeTime, call: Call, answer: Answer) -> None:
    """Does not mean that the object is not there, nor that a right is missing."""
    api.will(*[answer] * 3)
    message = failure_of(lambda: call(client(api, time)), Reason.API_ERROR).message
    assert str(answer.status) in message
    assert "grant" not in message


def test_b2_answers_that_fit(api: ApiServer, time: FakeTime) -> None:
    """Items of built-in kinds say no kind; data may have been left out; what is nowhere served is said in plain text."""
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": METADATA}
    dataless = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "items": [partial]}
    elsewhere = {"metadata": {**METADATA, "namespace": "west"}}
    api.will(listed({"metadata": METADATA}), {**LIST, "items": None}, dataless, listed({"metadata": METADATA}))
    api.will({**LIST, "kind": "ConfigMapList", "items": [elsewhere]}, Answer(404, b"404 page not found\n"))
    open_api = client(api, time)
    assert open_api.list(SECRET) == [{"metadata": METADATA}]
    assert open_api.list(SECRET) == []
    assert open_api.list_metadata(SECRET) == [{"metadata": METADATA}]
    assert open_api.list_metadata(SECRET) == [{"metadata": METADATA}]
    assert open_api.list(CONFIG_MAP_ANYWHERE) == [elsewhere]
    assert open_api.serves(GROUP) is False


def test_b2_a_review_of_something_else(api: ApiServer, time: FakeTime) -> None:
    """A right is not known from it."""
    api.will(Answer(201, {"status": {"allowed": True}}), Answer(201, {"kind": "SelfSubjectAccessReview", "status": []}))
    open_api = client(api, time)
    assert open_api.may("get", SECRET, "link1") is None
    assert open_api.may("get", SECRET, "link1") is None


@pytest.mark.parametrize("version", ["", None, 7])
def test_b5_no_patch_without_its_condition(api: ApiServer, time: FakeTime, version: Any) -> None:
    """An empty version would be no condition, and overwrite what others wrote."""
    api.will(LINK)
    patch = {"metadata": {"resourceVersion": version}}
    failure_of(lambda: client(api, time).patch(SECRET, "link1", patch), Reason.CONFLICT)
    assert api.requests == []
