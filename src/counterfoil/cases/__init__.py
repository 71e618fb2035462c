"""What people do: one verb a file, the only place that opens a transaction. Doors call these and nothing else.

Names are loaded when they are used, so that a command pays only for what it does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterfoil.cases.agreements import (
        adopt_agreement,
        agreement_in_use,
        built_in,
        check_agreement,
        list_agreements,
        publish_agreement,
        show_agreement,
    )
    from counterfoil.cases.batch.approve import approve
    from counterfoil.cases.batch.examine import examine
    from counterfoil.cases.batch.lift_hold import lift_hold
    from counterfoil.cases.batch.on_spark import OnSpark, settings_of
    from counterfoil.cases.batch.receive import receive, receive_bytes
    from counterfoil.cases.batch.release import release, return_batch
    from counterfoil.cases.batch.show import list_batches, show_batch
    from counterfoil.cases.batch.verify import verify
    from counterfoil.cases.entered.overrides import end_override, enter_override, list_overrides
    from counterfoil.cases.entered.safeguards import record_safeguards, show_safeguards
    from counterfoil.cases.entered.stays import enter_stay, lift_stay, list_stays
    from counterfoil.cases.health import Check, database_state, doctor
    from counterfoil.cases.keys.compromised import record_compromised
    from counterfoil.cases.keys.listing import key_history, list_keys
    from counterfoil.cases.keys.reseal import reseal
    from counterfoil.cases.keys.rotate import rotate_custodian, rotate_ledger, rotate_sealing
    from counterfoil.cases.ledger import ledger_checkpoint, ledger_export, ledger_verify
    from counterfoil.cases.office import Office, is_office, open_office
    from counterfoil.cases.people import add_officer, enroll_official, list_officers, list_officials
    from counterfoil.cases.redaction.disclose import disclose
    from counterfoil.cases.redaction.expunge import expunge
    from counterfoil.cases.redaction.prove import ledger_prove, ledger_prove_disclosing, proof_text, request_entry
    from counterfoil.cases.registry import load_registry, registry_info
    from counterfoil.cases.report import funnel
    from counterfoil.cases.requester import diff_agreements, preflight
    from counterfoil.cases.rules.keep import export_rules, keep_rules, list_rules, show_rules
    from counterfoil.cases.rules.recompute import recompute
    from counterfoil.cases.setup.init import init, prepare_database
    from counterfoil.cases.setup.move import cancel_move, move_to_file, move_to_server
    from counterfoil.cases.setup.upgrade import upgrade_database
    from counterfoil.cases.witness.gap import state_gap
    from counterfoil.cases.witness.policy import adopt_policy, show_policy

_ROOMS = {
    "agreements": (
        "adopt_agreement agreement_in_use built_in check_agreement list_agreements publish_agreement show_agreement"
    ),
    "batch.approve": "approve",
    "batch.examine": "examine",
    "batch.lift_hold": "lift_hold",
    "batch.on_spark": "OnSpark settings_of",
    "batch.receive": "receive receive_bytes",
    "batch.release": "release return_batch",
    "batch.show": "list_batches show_batch",
    "batch.verify": "verify",
    "entered.overrides": "end_override enter_override list_overrides",
    "entered.safeguards": "record_safeguards show_safeguards",
    "entered.stays": "enter_stay lift_stay list_stays",
    "health": "Check database_state doctor",
    "keys.compromised": "record_compromised",
    "keys.listing": "key_history list_keys",
    "keys.reseal": "reseal",
    "keys.rotate": "rotate_custodian rotate_ledger rotate_sealing",
    "ledger": "ledger_checkpoint ledger_export ledger_verify",
    "office": "Office is_office open_office",
    "people": "add_officer enroll_official list_officers list_officials",
    "redaction.disclose": "disclose",
    "redaction.expunge": "expunge",
    "redaction.prove": "ledger_prove ledger_prove_disclosing proof_text request_entry",
    "registry": "load_registry registry_info",
    "report": "funnel",
    "requester": "diff_agreements preflight",
    "rules.keep": "export_rules keep_rules list_rules show_rules",
    "rules.recompute": "recompute",
    "setup.init": "init prepare_database",
    "setup.move": "cancel_move move_to_file move_to_server",
    "setup.upgrade": "upgrade_database",
    "witness.gap": "state_gap",
    "witness.policy": "adopt_policy show_policy",
}
_WHERE = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = [
    "Check",
    "Office",
    "OnSpark",
    "add_officer",
    "adopt_agreement",
    "adopt_policy",
    "agreement_in_use",
    "approve",
    "built_in",
    "cancel_move",
    "check_agreement",
    "database_state",
    "diff_agreements",
    "disclose",
    "doctor",
    "end_override",
    "enroll_official",
    "enter_override",
    "enter_stay",
    "examine",
    "export_rules",
    "expunge",
    "funnel",
    "init",
    "is_office",
    "keep_rules",
    "key_history",
    "ledger_checkpoint",
    "ledger_export",
    "ledger_prove",
    "ledger_prove_disclosing",
    "ledger_verify",
    "lift_hold",
    "lift_stay",
    "list_agreements",
    "list_batches",
    "list_keys",
    "list_officers",
    "list_officials",
    "list_overrides",
    "list_rules",
    "list_stays",
    "load_registry",
    "move_to_file",
    "move_to_server",
    "open_office",
    "preflight",
    "prepare_database",
    "proof_text",
    "publish_agreement",
    "receive",
    "receive_bytes",
    "recompute",
    "record_compromised",
    "record_safeguards",
    "registry_info",
    "release",
    "request_entry",
    "reseal",
    "return_batch",
    "rotate_custodian",
    "rotate_ledger",
    "rotate_sealing",
    "settings_of",
    "show_agreement",
    "show_batch",
    "show_policy",
    "show_rules",
    "show_safeguards",
    "state_gap",
    "upgrade_database",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
