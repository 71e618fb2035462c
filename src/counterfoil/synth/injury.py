"""Puts a defect into a lawful row: what the requester wrote is spoiled in one way, and the code is known.

The texts come from a grammar (data/defects.yaml), so that no two files hold the same strings. None of the
product's rules is used.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from counterfoil.synth.chance import data
from counterfoil.synth.grammar import expand
from counterfoil.synth.names import plain, surname_list
from counterfoil.synth.place import zips_of

Row = dict[str, str]
Injury = Callable[["Injurer", Row], None]

ADDRESS: Final = ("address_line1", "address_line2", "city", "state", "postal_code")
NAME: Final = ("given_name", "middle_name", "surname", "name_suffix")
EXTRA_COLUMNS: Final = ("fingerprint_id", "a_number", "phone", "employer")
"""Columns that no request may have; a row carries a value in one of them where the defect is OVERSUPPLY."""


class Injurer:
    """Spoils rows. `on` is the day on which the requests are written."""

    def __init__(self, rng: random.Random, on: date) -> None:
        self.rng, self.on = rng, on
        self._texts = data("defects")
        self._streets = data("places")["street"]
        self.common_reason = ""

    def injure(self, code: str, row: Row) -> None:
        """Put the defect into the row. KeyError for a code that no row can carry by itself."""
        INJURIES[code](self, row)

    def text(self, code: str, row: Row) -> str:
        """A deficient text of that code, in some case."""
        rng, words = self.rng, self._streets
        slots = {
            "city": row["city"], "state": row["state"], "zip": row["postal_code"], "given": row["given_name"],
            "surname": row["surname"], "street": rng.choice(words["first"]) + rng.choice(words["last"]),
            "number": str(rng.randrange(10, 4000)), "small": str(rng.randrange(1, 90)), "other": self._somebody(),
        }  # fmt: skip
        made = expand(rng.choice(self._texts[code]), rng, self._texts, slots)
        return self._some_case(made)

    def _some_case(self, text: str) -> str:
        way = self.rng.random()
        if way < 0.3:
            return text.upper()
        if way < 0.4:
            return text.lower()
        return text[:1].upper() + text[1:] if way < 0.7 else text

    def _somebody(self) -> str:
        return f"{self.rng.choice('ABCDEFGHJKLMR')}. {plain(self.rng.choice(surname_list('anglo')))}"

    def blank(self) -> str:
        """Nothing, as people type it."""
        return self.rng.choice(("", "", " ", "   "))

    # ---- address ---------------------------------------------------------------------------------------

    def addr_missing(self, row: Row) -> None:
        """No address at all."""
        for column in ADDRESS:
            row[column] = self.blank()

    def addr_placeholder(self, row: Row) -> None:
        """A filler or a refusal in place of the street, with or without a real city and ZIP beside it."""
        row["address_line1"], row["address_line2"] = self.text("ADDR_PLACEHOLDER", row), ""
        way = self.rng.random()
        if way < 0.25:
            row.update(city="", state="")
        elif way < 0.4:
            row.update(city="", state="", postal_code="")

    def addr_zip_only(self, row: Row) -> None:
        """Nothing but a ZIP."""
        code = row["postal_code"][:5]
        code = (
            code if self.rng.random() < 0.7 else f"{code}{self.rng.choice(('-', ''))}{self.rng.randrange(1000, 9999)}"
        )
        for column in ADDRESS:
            row[column] = ""
        row["postal_code" if self.rng.random() < 0.5 else "address_line1"] = code

    def addr_no_number(self, row: Row) -> None:
        """A street without its number."""
        row["address_line1"], row["address_line2"] = self._street(), ""

    def addr_no_street(self, row: Row) -> None:
        """A number without its street."""
        row["address_line1"], row["address_line2"] = str(self.rng.randrange(10, 9900)), ""

    def addr_incomplete(self, row: Row) -> None:
        """City, state or ZIP left out, or a street corner."""
        way = self.rng.randrange(6)
        if way == 0:
            row["postal_code"] = ""
        elif way == 1:
            row.update(city="", state="", postal_code="")
        elif way == 2:
            row["city"] = ""
        elif way == 3:
            row["state"] = ""
        elif way == 4:
            row.update(address_line1="", address_line2="")
        else:
            joint = self.rng.choice((" & ", " and ", " at "))
            front = self.rng.choice(("Corner of ", "Intersection of ", "corner "))
            row["address_line1"], row["address_line2"] = front + self._street() + joint + self._street(), ""

    def addr_malformed(self, row: Row) -> None:
        """A character that no address has, a state that does not exist, a ZIP that is none."""
        way = self.rng.randrange(4)
        if way == 0:
            row["address_line1"] += self.rng.choice(("\x07", "\x1b", "\x02"))
        elif way == 1:
            row["state"] = self.rng.choice(("ZZ", "QX", "XJ", "UU"))
        elif way == 2:
            row["postal_code"] = row["postal_code"][:4] if self.rng.random() < 0.5 else "ABCDE"
        else:
            row["address_line1"] = (row["address_line1"] + " ") * 300

    def addr_contradictory(self, row: Row) -> None:
        """A ZIP of another state, far away."""
        far = {"TX": "NY", "NY": "CA", "CA": "NY"}.get(row["state"], "CA")
        row["postal_code"] = self.rng.choice(zips_of(far))

    def addr_multiple(self, row: Row) -> None:
        """Two addresses in one request."""
        number = self.rng.randrange(10, 3000)
        joint = self.rng.choice((" & ", " and ", " or ", "; ", " OR "))
        second = f"{number} {self._street()}"
        row["address_line1"] = f"{self.rng.randrange(10, 3000)} {self._street()}{joint}{second}"
        row["address_line2"] = ""

    def addr_wildcard(self, row: Row) -> None:
        """A number or name with holes: a probe."""
        hole = self.rng.choice(("?", "??", "*", "%", "_"))
        number = str(self.rng.randrange(1, 90))
        street = self._street()
        if self.rng.random() < 0.6:
            row["address_line1"] = f"{number}{hole} {street}"
        else:
            row["address_line1"] = f"{number}4 {street[:4]}{self.rng.choice('*%')} St"
        row["address_line2"] = ""

    def addr_unit_needed(self, row: Row) -> None:
        """A unit designator without its number."""
        designator = self.rng.choice(("APT", "Apt", "UNIT", "Unit", "STE", "Suite", "Apartment", "LOT", "Rm", "#"))
        row["address_line1"], row["address_line2"] = f"{self.rng.randrange(10, 4000)} {self._street()}", designator
        if self.rng.random() < 0.5:
            row["address_line1"], row["address_line2"] = f"{row['address_line1']} {designator}", ""

    def addr_foreign(self, row: Row) -> None:
        """An address abroad."""
        lines = self.rng.choice(self._texts["ADDR_FOREIGN"])
        slots = {"street": self.rng.choice(self._streets["spanish"]), "number": str(self.rng.randrange(2, 900))}
        parts = [expand(part, self.rng, self._texts, slots) for part in _split(lines)]
        row.update(zip(("address_line1", "city", "state", "postal_code"), parts, strict=True))
        row["address_line2"] = ""

    def addr_third_party(self, row: Row) -> None:
        """The address of somebody who represents the person, or keeps the letters."""
        row["address_line2"] = f"{self.rng.randrange(10, 4000)} {self._street()}"
        row["address_line1"] = self.text("ADDR_THIRD_PARTY", row)

    def addr_detention(self, row: Row) -> None:
        """A place of custody, with its street or without."""
        self._institution("ADDR_DETENTION", row)

    def addr_agency(self, row: Row) -> None:
        """A court or an agency's office."""
        self._institution("ADDR_AGENCY", row)

    def _institution(self, code: str, row: Row) -> None:
        place = self.text(code, row)
        if self.rng.random() < 0.5:
            row["address_line1"], row["address_line2"] = place, f"{self.rng.randrange(10, 4000)} {self._street()}"
        else:
            row["address_line1"], row["address_line2"] = place, ""

    def _street(self) -> str:
        words = self._streets
        suffix = self.rng.choice(("St", "Ave", "Rd", "Dr", "Lane", "BLVD", "Street"))
        return f"{self.rng.choice(words['first'])}{self.rng.choice(words['last'])} {suffix}"

    # ---- name and identifiers --------------------------------------------------------------------------

    def name_missing(self, row: Row) -> None:
        """No name."""
        for column in NAME:
            row[column] = ""
        row["given_name"], row["surname"] = self.blank(), self.blank()

    def name_incomplete(self, row: Row) -> None:
        """An initial, or the mark that a name is not known."""
        way = self.rng.randrange(4)
        row["middle_name"] = ""
        if way == 0:
            row["given_name"] = f"{plain(row['given_name'])[:1].upper()}{self.rng.choice(('', '.'))}"
        elif way == 1:
            row["given_name"] = self.rng.choice(("FNU", "Fnu", "fnu"))
        elif way == 2:
            row["surname"] = self.rng.choice(("LNU", "Lnu"))
        else:
            row["surname"] = f"{plain(row['surname'])[:1].upper()}{self.rng.choice(('', '.'))}"

    def name_placeholder(self, row: Row) -> None:
        """A name that nobody bears."""
        given, surname = (
            expand(p, self.rng, self._texts, {}) for p in _split(self.rng.choice(self._texts["NAME_PLACEHOLDER"]))
        )
        row.update(given_name=given, surname=surname, middle_name="", name_suffix="")

    def name_multiple(self, row: Row) -> None:
        """Several names or several people."""
        other = plain(self.rng.choice(surname_list("anglo"))).upper()
        ways = (
            f"{row['surname']} AKA {row['given_name']} {other}", f"{row['surname']} a/k/a {other}",
            f"{row['surname']} ET AL", f"{row['surname']} et al.", f"{row['surname']} OR {other}",
            f"{row['surname']} alias {other}", f"{row['surname']} and spouse", f"{row['surname']} and family",
        )  # fmt: skip
        row.update(surname=self.rng.choice(ways), name_suffix="")

    def name_malformed(self, row: Row) -> None:
        """An identifier or an address in the field of the name."""
        digits = f"{self.rng.randrange(10**8, 10**9)}"
        ways = (f"A{digits}", f"A-{digits[:3]}-{digits[3:6]}-{digits[6:]}", f"{row['surname']} {digits[:6]}", digits)
        column = self.rng.choice(("given_name", "surname"))
        row[column] = self.rng.choice(ways)

    def name_wildcard(self, row: Row) -> None:
        """A name with holes: a probe."""
        column = self.rng.choice(("given_name", "surname"))
        text = plain(row[column]).replace(" ", "")
        at = self.rng.randrange(1, max(2, len(text)))
        row[column] = text[:at] + self.rng.choice(("%", "*", "?", "_", "*")) + text[at + 1 :]

    def id_malformed(self, row: Row) -> None:
        """A tax number or a date of birth that cannot be."""
        digits = f"{self.rng.randrange(10**7, 10**8)}"
        numbers = (
            "000-00-0000",
            f"666-{digits[:2]}-{digits[2:6]}",
            digits,
            f"{digits}00",
            f"75{digits[:3]}A{digits[3:6]}",
            "123-4-5678",
        )
        dates = ("1990-02-30", "13/45/1990", f"{self.on.year + 3}-01-01", "0000-00-00", "1988-13-01", "unknown")
        if self.rng.random() < 0.6:
            row["tin"] = self.rng.choice(numbers)
        else:
            row["date_of_birth"] = self.rng.choice(dates)

    def oversupply(self, row: Row) -> None:
        """A column that no request needs."""
        column = self.rng.choice(EXTRA_COLUMNS)
        row[column] = {
            "fingerprint_id": f"FP-{self.rng.randrange(10**6, 10**7)}",
            "a_number": f"A{self.rng.randrange(10**8, 10**9)}",
            "phone": f"555-01{self.rng.randrange(10, 99)}",
            "employer": f"{self.rng.choice(self._streets['first'])} Foods",
        }[column]

    # ---- period, statute, order ------------------------------------------------------------------------

    def period_missing(self, row: Row) -> None:
        """No year."""
        row["tax_years"] = self.blank()

    def period_vague(self, row: Row) -> None:
        """Words instead of years."""
        row["tax_years"] = self.text("PERIOD_VAGUE", row)

    def period_future(self, row: Row) -> None:
        """A year that has not come."""
        year = self.on.year + self.rng.randrange(1, 6)
        row["tax_years"] = str(year) if self.rng.random() < 0.5 else f"2024 {year}"

    def period_excessive(self, row: Row) -> None:
        """More years than may be asked for, or years too long ago."""
        way = self.rng.randrange(3)
        if way == 0:
            first = self.rng.randrange(1990, 2012)
            row["tax_years"] = " ".join(str(first + n) for n in range(3))
        else:
            first = self.rng.randrange(2015, 2018)
            row["tax_years"] = " ".join(str(y) for y in range(first, 2025))

    def period_malformed(self, row: Row) -> None:
        """A year that is none."""
        row["tax_years"] = self.rng.choice(("20224", "202", "2O22", "20-22-23", "2023x", "20 23"))

    def statute_missing(self, row: Row) -> None:
        """No statute."""
        row["statute"] = self.blank()

    def statute_vague(self, row: Row) -> None:
        """No specific statute."""
        row["statute"] = self.text("STATUTE_VAGUE", row)

    def statute_civil(self, row: Row) -> None:
        """A civil provision."""
        row["statute"] = self._choice("STATUTE_CIVIL")

    def statute_tax(self, row: Row) -> None:
        """A tax offence."""
        row["statute"] = self._choice("STATUTE_TAX")

    def statute_not_federal(self, row: Row) -> None:
        """State law."""
        row["statute"] = self._choice("STATUTE_NOT_FEDERAL")

    def statute_unknown(self, row: Row) -> None:
        """A section that does not exist."""
        row["statute"] = self._choice("STATUTE_UNKNOWN")

    def statute_facts(self, row: Row) -> None:
        """A fact that the statute asks for is missing, or in the wrong order."""
        if self.rng.random() < 0.6:
            row["statute"] = "8 USC 1326(a)"
            found = self.on - timedelta(self.rng.randrange(60, 500))
            row["found_date"] = found.isoformat()
            later = (found + timedelta(self.rng.randrange(2, 50))).isoformat()
            row["prior_removal_date"] = self.rng.choice(("", later))
        else:
            row.update(statute="8 USC 1325(a)", entry_date="")

    def statute_facts_90day(self, row: Row) -> None:
        """The ninety days have not passed since the order, or since the court's order."""
        self._ordered(row)
        recent = (self.on - timedelta(self.rng.randrange(5, 86))).isoformat()
        if self.rng.random() < 0.5:
            row.update(removal_order_date=recent, judicial_review_decided="")
        else:
            row["judicial_review_decided"] = recent

    def statute_facts_class(self, row: Row) -> None:
        """A ground of inadmissibility, which the statute does not name."""
        self._ordered(row)
        row["removal_ground"] = self.rng.choice(
            ("8 USC 1182(a)(6)(A)(i)", "8 USC 1182(a)(7)(A)(i)(I)", "8 USC 1182(a)(2)(A)", "8 U.S.C. 1182(a)(9)(B)")
        )

    def order_missing(self, row: Row) -> None:
        """The order's date or case number is missing."""
        self._ordered(row)
        for column in self.rng.choice(
            (("removal_order_date",), ("removal_order_case",), ("removal_order_date", "removal_order_case"))
        ):
            row[column] = ""
        row["judicial_review_decided"] = ""

    def order_malformed(self, row: Row) -> None:
        """A date of the order that cannot be."""
        self._ordered(row)
        ahead = (self.on + timedelta(self.rng.randrange(20, 500))).isoformat()
        row["removal_order_date"] = self.rng.choice(
            (ahead, "2021-13-01", "2020-02-30", "sometime in 2019", "99/99/9999")
        )
        row["judicial_review_decided"] = ""

    def _ordered(self, row: Row) -> None:
        """Make the row one under 8 USC 1253 whose facts are right."""
        ordered = self.on - timedelta(self.rng.randrange(400, 2000))
        row.update(
            statute="8 USC 1253(a)(1)(A)", removal_order_date=ordered.isoformat(), judicial_review_decided="",
            removal_order_case=f"ELP-{ordered.year}-{self.rng.randrange(100, 99999):05}",
            removal_ground="8 USC 1227(a)(1)(B)", prior_removal_date="", found_date="", entry_date="",
        )  # fmt: skip

    def _choice(self, code: str) -> str:
        return expand(self.rng.choice(self._texts[code]), self.rng, self._texts)

    # ---- reason, investigation, recipients -------------------------------------------------------------

    def reason_missing(self, row: Row) -> None:
        """No reason."""
        row["reason"] = self.blank()

    def reason_of(self, code: str, row: Row) -> None:
        """A reason that is none, or is another one than the law asks for."""
        row["reason"] = self.text(code, row)

    def no_investigation(self, row: Row) -> None:
        """No investigation named, or no assurance that there is one."""
        row["investigation_id"] = self.rng.choice(("", "", " ", "none", "N/A"))

    def investigation_closed(self, row: Row) -> None:
        """An investigation that is over."""
        row["investigation_status"] = self.rng.choice(
            ("closed", "CLOSED", "Closed", "declined", "completed", "dismissed", "terminated")
        )

    def roster_missing(self, row: Row) -> None:
        """Nobody named who may read the answer."""
        row["recipients"] = self.blank()

    def request_id_malformed(self, row: Row) -> None:
        """A key that no answer could echo."""
        key = row["request_id"]
        row["request_id"] = self.rng.choice(
            (f"{key}/{key[-2:]}", f"{key} {key[-2:]}", f"{key}#", f"{key}-" + "X" * 40, f"é{key}")
        )


