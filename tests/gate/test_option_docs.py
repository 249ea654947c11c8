# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of shared options has a text for each option, and an option for each text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tools import option_docs

pytestmark = pytest.mark.quick


def test_every_option_has_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one without a text stops the generator."""
    planted = {"LIMITS": {"colour": {"type": "str"}}}
    monkeypatch.setattr(option_docs, "fragments", lambda: planted)
    with pytest.raises(LookupError, match="no text for option colour"):
        option_docs.file_text()


def test_every_text_has_an_option() -> None:
    assert option_docs.unused_texts() == []


def test_references_lead_to_options_beside() -> None:
    """O(.name) is read from the place of the option that it stands in."""
    fragments = {name: yaml.safe_load(text) for name, text in _texts().items()}
    issuer = fragments["LINKS"]["options"]["links"]["suboptions"]["issuer"]["suboptions"]
    assert "O(links[].issuer.context)" in " ".join(issuer["kubeconfig"]["description"])
    assert "RV(links[].issued)" in " ".join(issuer["type"]["description"])
    assert "RV(issued)" in " ".join(_of(fragments["ISSUER"], "issuer", "type")["description"])


def _texts() -> Mapping[str, str]:
    namespace: dict[str, Any] = {}
    exec(compile(option_docs.file_text(), "fragments", "exec"), namespace)  # noqa: S102
    found: Mapping[str, str] = vars(namespace["ModuleDocFragment"])
    return {name: text for name, text in found.items() if name.isupper()}


def _of(fragment: Mapping[str, Any], option: str, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = fragment["options"][option]["suboptions"][name]
    return found
