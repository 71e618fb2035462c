"""Defects of the period, the statute and its facts, the order, the reason, the investigation, the roster."""

from __future__ import annotations

from datetime import timedelta

from counterfoil.synth.injury.injurer import Injurer, Row


def period_missing(injurer: Injurer, row: Row) -> None:
    """No year."""
    row["tax_years"] = injurer.blank()


def period_vague(injurer: Injurer, row: Row) -> None:
    """Words instead of years."""
    row["tax_years"] = injurer.text("PERIOD_VAGUE", row)


def period_future(injurer: Injurer, row: Row) -> None:
    """A year that has not come."""
    year = injurer.on.year + injurer.rng.randrange(1, 6)
    row["tax_years"] = str(year) if injurer.rng.random() < 0.5 else f"2024 {year}"


def period_excessive(injurer: Injurer, row: Row) -> None:
    """More years than may be asked for, or years too long ago."""
    way = injurer.rng.randrange(3)
    if way == 0:
        first = injurer.rng.randrange(1990, 2012)
        row["tax_years"] = " ".join(str(first + n) for n in range(3))
    else:
        first = injurer.rng.randrange(2015, 2018)
        row["tax_years"] = " ".join(str(y) for y in range(first, 2025))


def period_malformed(injurer: Injurer, row: Row) -> None:
    """A year that is none."""
    row["tax_years"] = injurer.rng.choice(("20224", "202", "2O22", "20-22-23", "20 23"))


def statute_missing(injurer: Injurer, row: Row) -> None:
    """No statute."""
    row["statute"] = injurer.blank()


def statute_vague(injurer: Injurer, row: Row) -> None:
    """No specific statute."""
    row["statute"] = injurer.text("STATUTE_VAGUE", row)


def statute_civil(injurer: Injurer, row: Row) -> None:
    """A civil provision."""
    row["statute"] = injurer.choice("STATUTE_CIVIL")


def statute_tax(injurer: Injurer, row: Row) -> None:
    """A tax offence."""
    row["statute"] = injurer.choice("STATUTE_TAX")


def statute_not_federal(injurer: Injurer, row: Row) -> None:
    """State law."""
    row["statute"] = injurer.choice("STATUTE_NOT_FEDERAL")


def statute_unknown(injurer: Injurer, row: Row) -> None:
    """A section that does not exist."""
    row["statute"] = injurer.choice("STATUTE_UNKNOWN")


def statute_facts(injurer: Injurer, row: Row) -> None:
    """A fact that the statute asks for is missing, or in the wrong order."""
    if injurer.rng.random() < 0.6:
        row["statute"] = "8 USC 1326(a)"
        found = injurer.on - timedelta(injurer.rng.randrange(60, 500))
        row["found_date"] = found.isoformat()
        later = (found + timedelta(injurer.rng.randrange(2, 50))).isoformat()
        row["prior_removal_date"] = injurer.rng.choice(("", later))
    else:
        row.update(statute="8 USC 1325(a)", entry_date="")


def statute_facts_90day(injurer: Injurer, row: Row) -> None:
    """The ninety days have not passed since the order, or since the court's order."""
    _ordered(injurer, row)
    recent = (injurer.on - timedelta(injurer.rng.randrange(5, 86))).isoformat()
    if injurer.rng.random() < 0.5:
        row.update(removal_order_date=recent, judicial_review_decided="")
    else:
        row["judicial_review_decided"] = recent


def statute_facts_class(injurer: Injurer, row: Row) -> None:
    """A ground of inadmissibility, which the statute does not name."""
    _ordered(injurer, row)
    row["removal_ground"] = injurer.rng.choice(
        ("8 USC 1182(a)(6)(A)(i)", "8 USC 1182(a)(7)(A)(i)(I)", "8 USC 1182(a)(2)(A)", "8 U.S.C. 1182(a)(9)(B)")
    )


def order_missing(injurer: Injurer, row: Row) -> None:
    """The order's date or case number is missing."""
    _ordered(injurer, row)
    for column in injurer.rng.choice(
        (("removal_order_date",), ("removal_order_case",), ("removal_order_date", "removal_order_case"))
    ):
        row[column] = ""
    row["judicial_review_decided"] = ""


def order_malformed(injurer: Injurer, row: Row) -> None:
    """A date of the order that cannot be."""
    _ordered(injurer, row)
    ahead = (injurer.on + timedelta(injurer.rng.randrange(20, 500))).isoformat()
    row["removal_order_date"] = injurer.rng.choice(
        (ahead, "2021-13-01", "2020-02-30", "sometime in 2019", "99/99/9999")
    )
    row["judicial_review_decided"] = ""


def _ordered(injurer: Injurer, row: Row) -> None:
    """Make the row one under 8 USC 1253 whose facts are right."""
    ordered = injurer.on - timedelta(injurer.rng.randrange(400, 2000))
    row.update(
        statute="8 USC 1253(a)(1)(A)", removal_order_date=ordered.isoformat(), judicial_review_decided="",
        removal_order_case=f"ELP-{ordered.year}-{injurer.rng.randrange(100, 99999):05}",
        removal_ground="8 USC 1227(a)(1)(B)", prior_removal_date="", found_date="", entry_date="",
    )  # fmt: skip


def reason_missing(injurer: Injurer, row: Row) -> None:
    """No reason."""
    row["reason"] = injurer.blank()


def no_investigation(injurer: Injurer, row: Row) -> None:
    """No investigation named, or no assurance that there is one."""
    row["investigation_id"] = injurer.rng.choice(("", "", " ", "none", "N/A"))


def investigation_closed(injurer: Injurer, row: Row) -> None:
    """An investigation that is over."""
    row["investigation_status"] = injurer.rng.choice(
        ("closed", "CLOSED", "Closed", "declined", "completed", "dismissed", "terminated")
    )


def roster_missing(injurer: Injurer, row: Row) -> None:
    """Nobody named who may read the answer."""
    row["recipients"] = injurer.blank()


def request_id_malformed(injurer: Injurer, row: Row) -> None:
    """A key that no answer could echo."""
    key = row["request_id"]
    row["request_id"] = injurer.rng.choice(
        (f"{key}/{key[-2:]}", f"{key} {key[-2:]}", f"{key}#", f"{key}-" + "X" * 40, f"é{key}")
    )
