# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One context out of kubeconfig files, found as kubectl finds it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.go_yaml import read_yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.kubeconfig import (
    default_files,
    list_contexts,
    load_context,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.json_values import anything, damaged
from tests.unit.support.kubeconfigs import kubeconfig, write
from tests.unit.support.outcomes import attempt, failure_of
from tests.unit.support.yaml_texts import ODD


def server(source: Any, context: str | None = None, **environ: str) -> str:
    """The server of the context that is found."""
    document, name = load_context(source, context, environ)
    assert document["current-context"] == name
    assert [len(document[section]) for section in ("contexts", "clusters", "users")] == [1, 1, 1]
    return str(document["clusters"][0]["cluster"]["server"])


EAST, WEST = "https://east.example:6443", "https://west.example:6443"


def test_current_context(tmp_path: Path) -> None:
    """The one that is marked, or the one that is named."""
    path = write(tmp_path / "config", kubeconfig("west", "east", current="east"))
    assert server(path) == EAST
    assert server(path, "west") == WEST


def test_only_that_context_is_handed_on(tmp_path: Path) -> None:
    """Credentials of other clusters stay where they are."""
    path = write(tmp_path / "config", kubeconfig("west", "east", current="east"))
    document, name = load_context(path, "west", {})
    assert name == "west"
    assert "token-west" in str(document)
    assert "east" not in str(document)


def test_content_as_marked_text() -> None:
    """Ansible marks what it was told by others with a type of its own."""

    class Marked(str):
        """A text that is not of the very type."""

        __slots__ = ()

    assert server(Marked(yaml.safe_dump(kubeconfig("west", current="west")))) == WEST


def test_content_as_dictionary() -> None:
    """A kubeconfig need not be a file, and it is not changed."""
    content = kubeconfig("west", current="west")
    before = copy.deepcopy(content)
    assert server(content) == WEST
    assert content == before


def test_content_as_text() -> None:
    """Nor need it be a dictionary."""
    assert server(yaml.safe_dump(kubeconfig("west", current="west"))) == WEST


def test_several_files(tmp_path: Path) -> None:
    """The first that names something wins, and what one file lacks another may have."""
    first = kubeconfig("east")
    first["clusters"][0]["cluster"]["server"] = "https://first.example:6443"
    split = {"contexts": [{"name": "mixed", "context": {"cluster": "east", "user": "west"}}]}
    paths = [
        write(tmp_path / "one", first),
        write(tmp_path / "two", kubeconfig("east", "west", current="west")),
        str(tmp_path / "missing"),
        write(tmp_path / "four", {**split, "current-context": "mixed"}),
    ]
    joined = ":".join(paths)
    assert server(joined) == WEST
    assert server(joined, "east") == "https://first.example:6443"
    document, _name = load_context(joined, "mixed", {})
    assert document["users"][0]["user"] == {"token": "token-west"}
    assert document["clusters"][0]["cluster"]["server"] == "https://first.example:6443"


def test_where_to_look(tmp_path: Path) -> None:
    """KUBECONFIG, else the home folder; an option wins over both."""
    home = write(tmp_path / ".kube" / "config", kubeconfig("west", current="west"))
    other = write(tmp_path / "other", kubeconfig("east", current="east"))
    assert server(None, HOME=str(tmp_path)) == WEST
    assert server(None, HOME=str(tmp_path), KUBECONFIG="") == WEST
    assert server(None, HOME=str(tmp_path), KUBECONFIG=other) == EAST
    assert server(home, KUBECONFIG=other) == WEST
    assert default_files({"HOME": "/home/ops"}) == "/home/ops/.kube/config"


FILES = {
    "cluster": {"server": "https://east.example:6443", "certificate-authority": "ca.crt"},
    "user": {"client-certificate": "certs/user.crt", "client-key": "/etc/keys/user.key", "tokenFile": "../token"},
}


