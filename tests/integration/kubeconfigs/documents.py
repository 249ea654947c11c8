# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs of every kind: those that users have, and those with anything in any of their fields."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.support.certificates import Pair, authority
from tests.unit.support.json_values import places, with_value


class Raw(str):
    """A piece of YAML as it is written."""

    __slots__ = ()


# One of each kind that parsers tell apart, and those that they tell apart differently.
LITERALS = tuple(
    Raw(each)
    for each in (
        '"some-text"',
        '""',
        "plain",
        "1234",
        "-5",
        "1.5",
        "1e3",
        "true",
        "False",
        '"false"',
        '"true"',
        "yes",
        "n",
        "Y",
        "off",
        "null",
        "~",
        "",
        "[]",
        "[a]",
        "[1, 255]",
        "[null]",
        "{}",
        "{a: b}",
        "{a: 1}",
        "2024-01-01",
        "2024-01-01T10:00:00Z",
        "0x10",
        "0o17",
        "017",
        "0b11",
        "1_000",
        "12:30",
        ".5",
        ".inf",
        ".nan",
        "!!str 12",
        "!!int 12",
        "!!bool yes",
        "!!bool 1",
        "!!float 1",
        "!!binary YWJj",
        "!!null ''",
        "!custom text",
        "!vault text",
        "=",
        "<<",
        '"YWJj"',
        '"YWJj\\nZGVm"',
        '"YW Jj"',
        '"YWJ"',
        "'é'",
        '"a\\nb"',
        "99999999999999999999999",
    )
)
ADDRESSES = (
    "https://one.example:6443",
    "https://one.example",
    "https://one.example:6443/",
    "https://one.example/k8s/clusters/c-1",
    "https://one.example/path/?query=1#part",
    "HTTPS://One.example:6443",
    "https://[::1]:6443",
    "http://127.0.0.1:8001",
    "one.example:6443",
    "one.example",
    "https://",
    "//one.example",
    "https://one.example:port",
    "https://user:word@one.example",
    "ftp://one.example",
    "https://one example",
    "unix:///run/api.sock",
)
PROXIES = (
    "http://proxy.example:3128",
    "https://proxy.example",
    "socks5://proxy.example:1080",
    "http://user:pa%40ss@proxy.example:3128",
    "proxy.example:3128",
    "127.0.0.1:3128",
    "proxy.example",
    "socks4://proxy.example",
    "socks5h://proxy.example",
    "http://",
    "http:proxy.example",
    "://proxy",
    "http://proxy.example:port",
    "HTTP://Proxy.example:3128",
)
NAMES = ("here", "there", "", "a b", "é", "arn:aws:eks:eu:1:cluster/x")


@dataclass(frozen=True)
class Files:
    """What the files of kubeconfigs name, all of it in one folder."""

    folder: Path
    ca: Pair
    user: Pair

    @classmethod
    def make(cls, folder: Path) -> Files:
        """Write them."""
        ca = authority("test-ca")
        made = cls(folder, ca, ca.issue("alice"))
        contents = {"ca.crt": ca.pem, "user.crt": made.user.pem, "user.key": made.user.key_pem}
        contents |= {"token": b"from-file\n", "empty": b"", "broken.pem": b"-----BEGIN CERTIFICATE-----\nx\n"}
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        plugin = folder / "plugin"
        plugin.write_text(
            '#!/bin/sh\nversion=${KUBERNETES_EXEC_INFO#*apiVersion\\": \\"}\nversion=${version%%\\"*}\n'
            'echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"$version\\",\\"status\\":{\\"token\\":\\"t\\"}}"\n'
        )
        plugin.chmod(0o755)
        return made


def data(content: bytes) -> str:
    """As kubeconfigs hold certificates."""
    return base64.b64encode(content).decode()


