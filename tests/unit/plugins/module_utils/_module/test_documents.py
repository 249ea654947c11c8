# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents as text and as files."""

from __future__ import annotations

import os
import socket
import stat
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimToken
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.documents import (
    dump_yaml,
    parse_token,
    quiet_parse,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token_files import (
    holds_token,
    inspect_file,
    read_token_file,
    remove_file,
    require_writable,
    write_file,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.token import read_token, write_token
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.outcomes import attempt, failure_of
from tests.unit.support.yaml_texts import ODD

PASSWORD = "abcdefghijklmnopqrstuvwx"
CLAIM = recorded.text("tokens/claim")


@pytest.fixture(params=["022", "000", "077"])
def umask(request: pytest.FixtureRequest) -> Any:
    """Whatever the user's own setting is."""
    before = os.umask(int(request.param, 8))
    yield request.param
    os.umask(before)


@pytest.mark.parametrize("name", ["claim", "claim-many", "claim-forever", "cert"])
def test_text_is_that_of_skupper(name: str) -> None:
    """Line by line what Skupper's command line wrote, but for the kind of quotes."""
    written = dump_yaml(write_token(parse_token(recorded.text(f"tokens/{name}"))))
    assert written.replace("'", '"') == recorded.text(f"tokens/{name}")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(CLAIM, id="text"),
        pytest.param(CLAIM.encode(), id="bytes"),
        pytest.param(recorded.document("tokens/claim"), id="dictionary"),
        pytest.param(f"---\n{CLAIM}...\n", id="with markers"),
        pytest.param(f"# for the partner\n\n{CLAIM}", id="with a comment"),
        pytest.param(f"---\n---\n{CLAIM}---\n", id="with empty documents"),
        pytest.param(CLAIM.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(f"\ufeff{CLAIM}", id="byte order mark"),
        pytest.param(yaml.safe_dump(recorded.document("tokens/claim"), default_flow_style=True), id="flow style"),
    ],
)
def test_parse(value: Any) -> None:
    """The ways in which one and the same token comes."""
    assert parse_token(value) == read_token(recorded.document("tokens/claim"))


V2 = "apiVersion: skupper.io/v2alpha1\nkind: AccessToken\nmetadata: {name: t}\nspec: {code: xyz}\n"
TLS = "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\ndata: {tls.crt: YQ==}\n"


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        pytest.param("", Reason.TOKEN_MALFORMED, "one YAML document", id="empty"),
        pytest.param("---\n", Reason.TOKEN_MALFORMED, "one YAML document", id="empty document"),
        pytest.param("just text", Reason.TOKEN_MALFORMED, "one YAML document", id="text"),
        pytest.param(f"{CLAIM}---\n{CLAIM}", Reason.TOKEN_MALFORMED, "one YAML document", id="two tokens"),
        pytest.param(V2, Reason.TOKEN_UNSUPPORTED, "AccessToken", id="v2"),
        pytest.param(f"{TLS}---\n{V2}", Reason.TOKEN_UNSUPPORTED, "AccessToken", id="v2 link file of two documents"),
        pytest.param(f"{CLAIM}  more: [", Reason.TOKEN_MALFORMED, "no valid YAML", id="broken"),
    ],
)
def test_refused(text: str, reason: Reason, words: str) -> None:
    """Each refusal says what is wrong, and quotes nothing of the text."""
    message = failure_of(lambda: parse_token(text), reason).message
    assert words in message
    assert PASSWORD not in message
    assert "YWJj" not in message


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_yaml(text: str) -> None:
    """Whatever the parser raises is a malformed token."""
    failure_of(lambda: parse_token(text), Reason.TOKEN_MALFORMED)
    quiet_parse(text)


@given(st.one_of(st.text(), st.text("[]{}:,&*!|>-'\"#? \n\ta%@`")))
def test_any_text(text: str) -> None:
    """Any text is a token or refused as one."""
    found = attempt(lambda: parse_token(text))
    assert isinstance(found, Failure)
    assert found.reason in (Reason.TOKEN_MALFORMED, Reason.TOKEN_UNSUPPORTED)
    quiet_parse(text.encode("utf-8", "surrogatepass"))