def test_relative_files(tmp_path: Path) -> None:
    """They start from the folder of the kubeconfig that names them."""
    document = kubeconfig("east", current="east", east=FILES["user"])
    document["clusters"][0]["cluster"] = FILES["cluster"]
    loaded, _name = load_context(write(tmp_path / "deep" / "config", document), None, {})
    folder = tmp_path / "deep"
    assert loaded["clusters"][0]["cluster"]["certificate-authority"] == str(folder / "ca.crt")
    user = loaded["users"][0]["user"]
    assert user["client-certificate"] == str(folder / "certs" / "user.crt")
    assert user["client-key"] == "/etc/keys/user.key"
    assert Path(user["tokenFile"]).resolve() == tmp_path / "token"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("aws", "aws"),
        ("./bin/login", "FOLDER/bin/login"),
        ("../login", "FOLDER/../login"),
        ("/opt/login", "/opt/login"),
    ],
)
def test_exec_plugin(tmp_path: Path, command: str, found: str) -> None:
    """A command with a slash starts from the kubeconfig's folder, one without is looked for on PATH."""
    path = write(tmp_path / "config", kubeconfig("east", current="east", east={"exec": {"command": command}}))
    loaded, _name = load_context(path, None, {})
    assert loaded["users"][0]["user"]["exec"]["command"] == found.replace("FOLDER", str(tmp_path))


def test_dictionary_has_no_folder() -> None:
    """File names in it stay as they are."""
    loaded, _name = load_context(kubeconfig("east", current="east", east=FILES["user"]), None, {})
    assert loaded["users"][0]["user"] == FILES["user"]


@pytest.mark.parametrize(
    ("document", "context", "reason", "words"),
    [
        pytest.param(kubeconfig("west", "east"), None, Reason.CONTEXT_UNKNOWN, "no current context", id="no current"),
        pytest.param(kubeconfig("west", current=""), None, Reason.CONTEXT_UNKNOWN, "no current context", id="empty"),
        pytest.param(
            kubeconfig("west", "east"), "north", Reason.CONTEXT_UNKNOWN, "no context north", id="unknown context"
        ),
        pytest.param(kubeconfig("west", "east"), "north", Reason.CONTEXT_UNKNOWN, "it has east, west", id="names them"),
        pytest.param(
            kubeconfig("west", current="gone"), None, Reason.CONTEXT_UNKNOWN, "no context gone", id="current gone"
        ),
        pytest.param(kubeconfig(), "west", Reason.CONTEXT_UNKNOWN, "it has none at all", id="no contexts"),
        pytest.param(
            kubeconfig(*(f"c{number:02}" for number in range(14))),
            "x",
            Reason.CONTEXT_UNKNOWN,
            "c09, 4 more",
            id="many contexts",
        ),
        pytest.param(
            {**kubeconfig("west"), "clusters": []},
            "west",
            Reason.KUBECONFIG_INVALID,
            "no known cluster",
            id="no cluster",
        ),
        pytest.param(
            {**kubeconfig("west"), "users": None}, "west", Reason.KUBECONFIG_INVALID, "no known user", id="no user"
        ),
        pytest.param(
            {**kubeconfig("west"), "contexts": [{"name": "west"}]},
            "west",
            Reason.KUBECONFIG_INVALID,
            "no known cluster",
            id="empty context",
        ),
        pytest.param(
            {**kubeconfig("west"), "contexts": "west"}, "west", Reason.KUBECONFIG_INVALID, "takes a list", id="no list"
        ),
    ],
)
def test_refused(tmp_path: Path, document: dict[str, Any], context: str | None, reason: Reason, words: str) -> None:
    """Each message names what is missing, the file, and no credentials."""
    path = write(tmp_path / "config", document)
    message = failure_of(lambda: load_context(path, context, {}), reason).message
    assert words in message
    assert path in message
    assert "token-" not in message


SECRET = "c2VjcmV0LWtleQ"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(f"users: [{{token: {SECRET}", "no valid YAML", id="cut"),
        pytest.param(f"token: {SECRET}: {SECRET}", "no valid YAML", id="colon"),
        pytest.param(f"\tusers:\n\t- token: {SECRET}", "no valid YAML", id="tabs"),
        pytest.param(f"token: !!int {SECRET}", "no valid YAML", id="no integer"),
        pytest.param(f"- token: {SECRET}", "no kubeconfig", id="list"),
        pytest.param(SECRET, "no kubeconfig", id="scalar"),
        pytest.param("", "no kubeconfig", id="empty"),
        pytest.param(f"# none\n---\n---\ntoken: {SECRET}", "empty or no kubeconfig", id="two documents"),
        pytest.param(f"users: {{token: {SECRET}}}", "not valid: users is a mapping", id="no list"),
        pytest.param(f"kind: Secret\ntoken: {SECRET}", "not valid: its kind", id="another kind"),
        pytest.param(f"$ANSIBLE_VAULT;1.1;AES256\n{SECRET}", "encrypted with Ansible Vault", id="vault"),
    ],
)
def test_broken_files(tmp_path: Path, text: str, words: str) -> None:
    """The parser would quote the line; the message does not."""
    path = write(tmp_path / "config", text)
    message = failure_of(lambda: load_context(path, None, {}), Reason.KUBECONFIG_INVALID).message
    assert words in message
    assert path in message
    assert SECRET not in message