def id_token(expiry: int | None) -> str:
    """Return a JSON Web Token without a valid signature."""
    claims = json.dumps({"iss": "x", **({"exp": expiry} if expiry is not None else {})}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


def logins(files: Files) -> dict[str, dict[str, Any]]:
    """Users of each kind."""
    plugin = {"command": "./plugin", "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}
    oidc = {"client-id": "k", "idp-issuer-url": "https://127.0.0.1:1", "id-token": id_token(4102444800)}
    return {
        "token": {"token": "abc"},
        "token file": {"tokenFile": "token"},
        "both tokens": {"token": "abc", "tokenFile": "token"},
        "empty token": {"token": ""},
        "nothing": {},
        "basic": {"username": "alice", "password": "secret"},
        "user name": {"username": "alice"},
        "certificate": {"client-certificate-data": data(files.user.pem), "client-key-data": data(files.user.key_pem)},
        "files": {"client-certificate": "user.crt", "client-key": "user.key"},
        "token and certificate": {"token": "a", "client-certificate": "user.crt", "client-key": "user.key"},
        "plugin": {"exec": plugin},
        "old plugin": {
            "exec": {"command": "./plugin", "apiVersion": "client.authentication.k8s.io/v1beta1", "args": ["a"]}
        },
        "plugin and token": {"exec": plugin, "token": "abc"},
        "full plugin": {
            "exec": {**plugin, "env": [{"name": "A", "value": "b"}], "provideClusterInfo": True, "installHint": "x"}
        },
        "oidc": {"auth-provider": {"name": "oidc", "config": oidc}},
        "gcp": {"auth-provider": {"name": "gcp", "config": {"access-token": "x"}}},
        "azure": {"auth-provider": {"name": "azure", "config": {"access-token": "x"}}},
        "impersonating": {
            "token": "abc",
            "as": "bob",
            "as-uid": "1",
            "as-groups": ["admins"],
            "as-user-extra": {"scopes": ["a"]},
        },
        "extended": {"token": "abc", "extensions": [{"name": "x", "extension": {"a": 1}}]},
    }


def clusters(files: Files) -> dict[str, dict[str, Any]]:
    """Clusters of each kind."""
    server = ADDRESSES[0]
    return {
        "data": {"server": server, "certificate-authority-data": data(files.ca.pem)},
        "file": {"server": server, "certificate-authority": "ca.crt"},
        "system": {"server": server},
        "insecure": {"server": server, "insecure-skip-tls-verify": True},
        "verified": {"server": server, "insecure-skip-tls-verify": False, "tls-server-name": "other.example"},
        "contradictory": {"server": server, "insecure-skip-tls-verify": True, "certificate-authority": "ca.crt"},
        "proxied": {"server": server, "proxy-url": PROXIES[0], "disable-compression": True},
        "extended": {
            "server": server,
            "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {"a": 1}}],
        },
        "plain": {"server": "http://127.0.0.1:8001"},
    }


def config(cluster: dict[str, Any], user: dict[str, Any] | None, **context: Any) -> dict[str, Any]:
    """A kubeconfig of one context; it names no user if that is None."""
    named = {"cluster": "c", **({} if user is None else {"user": "u"}), "namespace": "hub", **context}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "preferences": {},
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [] if user is None else [{"name": "u", "user": user}],
        "contexts": [{"name": "here", "context": {key: value for key, value in named.items() if value is not None}}],
    }


def dump(value: Any) -> str:
    """Write a value as YAML."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {dump(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(dump, value)) + "]"
    return json.dumps(value)


def full(files: Files) -> list[dict[str, Any]]:
    """Documents that have every field between them."""
    users, there = logins(files), clusters(files)
    whole = config(there["data"] | {"tls-server-name": "x.example", "proxy-url": PROXIES[0]}, users["impersonating"])
    whole["preferences"] = {"colors": True, "extensions": [{"name": "p", "extension": {}}]}
    whole["extensions"] = [{"name": "e", "extension": {}}]
    whole["contexts"][0]["context"]["extensions"] = [{"name": "c", "extension": {"a": 1}}]
    others = [
        config(there["insecure"] | {"disable-compression": False}, users["full plugin"]),
        config(there["file"], users["files"] | {"tokenFile": "token"}),
        config(there["system"], users["certificate"]),
        config(there["extended"], users["oidc"]),
        config(there["verified"], users["basic"]),
        config(there["plain"], None),
    ]
    return [whole, *others]


def every_field(files: Files) -> Iterator[str]:
    """Every field of every kind of document with every literal in its place."""
    seen = set()
    for document in full(files):
        for place in places(document):
            if place not in seen:
                seen.add(place)
                yield from (dump(with_value(document, place, literal)) for literal in LITERALS)


def combined(files: Files, chance: random.Random, count: int) -> Iterator[str]:
    """Clusters and users of all kinds together, with addresses and names of all kinds."""
    users, there = logins(files), clusters(files)
    for _turn in range(count):
        cluster = dict(chance.choice(list(there.values())))
        user: dict[str, Any] | None = dict(chance.choice(list(users.values())))
        if chance.random() < 0.15:
            cluster["server"] = chance.choice(ADDRESSES)
        if chance.random() < 0.15:
            cluster["proxy-url"] = chance.choice(PROXIES)
        if chance.random() < 0.1:
            user = {**user, **chance.choice(list(users.values()))}  # type: ignore[dict-item]
        if chance.random() < 0.1:
            user = None
        document = config(cluster, user, namespace=chance.choice(("hub", None, "", "n2")))
        if chance.random() < 0.2:
            place = chance.choice(places(document))
            document = with_value(document, place, chance.choice((*NAMES, *LITERALS)))
        yield dump(document)


def layouts(files: Files) -> Iterator[bytes]:
    """One valid document in all the ways that a file can hold it, and files that hold something else."""
    good = config(clusters(files)["data"], logins(files)["token"])
    text = dump(good)
    block = json.dumps(good, indent=1)
    for each in (
        text,
        block,
        f"---\n{text}\n",
        f"# é\n{text}\n...\n",
        f"%YAML 1.1\n---\n{text}\n",
        f"{text}\n---\nkind: X\n",
    ):
        yield each.encode()
        yield b"\xef\xbb\xbf" + each.encode()
        yield each.encode("utf-16")
        yield b"\xfe\xff" + each.encode("utf-16-be")
    yield from (f"---\n---\n{text}".encode(), f"{text}\n---\n{{{{".encode(), f"{text}\n--- [\n".encode())
    yield from (
        f"{text}\nmore".encode(),
        text.encode().replace(b"hub", b"h\xffb"),
        text.replace("hub", "h\\u0000b").encode(),
    )
    for other in (
        "",
        " ",
        "\n",
        "# nothing\n",
        "---\n",
        "null",
        "~",
        "[]",
        "{}",
        "text",
        "12",
        "a: b",
        "{",
        "\t",
        "a: b: c",
    ):
        yield other.encode()
    yield b"clusters: &c [{name: c, cluster: {server: 'https://x'}}]\nusers: *c\ncontexts: []\n"
    shared = 'x: &u {token: a}\nusers: [{name: u, user: {<<: *u, tokenFile: ""}}]\n'
    rest = dump({key: value for key, value in good.items() if key != "users"})[1:-1].replace(', "', '\n"')
    yield (shared + "\n".join(f'"{key}": {dump(value)}' for key, value in good.items() if key != "users")).encode()
    yield (rest + "\nusers: [{name: u, user: {token: a, token: b}}]").encode()
    for kind in ("Config", "", "Konfig", "Secret"):
        for version in ("v1", "", "v2", "apps/v1"):
            yield dump({**good, "kind": kind, "apiVersion": version}).encode()
    yield dump({**good, "Kind": "Other"}).encode()
    yield dump({**good, "Clusters": 5}).encode()
    for section in ("clusters", "users", "contexts"):
        yield dump({**good, section: good[section] * 2}).encode()
        yield dump({**good, section: [*good[section], {}]}).encode()
        yield dump({**good, section: [*good[section], Raw("null"), Raw("null")]}).encode()
        yield dump({**good, section: []}).encode()
        yield dump({key: value for key, value in good.items() if key != section}).encode()