@given(st.integers(0, len(CLAIM) - 1), st.text(max_size=3), st.integers(0, 3))
def test_damaged_text(place: int, noise: str, length: int) -> None:
    """A token with a few wrong characters is still one, or refused without being quoted."""
    found = attempt(lambda: parse_token(CLAIM[:place] + noise + CLAIM[place + length :]))
    if isinstance(found, Failure):
        assert found.reason in (Reason.TOKEN_MALFORMED, Reason.TOKEN_UNSUPPORTED)
        assert PASSWORD not in found.message


# Files


def mode(path: Path) -> int:
    """Permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


DOCUMENT = recorded.document("tokens/claim")
OTHER = recorded.document("tokens/claim-many")


def test_write(tmp_path: Path, umask: str) -> None:
    """Only the owner may read it, whatever the umask; and it is read back as it was."""
    path = tmp_path / "token.yaml"
    write_file(str(path), DOCUMENT)
    assert mode(path) == 0o600
    assert path.read_text(encoding="utf-8") == dump_yaml(DOCUMENT)
    assert inspect_file(str(path), DOCUMENT).is_right
    assert [entry.name for entry in tmp_path.iterdir()] == ["token.yaml"]


def test_write_over_another(tmp_path: Path) -> None:
    """A file that was open to others is replaced, not filled: whoever holds it open sees the old content."""
    path = tmp_path / "token.yaml"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    with path.open(encoding="utf-8") as reader:
        write_file(str(path), DOCUMENT)
        assert reader.read() == "old"
    assert mode(path) == 0o600
    assert path.read_text(encoding="utf-8") == dump_yaml(DOCUMENT)


@pytest.mark.parametrize("target", ["missing/token.yaml", "link.yaml"], ids=["dangling", "loop"])
def test_links_that_lead_nowhere(tmp_path: Path, target: str) -> None:
    """They are a failure, and leave nothing behind."""
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / target)

    def both() -> None:
        require_writable(str(link), check_mode=False)
        write_file(str(link), DOCUMENT)

    failure_of(both, Reason.DEST_UNWRITABLE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["link.yaml"]


def test_failed_write_leaves_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk is full, the old file stays and the new one is gone."""
    path = tmp_path / "token.yaml"
    path.write_text("old", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    failure = failure_of(lambda: write_file(str(path), DOCUMENT), Reason.DEST_UNWRITABLE)
    assert "No space left on device" in failure.message
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["token.yaml"]


@pytest.mark.parametrize(
    ("content", "bits", "same", "private"),
    [
        pytest.param(CLAIM, 0o600, True, True, id="right"),
        pytest.param(CLAIM, 0o400, True, True, id="read-only"),
        pytest.param(CLAIM, 0o640, True, False, id="open to the group"),
        pytest.param(CLAIM, 0o604, True, False, id="open to all"),
        pytest.param(f"# mine\n---\n{CLAIM}", 0o600, True, True, id="the same by meaning"),
        pytest.param(recorded.text("tokens/claim-many"), 0o600, False, True, id="another token"),
        pytest.param(f"{CLAIM}---\n{CLAIM}", 0o600, False, True, id="twice"),
        pytest.param("", 0o600, False, True, id="empty"),
        pytest.param("a: [", 0o644, False, False, id="no YAML"),
        pytest.param("x" * (1024 * 1024 + 1), 0o600, False, True, id="too large"),
    ],
)
def test_inspect(tmp_path: Path, content: str, bits: int, same: bool, private: bool) -> None:
    """What a file holds is compared by meaning; who may read it counts as much."""
    path = tmp_path / "token.yaml"
    path.write_text(content, encoding="utf-8")
    path.chmod(bits)
    state = inspect_file(str(path), DOCUMENT)
    assert (state.exists, state.same, state.private, state.is_right) == (True, same, private, same and private)
    assert PASSWORD not in str(state.view())


def test_inspect_what_is_not_there(tmp_path: Path) -> None:
    """No file is a state, too."""
    state = inspect_file(str(tmp_path / "token.yaml"), DOCUMENT)
    assert not state.is_right
    assert state.view() == {"path": str(tmp_path / "token.yaml"), "state": "absent"}


def test_inspect_for_a_document_that_is_not_known_yet(tmp_path: Path) -> None:
    """What check mode can't know, no file holds."""
    path = tmp_path / "token.yaml"
    write_file(str(path), DOCUMENT)
    assert not inspect_file(str(path), None).is_right


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("", "it is a folder", id="folder"),
        pytest.param("none/token.yaml", "does not exist", id="no folder"),
        pytest.param("file/token.yaml", "file", id="file in place of a folder"),
        pytest.param("a" * 300, "name too long", id="long name"),
        pytest.param("a\0b", "", id="null"),
    ],
)
def test_no_place_to_write(tmp_path: Path, name: str, words: str) -> None:
    """Found out before anything is done for the file's sake."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    path = str(tmp_path / name) if name else str(tmp_path)
    for check_mode in (True, False):
        failure = failure_of(partial(require_writable, path, check_mode), Reason.DEST_UNWRITABLE)
        assert words in failure.message.lower()
        assert path.replace("\0", "\\x00") in failure.message


def test_folder_that_takes_no_files() -> None:
    """Its permissions say otherwise, so it has to be tried."""
    failure_of(lambda: require_writable("/proc/token.yaml", check_mode=False), Reason.DEST_UNWRITABLE)


def test_writable(tmp_path: Path) -> None:
    """Trying leaves nothing behind."""
    require_writable(str(tmp_path / "token.yaml"), check_mode=False)
    assert list(tmp_path.iterdir()) == []


def test_document_in_place_of_a_name() -> None:
    """A token given as src or dest is not quoted, since it is one."""
    for call, reason in (
        (lambda: read_token_file(CLAIM), Reason.TOKEN_UNREADABLE),
        (lambda: require_writable(CLAIM, check_mode=True), Reason.DEST_UNWRITABLE),
    ):
        assert "YWJj" not in failure_of(call, reason).message


def test_read_file(tmp_path: Path) -> None:
    """As parse_token, and the file is named in what goes wrong."""
    path = tmp_path / "token.yaml"
    path.write_text(CLAIM, encoding="utf-8")
    token = read_token_file(str(path))
    assert isinstance(token, ClaimToken)
    path.write_text(CLAIM.replace("password", "passphrase"), encoding="utf-8")
    assert str(path) in failure_of(lambda: read_token_file(str(path)), Reason.TOKEN_MALFORMED).message


def link_to_itself(path: Path) -> None:
    """A symbolic link that leads nowhere else."""
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "reason", "words"),
    [
        pytest.param(lambda path: None, Reason.TOKEN_UNREADABLE, "No such file", id="missing"),
        pytest.param(lambda path: path.mkdir(), Reason.TOKEN_UNREADABLE, "folder", id="folder"),
        pytest.param(lambda path: path.write_bytes(b"a" * 2**21), Reason.TOKEN_MALFORMED, "too large", id="large"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe\x00"), Reason.TOKEN_MALFORMED, "token", id="binary"),
        pytest.param(lambda path: path.write_bytes(b""), Reason.TOKEN_MALFORMED, "token", id="empty"),
        pytest.param(link_to_itself, Reason.TOKEN_UNREADABLE, "symbolic links", id="loop"),
    ],
)
def test_unreadable_file(tmp_path: Path, make: Any, reason: Reason, words: str) -> None:
    """Each with its file and its cause."""
    path = tmp_path / "token.yaml"
    make(path)
    message = failure_of(lambda: read_token_file(str(path)), reason).message
    assert words in message
    assert str(path) in message


def test_remove(tmp_path: Path) -> None:
    """What is gone already is no failure; what can't go is."""
    path = tmp_path / "token.yaml"
    path.write_text(CLAIM, encoding="utf-8")
    remove_file(str(path))
    remove_file(str(path))
    assert not path.exists()
    failure_of(lambda: remove_file(str(tmp_path)), Reason.DEST_UNWRITABLE)


