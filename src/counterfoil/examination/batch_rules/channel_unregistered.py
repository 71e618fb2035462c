"""The batch comes by a channel that the agreement registers. 26 USC 6103(i)(2)(B), (p)(4)(B)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.examination.texts import fold
from counterfoil.law import Finding


def channel_unregistered(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    named = [context.delivery.channel] if context.delivery is not None else []
    if context.manifest is not None and context.manifest.channel.strip():
        named.append(context.manifest.channel)
    if all(fold(channel) in context.agreement.channels for channel in named):
        return None
    return Finding("CHANNEL_UNREGISTERED", "channel")
