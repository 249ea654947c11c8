# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who signed a certificate and when it ends."""

from __future__ import annotations

import base64
from datetime import datetime, timezone

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki import certificate
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import (
    is_newer,
    is_signed_by,
    not_after,
)
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.certificates import NOW, Pair, authority, known, leaf
from tests.unit.support.outcomes import failure_of

GARBAGE = b"-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
CUT = leaf("old")[:200]


def data(name: str, key: str) -> bytes:
    """One data key of a recorded Secret."""
    return base64.b64decode(recorded.document(name)["data"][key])


@pytest.mark.parametrize(
    ("certificate", "ca", "signed"),
    [
        pytest.param(leaf("old"), known("old").pem, True, id="its CA"),
        pytest.param(leaf("old"), known("new").pem, False, id="another CA of the same subject"),
        pytest.param(leaf("old"), known("new").pem + known("old").pem, True, id="second of a bundle"),
        pytest.param(leaf("old"), b"# site CA\n\n" + known("old").pem + b"\ntrailing", True, id="text around"),
        pytest.param(leaf("old"), known("old").pem.replace(b"\n", b"\r\n"), True, id="CRLF"),
        pytest.param(leaf("old"), known("old").pem.rstrip(), True, id="no newline at the end"),
        pytest.param(leaf("old"), GARBAGE + known("old").pem, True, id="garbage before it in the bundle"),
        pytest.param(leaf("old") + leaf("new"), known("new").pem, False, id="only the first of a chain counts"),
        pytest.param(leaf("new") + known("new").pem, known("new").pem, True, id="chain"),
        pytest.param(known("old").pem, known("old").pem, True, id="CA signs itself"),
        pytest.param(known("old").pem, leaf("old"), False, id="leaf did not sign the CA"),
        pytest.param(leaf("old"), None, False, id="no CA"),
        pytest.param(leaf("old"), b"", False, id="empty CA"),
        pytest.param(leaf("old"), GARBAGE, False, id="garbage as CA"),
        pytest.param(leaf("old"), CUT, False, id="cut CA"),
        pytest.param(None, known("old").pem, False, id="no certificate"),
        pytest.param(GARBAGE, known("old").pem, False, id="garbage as certificate"),
        pytest.param(CUT, known("old").pem, False, id="cut certificate"),
    ],
)
def test_signature(certificate: bytes | None, ca: bytes | None, signed: bool) -> None:
    """The signature decides, whatever the names."""
    assert is_signed_by(certificate, ca) is signed


@pytest.mark.parametrize(("kind", "signed"), [("rsa", True), ("ec", True), ("ed25519", True)])
def test_kinds_of_keys(kind: str, signed: bool) -> None:
    """A CA that an administrator put in place need not be RSA as Skupper's own are."""
    ca, other = authority(kind=kind), authority(kind=kind)
    client = ca.issue("client")
    assert is_signed_by(client.pem, ca.pem) is signed
    assert not is_signed_by(client.pem, other.pem)


@pytest.mark.parametrize(("one", "other"), [("rsa", "ec"), ("ec", "rsa"), ("ed25519", "rsa"), ("ec", "ed25519")])
def test_keys_of_different_kinds(one: str, other: str) -> None:
    """A CA with a key of another kind is just not the one."""
    assert not is_signed_by(known("old", one).issue("client").pem, known("new", other).pem)


@pytest.mark.parametrize(
    ("name", "key"),
    [("tokens/cert", "tls.crt"), ("links/redeemed", "tls.crt"), ("west/skupper-site-server", "tls.crt")],
)
def test_recorded_chains(name: str, key: str) -> None:
    """What Skupper signs is recognised, and is not taken for the work of the CA that follows a revocation."""
    assert is_signed_by(data(name, key), data("west/skupper-site-ca", "tls.crt"))
    assert not is_signed_by(data(name, key), data("west/skupper-site-ca-rotated", "tls.crt"))


def test_rotated_bundle() -> None:
    """During a graceful rotation ca.crt holds both."""
    bundle = data("west/skupper-site-ca-rotated", "tls.crt") + data("west/skupper-site-ca", "tls.crt")
    assert is_signed_by(data("links/redeemed", "tls.crt"), bundle)