# What is no file, and files of others


def make_fifo(path: Path) -> None:
    """A FIFO that nobody writes to."""
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    """The socket of a server that has ended."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def make_device(path: Path) -> None:
    """The same device as /dev/zero, which never ends."""
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


def make_link(path: Path) -> None:
    """A symbolic link to a file of this account's, as somebody else would lay it out."""
    (path.parent / "victim").write_text("mine", encoding="utf-8")
    path.symlink_to(path.parent / "victim")


SPECIAL = [
    pytest.param(make_fifo, "it is a FIFO", id="FIFO"),
    pytest.param(make_socket, "it is a socket", id="socket"),
    pytest.param(make_device, "it is a device", id="device"),
]
LINK = pytest.param(make_link, "it is a symbolic link", id="symbolic link")


@pytest.mark.parametrize(("make", "words"), [*SPECIAL, LINK])
def test_d1_dest_is_no_file(tmp_path: Path, make: Any, words: str) -> None:
    """It is found out without opening it, before anything is done for its sake, and left as it is."""
    path = tmp_path / "token.yaml"
    make(path)
    before = path.lstat()
    for call in (
        lambda: require_writable(str(path), check_mode=True),
        lambda: require_writable(str(path), check_mode=False),
        lambda: write_file(str(path), DOCUMENT),
        lambda: holds_token(str(path), "claim"),
    ):
        message = failure_of(call, Reason.DEST_UNWRITABLE).message
        assert words in message
        assert str(path) in message
    assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)
    others = {entry.name: entry.read_text(encoding="utf-8") for entry in tmp_path.iterdir() if entry != path}
    assert others in ({}, {"victim": "mine"})


