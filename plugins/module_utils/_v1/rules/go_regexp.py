# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search with Go's regular expressions, as far as the answer is known to be the same.

RE2 has the syntax of Go, and takes time in proportion to the text. Without the package google-re2 only those patterns
are answered that Python reads in the same way: its engine has another syntax, and some patterns keep it busy for ever.
"""

from __future__ import annotations

import re

try:
    import re2

    # Other packages have a module of this name, too.
    HAS_RE2 = hasattr(re2, "Options")
except ImportError:
    HAS_RE2 = False

# A host has 253 characters at most. The limits of Go and RE2 for nested groups are not met in so short a pattern.
_LONGEST = 1000
# Plain and escaped characters and dots between anchors, with .* at either end.
_SIMPLE = re.compile(r"(\^?)((?:\.\*)?(?:[^\\^$.|?*+()\[\]{}]|\\[^A-Za-z0-9]|\.)*(?:\.\*)?)(\$?)")
# RE2 accepts \C and takes a count above 99999999 for plain text, which Go refuses.
# Which classes of Unicode there are, and whether (?<name>...) is a group, depends on the versions of both.
_DIFFERENT = re.compile(r"\\[CpP]|[{,][0-9]{9}|\(\?<")


def searches(pattern: str, text: str) -> bool | None:
    """Return whether Go's regexp.MatchString finds the pattern in the text. None if that is not known."""
    if not all(each.isascii() and len(each) <= _LONGEST for each in (pattern, text)):
        return None
    simple = _SIMPLE.fullmatch(pattern)
    if simple is not None:
        return _searches_simple(simple, text)
    return _searches_re2(pattern, text) if HAS_RE2 and not _DIFFERENT.search(pattern) else None


def _searches_simple(simple: re.Match[str], text: str) -> bool:
    """Return what Python finds. Its $ is not used, since it also matches before a newline at the end."""
    start, middle, end = simple.groups()
    return re.search((r"\A" if start else "") + middle + (r"\Z" if end else ""), text) is not None


def _searches_re2(pattern: str, text: str) -> bool | None:
    """Return what RE2 finds. None if it refuses the pattern: Go may have other limits of size."""
    options = re2.Options()
    options.log_errors = False
    # Where the groups are is not asked, and can take seconds to find.
    options.never_capture = True
    try:
        return re2.compile(pattern, options).search(text) is not None
    except re2.error:
        return None