def test_unreadable_files(tmp_path: Path) -> None:
    """Missing, a folder, or no text."""
    missing = failure_of(lambda: load_context(str(tmp_path / "none"), None, {}), Reason.KUBECONFIG_INVALID)
    assert "No such file" in missing.message
    folder = failure_of(lambda: load_context(str(tmp_path), None, {}), Reason.KUBECONFIG_INVALID)
    assert "directory" in folder.message
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    failure_of(lambda: load_context(str(tmp_path / "binary"), None, {}), Reason.KUBECONFIG_INVALID)


def test_text_is_not_quoted() -> None:
    """A kubeconfig that was given as text is not taken for a file name and shown."""
    broken = f"users: [{{token: {SECRET}\n"
    assert SECRET not in failure_of(lambda: load_context(broken, None, {}), Reason.KUBECONFIG_INVALID).message
    unknown = yaml.safe_dump(kubeconfig("west"))
    assert "token-west" not in failure_of(lambda: load_context(unknown, "x", {}), Reason.CONTEXT_UNKNOWN).message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("insecure-skip-tls-verify", "false"),
        ("insecure-skip-tls-verify", "true"),
        ("insecure-skip-tls-verify", 0),
        ("insecure-skip-tls-verify", []),
        ("disable-compression", "no"),
        ("server", 6443),
        ("certificate-authority", True),
        ("certificate-authority-data", "%%%"),
        ("tls-server-name", 5),
        ("proxy-url", {}),
        ("extensions", {}),
    ],
)
def test_c1_types_are_those_of_kubectl(field: str, value: Any) -> None:
    """What looks like a boolean is none; text of any kind would turn verification off. No entry may hold such a thing."""
    document = kubeconfig("west", "east", current="west")
    for number in (0, 1):
        changed = copy.deepcopy(document)
        changed["clusters"][number]["cluster"][field] = value
        message = failure_of(lambda given=changed: load_context(given, None, {}), Reason.KUBECONFIG_INVALID).message  # type: ignore[misc]
        assert f"clusters[{number}].cluster.{field}" in message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("n", False),
        ("Off", False),
        ("~", None),
        ("", None),
        ("1234", 1234),
        ("-0x10", -16),
        ("0o17", 15),
        ("017", 15),
        ("1_000", 1000),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("=", "="),
        ("1.2.3", "1.2.3"),
        ("!!str 12", "12"),
        ("!custom x", "x"),
        ("!!binary YWJj", "abc"),
        ("'yes'", "yes"),
    ],
)
def test_c1_plain_scalars_are_those_of_kubectl(text: str, value: Any) -> None:
    """PyYAML would read several of them as something else."""
    found = read_yaml(f"a: {text}\n")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("section", "changes"),
    [
        ("contexts", {"namespace": 1234}),
        ("contexts", {"cluster": ["a"]}),
        ("users", {"token": 5}),
        ("users", {"token": True}),
        ("users", {"username": 5, "password": "x"}),
        ("users", {"exec": "aws"}),
        ("users", {"exec": {"command": 5}}),
        ("users", {"exec": {"command": "aws", "args": "token"}}),
        ("users", {"exec": {"command": "aws", "args": [5]}}),
        ("users", {"exec": {"command": "aws", "env": [{"name": "A", "value": 5}]}}),
        ("users", {"auth-provider": {"name": "oidc", "config": {"client-id": 5}}}),
        ("users", {"as-groups": "admins"}),
        ("users", {"as-user-extra": {"a": "b"}}),
    ],
)
def test_c2_numbers_where_text_belongs(section: str, changes: dict[str, Any]) -> None:
    """They are refused with the name of their field."""
    document = kubeconfig("west", current="west")
    document[section][0][section[:-1]].update(changes)
    message = failure_of(lambda: load_context(document, None, {}), Reason.KUBECONFIG_INVALID).message
    assert f"{section}[0].{section[:-1]}.{next(iter(changes))}" in message