def _split(text: str) -> list[str]:
    """The parts of a line at the `|` that stand outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _reason(code: str) -> Injury:
    return lambda injurer, row: injurer.reason_of(code, row)


_METHODS: Final = (
    "ADDR_MISSING ADDR_PLACEHOLDER ADDR_ZIP_ONLY ADDR_NO_NUMBER ADDR_NO_STREET ADDR_INCOMPLETE ADDR_MALFORMED "
    "ADDR_CONTRADICTORY ADDR_MULTIPLE ADDR_WILDCARD ADDR_UNIT_NEEDED ADDR_FOREIGN ADDR_THIRD_PARTY ADDR_DETENTION "
    "ADDR_AGENCY NAME_MISSING NAME_INCOMPLETE NAME_PLACEHOLDER NAME_MULTIPLE NAME_MALFORMED NAME_WILDCARD "
    "ID_MALFORMED OVERSUPPLY PERIOD_MISSING PERIOD_VAGUE PERIOD_FUTURE PERIOD_EXCESSIVE PERIOD_MALFORMED "
    "STATUTE_MISSING STATUTE_VAGUE STATUTE_CIVIL STATUTE_TAX STATUTE_NOT_FEDERAL STATUTE_UNKNOWN STATUTE_FACTS "
    "STATUTE_FACTS_90DAY STATUTE_FACTS_CLASS ORDER_MISSING ORDER_MALFORMED REASON_MISSING NO_INVESTIGATION "
    "INVESTIGATION_CLOSED ROSTER_MISSING REQUEST_ID_MALFORMED"
).split()
_REASONS: Final = ("REASON_GENERIC", "REASON_CIVIL", "REASON_IRRELEVANT", "REASON_OTHER_PURPOSE", "REASON_TAX")

INJURIES: Final[dict[str, Injury]] = {code: getattr(Injurer, code.lower()) for code in _METHODS} | {
    code: _reason(code) for code in _REASONS
}
"""How each code that a single row can carry is put into it."""
