# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server for every test that wants one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki import keypair, signing

from tests.unit.support.apiserver import ApiServer, Tls, serving
from tests.unit.support.authorities import stand_in
from tests.unit.support.clock import FakeTime
from tests.unit.support.store import Store


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """One CA for all servers."""
    return Tls.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def stand_in_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the stand-in for the recorded sites' keys for the real ones."""
    fits = keypair.fits
    monkeypatch.setattr(signing, "fits", lambda key, signer: key.value == stand_in() or fits(key, signer))


@pytest.fixture
def api(tls: Tls) -> Iterator[ApiServer]:
    """A server of this test's own."""
    with serving(tls) as running:
        yield running


@pytest.fixture
def store(api: ApiServer) -> Store:
    """Objects behind the server."""
    made = Store()
    api.fallback = made.answer
    return made


@pytest.fixture
def time() -> FakeTime:
    """Time that passes only in sleep."""
    return FakeTime()
