# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Try all readers with many documents; the last line has the numbers of documents and crashes."""

from __future__ import annotations

import argparse
import sys

from tools.envs import COLLECTIONS

_SHOWN = 6000  # characters of a traceback with its document


def main() -> int:
    """Print a line for each kind of document; 1 if anything crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=20000, help="documents in all (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="another one tries other documents (default 1)")
    parser.add_argument("--only", default="", help="part of the name of the readers to try (default all)")
    arguments = parser.parse_args()
    sys.path.insert(0, str(COLLECTIONS))
    from tests.fuzz.readers import READERS
    from tests.fuzz.trials import try_documents

    tried = crashes = 0
    wanted = [reader for reader in READERS if arguments.only in reader.title]
    for reader in wanted:
        count = try_documents(reader, -(-arguments.examples // len(wanted)), arguments.seed)
        tried, crashes = tried + count.tried, crashes + bool(count.crash)
        refused = ", ".join(f"{reason} {number}" for reason, number in count.refused.most_common())
        print(
            f"{reader.title:<32} {count.tried:>7} tried {count.read:>7} read  {refused or 'none refused'}", flush=True
        )
        if count.crash:
            print(count.crash[:_SHOWN], file=sys.stderr)
    print(f"{tried} documents tried, {crashes} crashes")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
