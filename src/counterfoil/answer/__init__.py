"""The answer: one of four outcomes for each request, composed, signed, sealed."""

from counterfoil.answer.compose import compose, explanations, rows_bytes, rows_joined, rows_sha256
from counterfoil.answer.notice import letter_notice, notice
from counterfoil.answer.opening import OpenedAnswer, open_answer
from counterfoil.answer.outcome import Outcome, Row, by_code, counted

__all__ = [
    "OpenedAnswer",
    "Outcome",
    "Row",
    "by_code",
    "compose",
    "counted",
    "explanations",
    "letter_notice",
    "notice",
    "open_answer",
    "rows_bytes",
    "rows_joined",
    "rows_sha256",
]
