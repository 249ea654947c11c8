# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which CAs Skupper can sign with, and which this collection can."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki import signing
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.signing import require_redeemable, require_signable
from cryptography.hazmat.primitives import serialization

from tests.unit.support.authorities import signing_ca
from tests.unit.support.certificates import NOW
from tests.unit.support.outcomes import failure_of

PEM, PLAIN = serialization.Encoding.PEM, serialization.NoEncryption()
PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"


def key(kind: str, form: str, encryption: Any = PLAIN) -> SecretBytes:
    """The key of the CA of a kind."""
    shape = getattr(serialization.PrivateFormat, form)
    return SecretBytes(signing_ca(kind, kind.partition("-")[0]).key.private_bytes(PEM, shape, encryption))


def test_key_as_skupper_writes_it() -> None:
    """Both can sign with it, with text around it and line ends of any kind."""
    written = key("rsa", "TraditionalOpenSSL").value
    for pem in (written, b"subject=CA\n" + written, written.replace(b"\n", b"\r\n")):
        require_redeemable(signing_ca("rsa", "rsa").pem, SecretBytes(pem), NOW)


@pytest.mark.parametrize(
    ("kind", "form", "words", "remedy"),
    [
        pytest.param("rsa", "PKCS8", "an RSA key in another form than PKCS#1", "openssl rsa -traditional", id="PKCS#8"),
        pytest.param("ec", "TraditionalOpenSSL", "an EC key", "type: cert", id="SEC 1"),
        pytest.param("ec", "PKCS8", "an EC key", "type: cert", id="EC in PKCS#8"),
    ],
)
def test_b6_key_that_skupper_does_not_read(kind: str, form: str, words: str, remedy: str) -> None:
    """Its claim server would end itself over it, while a cert token is signed here."""
    ca, private = signing_ca(kind, kind).pem, key(kind, form)
    require_signable(ca, private, NOW)
    message = failure_of(lambda: require_redeemable(ca, private, NOW), Reason.CA_UNUSABLE).message
    assert words in message
    assert remedy in message
    assert ("convert it" in message) is (kind == "rsa")
    assert "BEGIN" not in message


def test_b6_first_block_counts() -> None:
    """Go decodes no more than that."""
    ca, private = signing_ca("ec", "ec").pem, key("ec", "TraditionalOpenSSL")
    failure_of(lambda: require_redeemable(ca, SecretBytes(PARAMETERS + private.value), NOW), Reason.CA_UNUSABLE)


@pytest.mark.parametrize(
    ("private", "words"),
    [
        pytest.param(SecretBytes(b""), "no unencrypted private key", id="none"),
        pytest.param(SecretBytes(b"-----BEGIN RSA PRIVATE KEY-----"), "no unencrypted", id="cut"),
        pytest.param(
            SecretBytes(b"-----BEGIN RSA PRIVATE KEY-----\nMAYCAQACAQA=\n-----END RSA PRIVATE KEY-----\n"),
            "no unencrypted",
            id="broken",
        ),
        pytest.param(
            key("rsa", "TraditionalOpenSSL", serialization.BestAvailableEncryption(b"p")),
            "no unencrypted",
            id="encrypted",
        ),
        pytest.param(key("ed25519", "PKCS8"), "neither RSA nor EC", id="Ed25519"),
        pytest.param(key("rsa-2", "TraditionalOpenSSL"), "does not belong to its certificate", id="another's"),
    ],
)
def test_b6_key_that_nobody_can_use(private: SecretBytes, words: str) -> None:
    """One sentence for both, without a letter of the key."""
    ca = signing_ca("rsa", "rsa").pem
    for require in (require_redeemable, require_signable):
        assert words in failure_of(partial(require, ca, private, NOW), Reason.CA_UNUSABLE).message


def test_b6_ca_that_has_ended() -> None:
    """Whatever it signs is refused everywhere."""
    ca, private = signing_ca("rsa", "rsa").pem, key("rsa", "TraditionalOpenSSL")
    later = NOW + timedelta(days=4000)
    for require in (require_redeemable, require_signable):
        assert "it ended" in failure_of(partial(require, ca, private, later), Reason.CA_UNUSABLE).message


def test_b6_without_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form can be told without it, and a claim needs nothing else."""
    monkeypatch.setattr(signing, "HAS_CRYPTOGRAPHY", False)
    require_redeemable(b"", key("rsa", "TraditionalOpenSSL"), NOW)
    failure_of(lambda: require_redeemable(b"", key("rsa", "PKCS8"), NOW), Reason.CA_UNUSABLE)
