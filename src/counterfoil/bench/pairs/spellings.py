"""The words in which one element of an address can be written; written out here, apart from the rules' tables."""

from __future__ import annotations

SUFFIXES: dict[str, tuple[str, ...]] = {
    "ST": ("STREET", "STR", "ST."),
    "AVE": ("AVENUE", "AV", "AVE."),
    "DR": ("DRIVE", "DRV", "DR."),
    "RD": ("ROAD", "RD."),
    "LN": ("LANE", "LN."),
    "CT": ("COURT", "CT."),
    "BLVD": ("BOULEVARD", "BOUL", "BLVD."),
    "PL": ("PLACE", "PL."),
    "CIR": ("CIRCLE", "CIRC", "CIR."),
    "TER": ("TERRACE", "TERR"),
    "TRL": ("TRAIL", "TRL."),
    "PKWY": ("PARKWAY", "PKWY."),
    "XING": ("CROSSING",),
    "SQ": ("SQUARE", "SQ."),
    "ALY": ("ALLEY",),
}
DIRECTIONS: dict[str, tuple[str, ...]] = {
    "N": ("NORTH", "North", "N."),
    "S": ("SOUTH", "South", "S."),
    "E": ("EAST", "East", "E."),
    "W": ("WEST", "West", "W."),
    "NE": ("NORTHEAST", "N.E.", "N E", "North East"),
    "NW": ("NORTHWEST", "N.W.", "N W", "North West"),
    "SE": ("SOUTHEAST", "S.E.", "S E", "South East"),
    "SW": ("SOUTHWEST", "S.W.", "S W", "South West"),
}
UNITS: dict[str, tuple[str, ...]] = {
    "APT": ("APARTMENT {}", "Apt. {}", "# {}", "#{}", "APT #{}", "apt {}"),
    "UNIT": ("Unit {}", "UNIT #{}", "# {}"),
    "#": ("#{}", "# {}"),
    "STE": ("SUITE {}", "Ste. {}", "STE #{}"),
    "LOT": ("Lot {}", "LOT #{}"),
    "TRLR": ("TRAILER {}", "Trlr. {}"),
    "RM": ("ROOM {}", "Rm. {}"),
    "SPC": ("SPACE {}", "Spc {}"),
    "FL": ("FLOOR {}", "Fl. {}"),
}
HIGHWAYS: dict[str, tuple[str, ...]] = {
    "STATE HIGHWAY": ("STATE HWY", "ST HWY", "State Hwy."),
    "COUNTY ROAD": ("COUNTY RD", "CR", "CO RD", "Cnty Rd"),
    "US HIGHWAY": ("US HWY", "U.S. HIGHWAY", "U S HWY", "US"),
    "HIGHWAY": ("HWY", "Hwy."),
    "STATE ROUTE": ("STATE RTE", "SR", "State Rt"),
}
BOXES = ("PO BOX {box}", "P.O. Box {box}", "P O BOX {box}", "Post Office Box {box}", "POBOX {box}", "PO Box #{box}",
         "P.O.Box {box}")  # fmt: skip
RURAL = ("RR {route} BOX {box}", "R.R. {route}, Box {box}", "Rural Route {route} Box {box}", "RFD {route} BOX {box}",
         "RR #{route} Box #{box}", "rr{route} box {box}")  # fmt: skip
CONTRACT = ("HC {route} BOX {box}", "Highway Contract {route} Box {box}", "HC #{route} BOX {box}",
            "HCR {route} BOX {box}", "HC {route}, Box {box}", "Highway Contract Route {route} Box {box}")  # fmt: skip
MILITARY = ("{route} BOX {box}", "{route}, Box {box}", "{route} Box #{box}")
WORDS_OF_A_NAME = {
    "Saint": ("St.", "ST", "St", "SAINT"),
    "Fort": ("Ft.", "FT", "Ft"),
    "Mount": ("Mt.", "MT", "Mt"),
}
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
_ONES = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh",
         "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth",
         "Nineteenth")  # fmt: skip
_TENS = ("", "", "Twent", "Thirt", "Fort", "Fift")
NUMBERS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def ordinal_words(number: int, joint: str = " ") -> str:
    """`Seventh`, `Forty Third`, `Fortieth`, up to the fifty-ninth."""
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}y{joint}{_ONES[ones]}" if ones else f"{_TENS[tens]}ieth"