@pytest.mark.parametrize(("make", "words"), SPECIAL)
def test_d1_src_is_no_file(tmp_path: Path, make: Any, words: str) -> None:
    """It is not opened, by whatever name."""
    path, link = tmp_path / "token.yaml", tmp_path / "link.yaml"
    make(path)
    link.symlink_to(path)
    for name in (path, link):
        assert words in failure_of(partial(read_token_file, str(name)), Reason.TOKEN_UNREADABLE).message


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/full", "/dev/stdin", "/dev/fd/0"])
def test_d1_devices_of_the_system(name: str) -> None:
    """Neither read nor replaced."""
    failure_of(lambda: read_token_file("/dev/zero"), Reason.TOKEN_UNREADABLE)
    failure_of(lambda: require_writable(name, check_mode=True), Reason.DEST_UNWRITABLE)


def test_d1_huge_file(tmp_path: Path) -> None:
    """No more of it is read than a token could have."""
    path = tmp_path / "token.yaml"
    with path.open("wb") as stream:
        stream.truncate(2**40)
    failure_of(lambda: read_token_file(str(path)), Reason.TOKEN_MALFORMED)
    assert not inspect_file(str(path), DOCUMENT).same
    assert not holds_token(str(path), "claim")


def test_d1_src_by_a_link(tmp_path: Path) -> None:
    """A token that Kubernetes mounts is a symbolic link; to read it takes nothing from anybody."""
    path, link = tmp_path / "token.yaml", tmp_path / "link.yaml"
    path.write_text(CLAIM, encoding="utf-8")
    link.symlink_to(path)
    assert isinstance(read_token_file(str(link)), ClaimToken)


