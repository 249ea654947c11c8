# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which keys are trusted, what chains to them, and how old they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import key_digests
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.trust import (
    chains_to,
    is_readable,
    issuer_name,
    keys_of,
    oldest,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.certificates import NOW, Pair, authority, authority_of, company, known, leaf, signed_by

DAY = timedelta(days=1)
GARBAGE = b"-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
ROOT, LOWER, LOWEST = (authority(name, starts=NOW - days * DAY) for name, days in (("r", 900), ("l", 90), ("w", 9)))
# The two below are signed by the one above each.
MIDDLE, BOTTOM = signed_by(LOWER, ROOT, NOW - 90 * DAY), signed_by(LOWEST, LOWER, NOW - 9 * DAY)
SERVER = BOTTOM.issue("skupper-router")


def labelled(pair: Pair, label: bytes) -> bytes:
    """A certificate under another label of OpenSSL's."""
    return pair.pem.replace(b" CERTIFICATE", b" " + label + b" CERTIFICATE")


def test_keys() -> None:
    """One digest for each key, however many certificates have it and wherever they lie."""
    now, before = known("now"), known("before")
    again = authority_of(now.key, NOW)
    assert keys_of() == keys_of(None, b"", GARBAGE) == frozenset()
    assert keys_of(now.pem) == keys_of(now.pem, Pair(again, now.key).pem) == frozenset(key_digests(now.pem))
    assert keys_of(now.pem + before.pem) == keys_of(before.pem, now.pem) == keys_of(now.pem) | keys_of(before.pem)


@pytest.mark.parametrize(
    ("bundle", "readable"),
    [
        pytest.param(known("now").pem, True, id="one"),
        pytest.param(known("now").pem + known("before").pem, True, id="several"),
        pytest.param(b"# ours\n" + known("now").pem + b"\n# theirs\n" + known("before").pem, True, id="text between"),
        pytest.param(known("now").pem.replace(b"\n", b"\r\n"), True, id="CRLF"),
        pytest.param(known("now").pem.rstrip(), True, id="no newline at the end"),
        pytest.param(None, False, id="none"),
        pytest.param(b"", False, id="empty"),
        pytest.param(b"x", False, id="text"),
        pytest.param(GARBAGE, False, id="garbage"),
        pytest.param(known("now").pem + GARBAGE, False, id="garbage after it"),
        pytest.param(GARBAGE + known("now").pem, False, id="garbage before it"),
        pytest.param(known("now").pem + known("before").pem[:200], False, id="cut"),
        pytest.param(labelled(known("now"), b"TRUSTED"), False, id="OpenSSL's own label"),
        pytest.param(labelled(known("now"), b"X509"), False, id="the label of old"),
        pytest.param(
            known("now").pem + labelled(known("before"), b"TRUSTED"), False, id="OpenSSL's own label after it"
        ),
        pytest.param(
            labelled(known("before"), b"TRUSTED") + known("now").pem, False, id="OpenSSL's own label before it"
        ),
        pytest.param(known("now").pem + labelled(known("before"), b"X509"), False, id="the label of old after it"),
        pytest.param(labelled(known("before"), b"X509") + known("now").pem, False, id="the label of old before it"),
        pytest.param(known("now").pem + known("now").key_pem, False, id="with its key"),
    ],
)
def test_readable(bundle: bytes | None, readable: bool) -> None:
    """Every block has to be a certificate that is known here: OpenSSL trusts more than can be read."""
    assert is_readable(bundle) is readable


@pytest.mark.parametrize(
    ("chain", "anchors", "leads"),
    [
        pytest.param(leaf("now"), known("now").pem, True, id="signed by it"),
        pytest.param(leaf("now"), known("before").pem, False, id="signed by another one of the same name"),
        pytest.param(leaf("now"), known("before").pem + known("now").pem, True, id="signed by one of two"),
        pytest.param(SERVER.pem + BOTTOM.pem + MIDDLE.pem, ROOT.pem, True, id="over two others"),
        pytest.param(SERVER.pem + MIDDLE.pem + BOTTOM.pem, ROOT.pem, True, id="over two others in no order"),
        pytest.param(SERVER.pem + BOTTOM.pem, MIDDLE.pem, True, id="to one in between"),
        pytest.param(SERVER.pem, BOTTOM.pem + MIDDLE.pem, True, id="to the first of several"),
        pytest.param(SERVER.pem, ROOT.pem, False, id="with those in between missing"),
        pytest.param(SERVER.pem + BOTTOM.pem, ROOT.pem, False, id="with one in between missing"),
        pytest.param(SERVER.pem, ROOT.pem + MIDDLE.pem, False, id="with one in between missing, and one with the root"),
        pytest.param(leaf("before") + leaf("now"), known("now").pem, False, id="another one's certificate after it"),
        pytest.param(ROOT.pem, ROOT.pem, True, id="to itself"),
        pytest.param(SERVER.pem + signed_by(LOWEST, ROOT).pem, ROOT.pem, True, id="cross-signed"),
        pytest.param(
            SERVER.pem + BOTTOM.pem + signed_by(LOWEST, ROOT).pem, MIDDLE.pem, True, id="cross-signed as well"
        ),
        pytest.param(
            SERVER.pem + BOTTOM.pem + signed_by(LOWEST, ROOT).pem, ROOT.pem, True, id="cross-signed, by another way"
        ),
        pytest.param(SERVER.pem, signed_by(LOWEST, ROOT).pem, True, id="another certificate of the anchor's key"),
        pytest.param(None, ROOT.pem, False, id="none"),
        pytest.param(GARBAGE, ROOT.pem, False, id="garbage"),
        pytest.param(GARBAGE + SERVER.pem, BOTTOM.pem, True, id="garbage before it"),
        pytest.param(SERVER.pem, None, False, id="no anchor"),
        pytest.param(SERVER.pem, GARBAGE, False, id="garbage for an anchor"),
    ],
)
def test_chains(chain: bytes | None, anchors: bytes | None, leads: bool) -> None:
    """Signatures lead from the first certificate to an anchor, over as many as lie beside it."""
    assert chains_to(chain, anchors) is leads


def test_loops() -> None:
    """Two that have signed each other lead nowhere, and end."""
    one, other = authority("one"), authority("other")
    loop = signed_by(one, other).pem + signed_by(other, one).pem
    assert not chains_to(one.issue("x").pem + loop, ROOT.pem)
    assert chains_to(one.issue("x").pem + loop, other.pem)
    assert oldest(loop) is not None
    assert not chains_to(ROOT.pem + ROOT.pem, known("now").pem)


def test_long_chains() -> None:
    """Longer than any that a PKI has, they lead nowhere."""
    line = [ROOT]
    for number in range(12):
        line.append(signed_by(authority(str(number)), line[-1]))
    assert chains_to(b"".join(each.pem for each in reversed(line[:8])), ROOT.pem)
    assert not chains_to(b"".join(each.pem for each in reversed(line)), ROOT.pem)


@pytest.mark.parametrize(
    ("bundle", "name"),
    [
        pytest.param(ROOT.pem, "", id="itself"),
        pytest.param(ROOT.pem + MIDDLE.pem, "", id="itself, with another one"),
        pytest.param(MIDDLE.pem, "CN=r", id="a root"),
        pytest.param(MIDDLE.pem + ROOT.pem, "CN=r", id="a root beside it"),
        pytest.param(BOTTOM.pem + MIDDLE.pem + ROOT.pem, "CN=l", id="one in between"),
        pytest.param(leaf("now"), "CN=skupper-site-ca", id="a site CA"),
        pytest.param(None, "", id="none"),
        pytest.param(GARBAGE, "", id="garbage"),
    ],
)
def test_issuer_name(bundle: bytes | None, name: str) -> None:
    """Who has signed the first one; those of Skupper sign themselves."""
    assert issuer_name(bundle) == name


def begun(days: int) -> Pair:
    """A CA that is so many days old."""
    return authority("skupper-site-ca", starts=NOW - days * DAY)


RENEWED = begun(500)
MADE = company(NOW - 10 * DAY)


@pytest.mark.parametrize(
    ("bundles", "days"),
    [
        pytest.param((begun(7).pem,), 7, id="one"),
        pytest.param((begun(7).pem + begun(70).pem,), 70, id="a former one beside it"),
        pytest.param((begun(70).pem + begun(7).pem,), 70, id="in any order"),
        pytest.param((begun(7).pem, begun(70).pem), 70, id="a former one that is trusted"),
        pytest.param((begun(7).pem, b"", None, GARBAGE), 7, id="and what can't be read"),
        pytest.param((BOTTOM.pem + MIDDLE.pem + ROOT.pem,), 9, id="with those above it"),
        pytest.param((BOTTOM.pem, MIDDLE.pem + ROOT.pem), 9, id="with those above it in another place"),
        pytest.param((BOTTOM.pem, ROOT.pem), 900, id="with one that can't be seen to be above it"),
        pytest.param((MIDDLE.pem + ROOT.pem, BOTTOM.pem), 90, id="with one below it"),
        pytest.param((BOTTOM.pem + MIDDLE.pem + ROOT.pem + begun(70).pem,), 70, id="with another one"),
        pytest.param((Pair(authority_of(RENEWED.key, NOW - 3 * DAY), RENEWED.key).pem,), 3, id="renewed"),
        pytest.param(
            (Pair(authority_of(RENEWED.key, NOW - 3 * DAY), RENEWED.key).pem, RENEWED.pem),
            500,
            id="renewed with its key",
        ),
        pytest.param((RENEWED.pem, Pair(authority_of(RENEWED.key, NOW), RENEWED.key).pem), 500, id="to be renewed"),
        pytest.param((signed_by(RENEWED, ROOT, NOW - 3 * DAY).pem + ROOT.pem,), 3, id="cross-signed"),
        pytest.param(
            (signed_by(RENEWED, ROOT, NOW - 3 * DAY).pem + ROOT.pem, RENEWED.pem), 500, id="cross-signed, with its own"
        ),
        pytest.param((MADE["A"].pem + MADE["root"].pem, MADE["B"].pem), 10, id="a company's two"),
        pytest.param((), None, id="nothing"),
        pytest.param((None, b"", GARBAGE), None, id="nothing that can be read"),
    ],
)
def test_oldest(bundles: tuple[bytes | None, ...], days: int | None) -> None:
    """The oldest certificate counts that is not above the first one."""
    assert oldest(*bundles) == (None if days is None else NOW - days * DAY)


def test_oldest_besides() -> None:
    """Keys that are known to be former ones do not count, not even that of the first certificate."""
    young, old = begun(7), begun(70)
    assert oldest(young.pem, old.pem, besides=keys_of(old.pem)) == NOW - 7 * DAY
    assert oldest(old.pem, young.pem, besides=keys_of(old.pem)) == NOW - 7 * DAY
    assert oldest(old.pem, besides=keys_of(old.pem)) is None


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_anything(one: bytes, other: bytes) -> None:
    """Text of any kind is no certificate, and no error."""
    block = b"-----BEGIN CERTIFICATE-----\n" + one + b"\n-----END CERTIFICATE-----\n"
    for text in (one, block, block + other, ROOT.pem + block):
        keys_of(text, other)
        is_readable(text)
        chains_to(text, other)
        chains_to(SERVER.pem + text, text)
        issuer_name(text)
        oldest(text, other)
