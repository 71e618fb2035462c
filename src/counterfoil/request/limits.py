"""The sizes that this room accepts, each with the reason for it. All can be passed as parameters."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 600 * 1024 * 1024
"""A file of requests. 100,000 rows of ordinary length are about 40 MB."""

MAX_CELL_CHARS: Final = 4_096
"""A cell. Longer ones are emptied, and the row is malformed: no address or name needs more."""

MAX_REASON_CHARS: Final = 20_000
"""The reason, which a lawyer may give on several pages. 26 USC 6103(i)(2)(B)(iv)."""

MAX_COLUMNS: Final = 1_000
"""Columns of a file; and the unknown names that are noted of one JSON object."""

MAX_LINE_CHARS: Final = 16 * 1024 * 1024
"""A physical line of CSV or JSON Lines. A longer one is skipped without being held in memory."""

MAX_RECORD_LINES: Final = 500
"""Physical lines of one CSV row. More mean a quotation mark that was never closed."""

MAX_REREAD_LINES: Final = 2_000_000
"""Lines read again after broken rows, in a whole file: bounds the work that a hostile file can cause."""

MAX_CONTAINER_BYTES: Final = 400 * 1024 * 1024
"""A sealed container, checked before anything in it is decoded."""

MAX_RECIPIENTS: Final = 2_000
"""Keys that one container is sealed to."""

MAX_HEADER_BYTES: Final = 2_048
"""A JOSE header segment, base64url."""

MAX_MANIFEST_BYTES: Final = 8 * 1024 * 1024
"""A manifest with its roster: about 600 bytes an officer."""

MAX_KEY_FILE_BYTES: Final = 16 * 1024
"""A key file. A P-256 JWK is about 300 bytes."""

MAX_TEXT_CHARS: Final = 1_000
"""A text of the manifest or the roster."""

TOO_LONG_REASON: Final = f"reason is longer than {MAX_REASON_CHARS:,} characters"
"""What is said of a row whose reason alone was too long to be read."""


def longest(column: str) -> int:
    """The characters that a cell of this column may have."""
    return MAX_REASON_CHARS if column == "reason" else MAX_CELL_CHARS