def test_d1_folder_by_a_link(tmp_path: Path) -> None:
    """Folders may be named by symbolic links, as /tmp is on some systems."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file(str(tmp_path / "link" / "token.yaml"), DOCUMENT)
    assert mode(tmp_path / "real" / "token.yaml") == 0o600


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@only_root
@pytest.mark.parametrize("bits", [0o600, 0o400, 0o644])
def test_d1_owner_stays(tmp_path: Path, bits: int) -> None:
    """Root writes the token for whoever the file belongs to, and never wider than for them."""
    path = tmp_path / "token.yaml"
    path.write_text("old", encoding="utf-8")
    path.chmod(bits)
    os.chown(path, 12345, 12346)
    require_writable(str(path), check_mode=False)
    write_file(str(path), DOCUMENT)
    found = path.stat()
    assert (found.st_uid, found.st_gid, mode(path)) == (12345, 12346, 0o600)
    assert inspect_file(str(path), DOCUMENT).is_right


@only_root
@pytest.mark.parametrize("bits", [0o1777, 0o777, 0o770])
def test_d1_file_laid_out_by_another_user(tmp_path: Path, bits: int) -> None:
    """Whoever may write to a folder could otherwise make a file there and wait for the token."""
    path = tmp_path / "token.yaml"
    path.write_text("", encoding="utf-8")
    path.chmod(0o600)
    os.chown(path, 12345, 12346)
    tmp_path.chmod(bits)
    for check_mode in (True, False):
        failure = failure_of(partial(require_writable, str(path), check_mode), Reason.DEST_UNWRITABLE)
        assert "uid 12345" in failure.message
    failure_of(lambda: write_file(str(path), DOCUMENT), Reason.DEST_UNWRITABLE)
    assert path.read_text(encoding="utf-8") == ""


def test_d1_file_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that could not leave it to its owner leaves it alone."""
    path = tmp_path / "token.yaml"
    path.write_text("theirs", encoding="utf-8")
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    failure = failure_of(lambda: require_writable(str(path), check_mode=True), Reason.DEST_UNWRITABLE)
    assert f"it belongs to another user (uid {path.stat().st_uid})" in failure.message
    failure_of(lambda: write_file(str(path), DOCUMENT), Reason.DEST_UNWRITABLE)
    assert path.read_text(encoding="utf-8") == "theirs"


# Documents that stand for more than they hold

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefg", "bcdefgh")
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(LAUGHS, "it has YAML aliases", id="billion laughs"),
        pytest.param(CLAIM + "x: &x 1\ny: *x\n", "it has YAML aliases", id="one alias"),
        pytest.param("x: [" + "a, " * 5000 + "]", "it holds too much", id="many"),
        pytest.param("[" * 100 + "]" * 100, "it is nested too deeply", id="deep"),
        pytest.param("a: !!int " + "9" * 10_000, "it holds too long a number", id="number"),
        pytest.param(f"# {'a' * 256 * 1024}\n{CLAIM}", "it is too large", id="large"),
    ],
)
def test_d2_bounded(tmp_path: Path, text: str, words: str) -> None:
    """A token is small, so that whatever is not is refused before it is built; a file's size is found out first."""
    assert words in failure_of(lambda: parse_token(text), Reason.TOKEN_MALFORMED).message
    path = tmp_path / "token.yaml"
    path.write_text(text, encoding="utf-8")
    failure_of(lambda: read_token_file(str(path)), Reason.TOKEN_MALFORMED)
    assert not inspect_file(str(path), DOCUMENT).same
    assert not holds_token(str(path), "another")


def laughing() -> dict[str, Any]:
    """A document of a few lists that refer to each other, as from_yaml makes it of aliases."""
    part: Any = "x"
    for _level in range(60):
        part = [part, part]
    return {"metadata": {"name": "x"}, "data": {"password": part}}


def test_d2_document_that_others_have_read() -> None:
    """A dictionary is bounded as text is, and so is one that holds itself."""
    turning: dict[str, Any] = {}
    turning["data"] = turning
    for document in (laughing(), turning):
        assert "too much" in failure_of(partial(parse_token, document), Reason.TOKEN_MALFORMED).message
        assert quiet_parse(document) is None


def test_d1_trial_leaves_the_folder_as_it_is(tmp_path: Path) -> None:
    """Who waits for a file to come is not told of one that does not stay."""
    before = tmp_path.stat().st_mtime_ns
    require_writable(str(tmp_path / "token.yaml"), check_mode=False)
    assert tmp_path.stat().st_mtime_ns == before


def test_d2_masking(tmp_path: Path) -> None:
    """What is refused as a token is still looked through for secrets, as far as that takes no longer than reading it."""
    assert quiet_parse("data: {password: &p YWJj, other: *p}") == [{"data": {"password": "YWJj", "other": "YWJj"}}]
    assert quiet_parse(LAUGHS) is None
