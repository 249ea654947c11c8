# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents of any shape, to everything that reads what others wrote; `python -m tests.fuzz` tries many more."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from tests.fuzz.readers import READERS, FuzzedReader
from tests.fuzz.trials import try_documents

EXAMPLES = 60


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.title)
def test_no_document_crashes_a_reader(reader: FuzzedReader) -> None:
    """Each is read, or refused with a reason."""
    count = try_documents(reader, EXAMPLES, seed=1)
    assert not count.crash, count.crash
    assert count.tried >= EXAMPLES // 2


def test_that_a_crash_is_found() -> None:
    """A reader that trusts its documents is found out."""
    careless = FuzzedReader(
        "careless", st.one_of(st.none(), st.dictionaries(st.just("a"), st.integers())), lambda d: d["a"]
    )
    count = try_documents(careless, EXAMPLES, seed=1)
    assert "TypeError" in count.crash or "KeyError" in count.crash
