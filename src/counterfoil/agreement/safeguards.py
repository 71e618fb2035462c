"""The recipient's safeguard status: what is recorded, and what of it is not met on a day.

26 USC 6103(p)(4) makes the safeguards a condition of receiving; Publication 1075 asks for an approved
safeguard security report before access, an on-site review every three years, and a plan for every finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from counterfoil.agreement.model import Agreement, as_day
from counterfoil.law import load
from counterfoil.law.records import Faults, Record, read_yaml


@dataclass(frozen=True, slots=True)
class SafeguardFinding:
    """One finding of a review: `plan_due` is the day set for its correction, `closed` when it was closed."""

    id: str
    opened: date
    plan_due: date | None
    closed: date | None
    blocking: bool


@dataclass(frozen=True, slots=True)
class SafeguardStatus:
    """What the agency has shown: report, last review, findings, disposals overdue."""

    agency: str
    report_period: int | None
    report_approved: date | None
    last_review: date | None
    findings: tuple[SafeguardFinding, ...]
    overdue_disposals: int

    def as_dict(self) -> dict[str, Any]:
        """The data of the status file; `read_safeguards` gives the same status back."""
        return {
            "agency": self.agency,
            "report": {"period": self.report_period, "approved": _text(self.report_approved)},
            "last_review": _text(self.last_review),
            "findings": [
                {
                    "id": f.id,
                    "opened": _text(f.opened),
                    "plan_due": _text(f.plan_due),
                    "closed": _text(f.closed),
                    "blocking": f.blocking,
                }
                for f in self.findings
            ],
            "overdue_disposals": self.overdue_disposals,
        }


def read_safeguards(source: Path | str | Mapping[str, Any]) -> SafeguardStatus:
    """The status of a YAML file (or of its data). Raises LawError that lists every fault."""
    faults = Faults()
    name = "safeguard status" if isinstance(source, Mapping) else Path(source).name
    data = source if isinstance(source, Mapping) else read_yaml(Path(source), faults)
    status = None if data is None else _status(Record(data, name, faults))
    faults.stop("The safeguard status cannot be used")
    assert status is not None
    return status


def _status(record: Record) -> SafeguardStatus:
    period, approved = _report(record)
    status = SafeguardStatus(
        agency=record.text("agency"),
        report_period=period,
        report_approved=approved,
        last_review=_optional_day(record, "last_review"),
        findings=_findings(record),
        overdue_disposals=record.count("overdue_disposals"),
    )
    record.done()
    return status


def _optional_day(record: Record, key: str) -> date | None:
    """A key that must be there, and may say null: what is not known is said, not left out."""
    if key not in record.data:
        record.fault(f"{key} is missing; write null where there is none")
    return record.day(key, required=False)


def _report(record: Record) -> tuple[int | None, date | None]:
    if record.raw("report") is None:
        return None, None
    report = Record(record.raw("report"), f"{record.where}: report", record.faults)
    period = report.count("period") if report.has("period") else None
    report.raw("period", required=False)
    if period is not None and not 1900 <= period <= 9999:
        report.fault("period must be a year of four digits")
    approved = _optional_day(report, "approved")
    report.done()
    return period, approved


def _findings(record: Record) -> tuple[SafeguardFinding, ...]:
    entries = record.raw("findings")
    if not isinstance(entries, list):
        if "findings" in record.data:
            record.fault("findings must be a list; write [] where there is none")
        return ()
    found = []
    for number, entry in enumerate(entries, start=1):
        one = Record(entry, f"{record.where}: finding {number}", record.faults)
        identity, opened = str(one.raw("id") or ""), one.day("opened")
        plan_due, closed = one.day("plan_due", required=False), one.day("closed", required=False)
        blocking = one.flag("blocking")
        one.done()
        if not identity.strip():
            one.fault("id must be given")
        if opened and closed and closed < opened:
            one.fault("closed lies before opened")
        if opened:
            found.append(SafeguardFinding(identity, opened, plan_due, closed, blocking))
    names = [f.id for f in found]
    for name in sorted({n for n in names if names.count(n) > 1}):
        record.fault(f"findings: {name} is given twice")
    return tuple(found)


def safeguards_unmet(status: SafeguardStatus | None, agreement: Agreement, on: date) -> tuple[str, ...]:
    """Every reason why the safeguards are not met on a day; () when they are met."""
    if not agreement.value("safeguard_required"):
        return ()
    if status is None:
        return ("No safeguard status is recorded.",)
    if not isinstance(status, SafeguardStatus):
        return ("The safeguard status cannot be read.",)
    day = as_day(on)
    reasons = [_agency_unmet(status, agreement), *_report_unmet(status, day)]
    reasons += [_review_unmet(status, int(agreement.value("safeguard_review_years")), day)]
    reasons += [_finding_unmet(finding, day) for finding in status.findings]
    if status.overdue_disposals > 0:
        reasons.append(f"Disposals are overdue: {status.overdue_disposals}.")
    return tuple(reason for reason in reasons if reason)


def _agency_unmet(status: SafeguardStatus, agreement: Agreement) -> str:
    said = status.agency.casefold().strip()
    agencies = load().agencies
    known = (agencies[key] for key in agreement.agencies if key in agencies)
    if any(said in (agency.key, agency.name.casefold(), *agency.names) for agency in known):
        return ""
    return f"The safeguard status is that of {status.agency!r}, which is not a party to the agreement."


def _report_unmet(status: SafeguardStatus, day: date) -> list[str]:
    if status.report_period is None:
        return ["No safeguard security report is recorded."]
    reasons = []
    if status.report_period != day.year:
        reasons.append(f"The safeguard security report is for {status.report_period}, not for {day.year}.")
    if status.report_approved is None:
        reasons.append("The safeguard security report is not approved.")
    elif status.report_approved > day:
        reasons.append(f"The approval of the report is dated {status.report_approved}, after {day}.")
    return reasons


def _review_unmet(status: SafeguardStatus, years: int, day: date) -> str:
    review = status.last_review
    if review is None:
        return "No on-site review is recorded."
    if review > day:
        return f"The last review is dated {review}, after {day}."
    return f"The last review, {review}, is more than {years} years ago." if _after_years(review, years) < day else ""


def _after_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _finding_unmet(finding: SafeguardFinding, day: date) -> str:
    """A finding counts as open unless it was closed by the day; one dated later is open as well."""
    if finding.closed is not None and finding.closed <= day:
        return ""
    if finding.blocking:
        return f"Finding {finding.id} is open and blocks answers."
    if finding.plan_due is None:
        return f"Finding {finding.id} is open and has no date for its correction."
    if finding.plan_due < day:
        return f"The correction of finding {finding.id} was due on {finding.plan_due}."
    return ""


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