def test_c5_a_context_may_name_no_user() -> None:
    """As for kubectl; whether a request may go out without one is decided elsewhere."""
    document = kubeconfig("west", current="west")
    del document["contexts"][0]["context"]["user"]
    assert load_context({**document, "users": []}, None, {})[0]["users"] == []


@pytest.mark.parametrize("content", [b"", b"\n", b"# nothing\n", b"---\n", b"null"])
def test_c5_an_empty_file_among_others(tmp_path: Path, content: bytes) -> None:
    """It counts for nothing, and takes no context away."""
    (tmp_path / "empty").write_bytes(content)
    good = write(tmp_path / "good", kubeconfig("west", current="west"))
    joined = f"{tmp_path / 'empty'}:{good}"
    assert server(joined) == WEST
    assert list_contexts(joined, {}) == [("west", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_c5_encodings(tmp_path: Path, encoding: str) -> None:
    """A byte order mark says which one it is."""
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    path = tmp_path / "config"
    path.write_bytes((mark + yaml.safe_dump(kubeconfig("west", current="west"))).encode(encoding))
    assert server(str(path)) == WEST


@pytest.mark.parametrize("rest", ["---\nkind: Secret\n", "---\n[broken\n", "...\n"])
def test_c5_the_first_document_counts(tmp_path: Path, rest: str) -> None:
    """kubectl does not look at what follows."""
    first = yaml.safe_dump(kubeconfig("west", current="west"))
    assert server(write(tmp_path / "config", f"{first}{rest}")) == WEST


def test_c5_names_come_once() -> None:
    """kubectl refuses a file that has two of a name, instead of choosing one."""
    twice = kubeconfig("west", "west", current="west")
    assert "'west' twice" in failure_of(lambda: load_context(twice, None, {}), Reason.KUBECONFIG_INVALID).message


def test_c6_unknown_contexts_name_the_files(tmp_path: Path) -> None:
    """Also where they were found by the environment."""
    path = write(tmp_path / "config", kubeconfig("west"))
    for environ in ({"KUBECONFIG": path}, {"HOME": str(tmp_path)}):
        home = write(tmp_path / ".kube" / "config", kubeconfig("west"))
        message = failure_of(lambda given=environ: load_context(None, "x", given), Reason.CONTEXT_UNKNOWN).message  # type: ignore[misc]
        assert (path if "KUBECONFIG" in environ else home) in message


def test_aliases_do_not_multiply() -> None:
    """A few bytes must not stand for gigabytes."""
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "YAML" in failure_of(lambda: load_context(bomb, None, {}), Reason.KUBECONFIG_INVALID).message


def test_a_missing_file_is_told_from_one_that_may_not_be_read(tmp_path: Path) -> None:
    """Only the first is passed over in a list."""
    good = write(tmp_path / "good", kubeconfig("west", current="west"))
    assert server(f"{tmp_path / 'missing'}:{good}") == WEST
    failure_of(lambda: load_context(f"{tmp_path}:{good}", None, {}), Reason.KUBECONFIG_INVALID)
    failure_of(lambda: load_context(f"{good}/x:{good}", None, {}), Reason.KUBECONFIG_INVALID)
    gone = failure_of(lambda: load_context(f"{tmp_path / 'a'}:{tmp_path / 'b'}", None, {}), Reason.KUBECONFIG_INVALID)
    assert "these files do not exist" in gone.message
    failure_of(lambda: load_context("a\0b", None, {}), Reason.KUBECONFIG_INVALID)


@given(st.one_of(st.dictionaries(st.text(), anything), damaged(kubeconfig("west", "east", current="west"))))
def test_any_kubeconfig(document: Any) -> None:
    """Whatever it holds, there is one context or a Failure."""
    if isinstance(document, dict):
        found = attempt(lambda: load_context(document, None, {}))
        if isinstance(found, Failure):
            assert found.reason in (Reason.KUBECONFIG_INVALID, Reason.CONTEXT_UNKNOWN)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_yaml(text: str) -> None:
    """Whatever the parser raises is a kubeconfig that can't be used."""
    found = attempt(lambda: load_context(f"{text}\n", None, {}))
    assert isinstance(found, Failure)
    assert found.reason in (Reason.KUBECONFIG_INVALID, Reason.CONTEXT_UNKNOWN)
