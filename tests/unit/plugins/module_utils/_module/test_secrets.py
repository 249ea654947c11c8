# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values of a task are masked: all that is secret, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.secrets import input_secrets, shows
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged
from tests.unit.support.kubeconfigs import kubeconfig
from tests.unit.support.yaml_texts import ODD
from tools.specs import MODULES, spec_of

PASSWORD, ENCODED = "abcdefghijklmnopqrstuvwx", "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"
CLAIM = recorded.document("tokens/claim")
CONFIG = kubeconfig(
    "west", current="west", west={"token": "kube-token", "client-key-data": "a2V5", "password": "kube-pw"}
)
OIDC = {"auth-provider": {"config": {"id-token": "the-id-token", "refresh-token": "again", "client-id": "kubectl"}}}


@pytest.mark.parametrize(
    ("params", "secret", "plain"),
    [
        pytest.param({"api_key": "key-1"}, {"key-1"}, set(), id="api_key"),
        pytest.param({"username": "alice", "password": "pw"}, {"pw"}, {"alice"}, id="password"),
        pytest.param({"proxy": "http://ops:hush@proxy:3128"}, {"hush"}, {"ops"}, id="proxy"),
        pytest.param({"proxy": "http://proxy:3128"}, set(), {"http://proxy:3128"}, id="proxy without password"),
        pytest.param({"proxy": "http://[::1"}, {"http://[::1"}, set(), id="proxy that is no URL"),
        pytest.param(
            {"proxy_headers": {"basic_auth": "u:p", "proxy_basic_auth": "v:q", "user_agent": "me"}},
            {"u:p", "v:q"},
            {"me"},
            id="proxy_headers",
        ),
        pytest.param({"token": CLAIM}, {PASSWORD, ENCODED}, {recorded.WEST, "claim", "1.9.6"}, id="token"),
        pytest.param(
            {"token": recorded.text("tokens/claim")}, {PASSWORD, ENCODED}, {recorded.WEST, "claim"}, id="token as text"
        ),
        pytest.param({"token": f"{{broken: [, password: {ENCODED}"}, {ENCODED}, set(), id="token that is no YAML"),
        pytest.param(
            {"token": recorded.document("tokens/cert")},
            {recorded.document("tokens/cert")["data"]["tls.key"]},
            {recorded.document("tokens/cert")["data"]["tls.crt"], "203.0.113.7"},
            id="cert token",
        ),
        pytest.param({"src": recorded.text("tokens/claim")}, {PASSWORD, ENCODED}, set(), id="token as src"),
        pytest.param({"src": "files/token.yaml"}, set(), {"files/token.yaml"}, id="src"),
        pytest.param(
            {"settings": {"console-password": "hush", "prometheus-server-password": 1234, "console-user": "me"}},
            {"hush", "1234"},
            {"me", "console-password"},
            id="settings of a site",
        ),
        pytest.param({"settings": "console-password=hush"}, {"console-password=hush"}, set(), id="settings as text"),
        pytest.param({"kubeconfig": "~/.kube/config"}, set(), {"~/.kube/config"}, id="kubeconfig"),
        pytest.param(
            {"kubeconfig": CONFIG}, {"kube-token", "a2V5", "kube-pw"}, {"west"}, id="kubeconfig as dictionary"
        ),
        pytest.param(
            {"kubeconfig": yaml.safe_dump(CONFIG)}, {"kube-token", "a2V5", "kube-pw"}, {"west"}, id="kubeconfig as text"
        ),
        pytest.param(
            {"kubeconfig": {"clusters": [{"cluster": {"proxy-url": "http://svc:p%40ss-word@proxy.example:3128"}}]}},
            {"p%40ss-word", "p@ss-word"},
            {"proxy.example"},
            id="proxy of a kubeconfig",
        ),
        pytest.param(
            {"kubeconfig": kubeconfig("west", west=OIDC)}, {"the-id-token", "again"}, {"kubectl"}, id="auth provider"
        ),
        pytest.param(
            {"issuer": {"api_key": "key-2", "namespace": "west", "kubeconfig": CONFIG}},
            {"key-2", "kube-token"},
            {"west"},
            id="issuer",
        ),
        pytest.param({"name": "link1", "cost": 5, "site_id": "abc"}, set(), {"link1", "5", "abc"}, id="nothing secret"),
        pytest.param({}, set(), set(), id="nothing"),
        pytest.param({"api_key": "", "password": None}, set(), {""}, id="empty"),
    ],
)
def test_secrets(params: dict[str, Any], secret: set[str], plain: set[str]) -> None:
    """What is secret is found in every place it may come from; names and ids stay readable."""
    found = input_secrets(params)
    assert secret <= found
    assert not plain & found
    assert "" not in found


@pytest.mark.parametrize("option", ["token", "kubeconfig", "src", "client_key"])
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_documents(option: str, text: str) -> None:
    """Text that can't be parsed fails nothing."""
    input_secrets({option: text})


@given(
    st.dictionaries(
        st.sampled_from(["token", "kubeconfig", "src", "proxy", "proxy_headers", "issuer", "api_key"]), anything
    )
)
def test_any_parameters(params: Any) -> None:
    """Values of any shape fail nothing, and nothing empty is masked."""
    assert all(input_secrets(params))


@given(damaged(CLAIM))
def test_damaged_tokens(document: Any) -> None:
    """As long as a password is in its place it is masked, whatever else is wrong."""
    found = input_secrets({"token": document})
    data: Any = document.get("data")
    if isinstance(data, dict) and data.get("password"):
        assert str(data["password"]) in found


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("the secret is out", True),
        ({"a": [{"b": ("x", "secret")}]}, True),
        (["nothing", 5, None, {"a": 1}], False),
        ({"secret": "key names are no values"}, False),
    ],
    ids=str,
)
def test_shows(value: Any, seen: bool) -> None:
    """Values of any depth are searched."""
    assert shows(value, {"secret"}) is seen


def credentials(options: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Return values for options that hold a key wherever a site is named, each another one."""
    found: dict[str, Any] = {"api_key": f"key of {place}"} if "api_key" in options else {}
    for name, option in options.items():
        inner = credentials(option.get("options", {}), f"{place}{name}.")
        if inner:
            found[name] = [inner] if option["type"] == "list" else inner
    return found


def leaves(value: Any) -> set[str]:
    """Return all texts in a value."""
    if isinstance(value, str):
        return {value}
    return {text for each in (value.values() if isinstance(value, dict) else value) for text in leaves(each)}


@pytest.mark.parametrize("module", MODULES)
def test_credentials_of_every_site(module: str) -> None:
    """Whatever the options are called that lead to other sites, the credentials in them are masked."""
    params = credentials(spec_of(module).options)
    assert input_secrets(params) == leaves(params)
    assert bool(params) is ("api_key" in spec_of(module).options)