def test_end() -> None:
    """In UTC, of the first certificate."""
    ends = datetime(2027, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    pem = known("old").issue("client", ends=ends).pem
    assert not_after(pem) == ends
    assert not_after(pem + leaf("old")) == ends


def test_recorded_end() -> None:
    """Skupper's certificates last 1825 days."""
    ends = not_after(data("tokens/cert", "tls.crt"))
    assert ends is not None
    assert 1824 <= (ends - NOW).days <= 1825


@pytest.mark.parametrize(
    "pem", [None, b"", GARBAGE, CUT, b"\xff\x00"], ids=["none", "empty", "garbage", "cut", "binary"]
)
def test_no_end(pem: bytes | None) -> None:
    """What is no certificate has no end."""
    assert not_after(pem) is None


def encode_oid(text: str) -> bytes:
    """An object identifier in DER, without its tag and length."""
    first, second, *rest = map(int, text.split("."))
    encoded = bytes([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, number & 0x7F | 0x80)
        encoded += bytes(groups)
    return encoded


def look_at(damaged: bytes) -> None:
    """Every question about damaged certificates has an answer."""
    for one, other in ((damaged, known("new").pem), (leaf("new"), damaged), (damaged, damaged)):
        assert is_signed_by(one, other) in (True, False)
        assert is_newer(one, other) in (True, False)
    assert not_after(damaged) is None or isinstance(not_after(damaged), datetime)


@given(st.binary(max_size=200), st.integers(0, 600), st.booleans())
def test_damaged_text(noise: bytes, place: int, behind: bool) -> None:
    """Bytes in the wrong place make a certificate unknown, or leave it as it is."""
    pem = known("old").pem
    look_at(pem[:place] + noise + pem[place if behind else place + len(noise) :])


@given(st.data())
def test_damaged_bytes(data: st.DataObject) -> None:
    """So does a single wrong byte, be it in the name of an algorithm, in a key or in a time."""
    der = bytearray(known("old").certificate.public_bytes(serialization.Encoding.DER))
    der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    look_at(pem_of(bytes(der)))


def pem_of(der: bytes) -> bytes:
    """A certificate as text, whether or not it is one."""
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def test_odd_version() -> None:
    """A certificate of a version that does not exist."""
    der = known("old").certificate.public_bytes(serialization.Encoding.DER)
    assert der.count(bytes.fromhex("a003020102")) == 1
    odd = pem_of(der.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020101")))
    look_at(odd)
    assert is_signed_by(leaf("old"), odd + known("old").pem)


def with_unknown(pair: Pair, oid: str) -> bytes:
    """A certificate in which an algorithm was replaced by one that nobody knows."""
    der = pair.certificate.public_bytes(serialization.Encoding.DER)
    assert encode_oid(oid) in der
    return pem_of(der.replace(encode_oid(oid), encode_oid(oid[:-1] + "99")))


ECDSA_SHA256, EC_KEY, P_256 = "1.2.840.10045.4.3.2", "1.2.840.10045.2.1", "1.2.840.10045.3.1.7"


@pytest.mark.parametrize(
    ("certificate", "ca"),
    [
        pytest.param(with_unknown(known("old"), ECDSA_SHA256), known("old").pem, id="signature"),
        pytest.param(leaf("old"), with_unknown(known("old"), EC_KEY), id="key"),
        pytest.param(leaf("old"), with_unknown(known("old"), P_256), id="curve"),
    ],
)
def test_unknown_algorithms(certificate: bytes, ca: bytes) -> None:
    """What can't be verified here is judged by the names: a working link must not be called stale for it."""
    assert is_signed_by(certificate, ca)


@pytest.mark.parametrize("oid", [EC_KEY, P_256])
def test_unknown_algorithms_of_another_authority(oid: str) -> None:
    """Other names are another authority."""
    assert not is_signed_by(leaf("old"), with_unknown(authority("another-ca"), oid))


def test_is_newer() -> None:
    """By the begin of the first certificate."""
    assert is_newer(known("now").pem, known("before").pem)
    assert not is_newer(known("before").pem, known("now").pem)
    assert not is_newer(known("now").pem, known("now").pem)
    assert is_newer(known("next").pem + known("before").pem, known("now").pem)


@pytest.mark.parametrize("pem", [None, b"", GARBAGE])
def test_nothing_is_newer_than_nothing(pem: bytes | None) -> None:
    """Without two certificates there is nothing to compare."""
    assert not is_newer(pem, known("now").pem)
    assert not is_newer(known("now").pem, pem)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is named."""
    monkeypatch.setattr(certificate, "HAS_CRYPTOGRAPHY", False)
    assert "cryptography" in failure_of(lambda: not_after(leaf("old")), Reason.MISSING_LIBRARY).message
