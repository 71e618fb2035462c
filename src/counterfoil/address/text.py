"""From typed text to phrases of words: folding, splitting, and the signs in between, such as masks and wildcards."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from counterfoil.address.numbers import JOINERS
from counterfoil.address.tables import CARDINAL, COMMON_FORM, SUFFIX, UNIT
from counterfoil.address.unit import LABELS, WITHIN

LONGEST: Final = 4096
"""Characters that are read of one text; a longer one is not an address (and is marked)."""

_SPECIAL: Final = str.maketrans({
    "ß": "SS", "ẞ": "SS", "Ø": "O", "ø": "O", "Đ": "D", "đ": "D", "Ð": "D", "ð": "D", "Ł": "L", "ł": "L",
    "Æ": "AE", "æ": "AE", "Œ": "OE", "œ": "OE", "Þ": "TH", "þ": "TH", "ı": "I", "’": "'", "‘": "'", "ʼ": "'",
    "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "“": '"', "”": '"', "\u2044": "/",
    "¿": "?", "•": ",", "·": " ", "¡": " ", "\u2028": "\n", "\u2029": "\n", "¼": " 1/4", "½": " 1/2", "¾": " 3/4",
})  # fmt: skip

_CONTACT: Final = re.compile(
    r"HTTPS?:|WWW\.|</|<(?:SCRIPT|BR|A|P|DIV)\b|&[A-Z]+;"  # web, mark-up
    r"|\d{3}-\d{2}-\d{4}|\(\d{3}\) ?\d{3}|\b\d{3}-\d{3}-\d{4}\b"  # taxpayer and telephone numbers
    r"|-?\d{1,3}\.\d{3,}\s*,\s*-?\d{1,3}\.\d{3,}"  # coordinates
)
_DOMAIN: Final = re.compile(r"\.\w")
WILD: Final = frozenset("*?%_~^")
_BREAKS: Final = frozenset(",;|()[]:{}")
_BEFORE_COLON: Final = frozenset(word for word, row in UNIT.items() if row[1] != "no") | LABELS | {"#", "BOX", "POBOX"}
_RANGE: Final = re.compile(r"[0-9A-Z]-[0-9A-Z]")
_NUMBER_LIST: Final = re.compile(r"\d+(?:-\d+){2,}")
_MASK: Final = re.compile(r"\d+X{1,4}|X{2,4}\d+|\d+X+\d+|X{2,}")
_TOKEN: Final = re.compile(r"[A-Z0-9]+(?:[-'./][A-Z0-9]+)*|[^\sA-Z0-9.'\"]")
_LETTERS_WITH_SLASHES: Final = frozenset({"A/K/A", "F/K/A", "N/K/A", "I/C/O"})
_OPEN_NUMBER: Final = re.compile(r"\s*\d+(?:\.{3,}|-{2,})\s*[A-Z]")
_OPEN_WORD: Final = re.compile(r"(?<![A-Z])([A-Z]+)\.{3,}\s+[A-Z]")
_ESCAPED: Final = re.compile(r"_x000[AD]_", re.IGNORECASE)
_HALF: Final = re.compile(r"(\d+)-(\d/\d)")
_GLUED: Final = re.compile(r"([A-Z]+)(\d+[A-Z]?)")
_NORTH: Final = re.compile(  # 12 NO. BROAD ST; but not NO. NAME RD, NO. MANS LAND RD, NO. TEN RD
    rf"^(\s*\d\S*\s+(?:\d/\d\s+)?)NO\.\s*(?!(?:NAME|MAN'?S?|{'|'.join(CARDINAL)})\b)(?=[A-Z]{{2}})"
)
_STOREY: Final = re.compile(r"(\d{1,3})(?:ST|ND|RD|TH)?(?:FL|FLR|FLOOR)")  # 2FL, 2NDFLOOR
_GLUED_WORDS: Final = frozenset(UNIT).union(
    "RR HC HCR RFD POB POBOX BOX HWY US SR CR FM RT RTE ROUTE I IH SH PSC CMR NO NUM KM".split()  # noqa: SIM905
)
_SINGLE_GLUED: Final = frozenset(["US", "SR", "CR", "FM", "SH", "RM"])


_BRANDED: Final = (["RANCH"], ["BAR"], ["CATTLE"])
"""Behind these letters, XX is a brand: XX RANCH RD."""


def fold(text: str, marks: set[str]) -> str:
    """The text in upper case ASCII where Latin letters are concerned; what is noticed in it is marked.

    Marks: CONTROL (control character, text direction override, private or broken character),
    SCRIPT (letters of another script), MIXED (another script inside a Latin word), LONG.
    """
    if "_x00" in text:
        text = _ESCAPED.sub("\n", text)  # a spreadsheet's escaped line break
    if len(text) > LONGEST:
        marks.add("LONG")
        text = text[:LONGEST]
    if text.isascii():
        if "`" in text:
            text = text.replace("`", "'")
        return text.upper() if text.isprintable() else _without_controls(text.upper(), marks)
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPECIAL)).translate(_SPECIAL)
    kept = []
    for char in decomposed:
        if char.isascii():
            kept.append(char)
            continue
        kept.append(_fold_char(char, marks))
    folded = _without_controls("".join(kept).upper(), marks)
    if "\ufffc" not in folded:
        return folded
    if re.search("[A-Z]\ufffc|\ufffc[A-Z]", folded):
        marks.add("MIXED")
    return folded.replace("\ufffc", " ")


def _fold_char(char: str, marks: set[str]) -> str:
    kind = unicodedata.category(char)
    if kind == "Mn" or kind == "Me":
        return ""
    if kind == "Cf":  # zero-width and direction marks come along when copying; an override hides text
        if char in "\u202d\u202e":
            marks.add("CONTROL")
        return ""
    if kind in ("Cc", "Co", "Cn", "Cs") or char == "\ufffd":
        marks.add("CONTROL")
        return " "
    if kind[0] == "L":
        marks.add("SCRIPT")
        return "\ufffc"
    if kind[0] == "N":
        value = unicodedata.digit(char, -1)
        return str(value) if value >= 0 else " "
    if kind == "Zl" or kind == "Zp":
        return "\n"
    return " "


def _without_controls(text: str, marks: set[str]) -> str:
    if not text.isprintable():
        for char in set(text):
            if char < " " or char == "\x7f":
                if char in "\r\n\v\f":
                    text = text.replace(char, ",")
                elif char == "\t":
                    text = text.replace(char, " ")
                else:
                    text = text.replace(char, " ")
                    marks.add("CONTROL")
    return text


def column(text: str, marks: set[str]) -> list[str]:
    """The tokens of the column of a town, state or ZIP Code; what is noticed in its text is marked."""
    if text.isascii() and (text.isalpha() or text.isdigit()) and len(text) < LONGEST:
        return [text.upper()]
    if not text:
        return []
    folded = fold(text, marks)
    _mark_whole(folded, marks)
    return tokens(folded)


def lines(text: str, marks: set[str]) -> tuple[list[list[str]], bool]:
    """The phrases of an address line, or of a whole address in one line, and whether they are plain words alone.

    Commas and the like part the phrases. What is noticed in the text is marked; masks and wildcards are left out.
    """
    folded = fold(text, marks)
    phrases: list[list[str]] = []
    masked = "XX" in folded
    plain = True
    for part in folded.split(","):
        words = part.split()
        if not masked and all(_is_plain(word) for word in words):
            if words:
                phrases.append(words)
        else:
            plain = False
            phrases += split_phrases(_without_signs(tokens(part), ":" in folded, marks))
    if not plain:
        _mark_whole(folded, marks)
    return phrases, plain


def _is_plain(word: str) -> bool:
    """Whether a word is one token, no sign and no mask: OAK, 12, 4B, 62704-1234; so most are."""
    return word.isdigit() or word.isalpha() or (is_one_token(word) and "X" not in word)


def _mark_whole(folded: str, marks: set[str]) -> None:
    """Marks what is seen in a text as a whole; a text of plain words has nothing of it."""
    if holds_contact(folded):
        marks.add("CONTACT")
    if is_left_open(folded):
        marks.add("WILD")


def holds_contact(folded: str) -> bool:
    """Whether a text holds mark-up, coordinates, or an e-mail, web, telephone or taxpayer's number."""
    if "@" in folded and any(map(_is_mail, folded.split())):
        return True
    if "<" in folded or ":" in folded or ";" in folded or "(" in folded or "WWW." in folded:
        return _CONTACT.search(folded) is not None
    return (folded.count("-") > 1 or folded.count(".") > 1) and _CONTACT.search(folded) is not None


def _is_mail(word: str) -> bool:
    """An e-mail's address: a sign before its @, and behind it a dot with a letter or number: A@B.C."""
    at = word.find("@", 1)
    return at > 0 and _DOMAIN.search(word, at + 2) is not None


def is_left_open(folded: str) -> bool:
    """Whether a house number or a name is left open: 12... ELM ST, 1-- ELM ST, 12 E... ST."""
    if not ("..." in folded or "--" in folded):
        return False
    word = _OPEN_WORD.search(folded)
    return _OPEN_NUMBER.match(folded) is not None or (word is not None and word[1] not in SUFFIX)


def tokens(folded: str) -> list[str]:
    """Words, numbers and signs of a folded text, in order."""
    out: list[str] = []
    if "NO." in folded:
        folded = _NORTH.sub("\\1N ", folded)
    for piece in folded.replace(",", " , ").split():
        if piece.isalpha() or piece.isdigit() or _is_two_numbers(piece):
            out.append(piece)
        else:
            out.extend(_pieces(piece))
    return out


def _is_two_numbers(piece: str) -> bool:
    """A ZIP+4 or a house number with a hyphen, which stays as it is."""
    return piece[0].isdigit() and piece[-1].isdigit() and piece.replace("-", "", 1).isdigit()


def is_zip(text: str) -> bool:
    """A ZIP Code: five digits, or nine with or without a hyphen."""
    if len(text) == 10:
        return text[5] == "-" and text[:5].isdigit() and text[6:].isdigit()
    return len(text) in (5, 9) and text.isdigit()


def is_one_token(piece: str) -> bool:
    """Whether a word with digits, as `tokens` gives it, stays one word when it is split again: 4B, 12-34."""
    return _is_two_numbers(piece) or (piece.isalnum() and len(_pieces(piece)) == 1)


@lru_cache(maxsize=65536)
def _pieces(piece: str) -> tuple[str, ...]:
    """The tokens of a piece without blanks."""
    found: list[str] = _TOKEN.findall(piece)
    out: list[str] = []
    for token in found:
        if token.isalpha() or token.isdigit() or len(token) == 1:
            out.append(token)
        else:
            out.extend(_explode(token))
    return tuple(out)


def _explode(token: str) -> tuple[str, ...]:
    """A token with inner punctuation or with letters and digits in one, split where people mean two words."""
    if "'" in token:
        token = token.replace("'", "")
    if "." in token:
        return _dotted(token)
    if "/" in token:
        return _slashed(token)
    if "-" in token:
        return _hyphened(token)
    storey = _STOREY.fullmatch(token)
    if storey:
        return ("FL", storey[1])
    glued = _GLUED.fullmatch(token)
    if glued and glued[1] in _GLUED_WORDS and len(glued[1]) > 1:
        return (glued[1], glued[2])
    return (token,)


def _dotted(token: str) -> tuple[str, ...]:
    parts = token.split(".")
    if all(part.isdigit() for part in parts) and len(parts) == 2:
        return (token,)  # 28.5 Rd, Km 2.5
    out: list[str] = []
    initials = ""
    for part in parts:
        if len(part) == 1 and part.isalpha():
            initials += part
            continue
        if initials:
            out.append(initials)
            initials = ""
        out.extend(_explode(part) if not part.isalpha() else (part,))
    if initials:
        out.append(initials)
    return tuple(out)


def _slashed(token: str) -> tuple[str, ...]:
    half = _HALF.fullmatch(token)
    if half:
        return (half[1], half[2])  # 12-1/2 is 12 1/2
    if token in _LETTERS_WITH_SLASHES:
        return (token,)
    parts = token.split("/")
    if (
        len(parts) == 2
        and len(parts[0]) == 1
        and (all(p.isdigit() for p in parts) or all(len(p) == 1 and p.isalpha() for p in parts))
    ):
        return (token,)  # 1/2, C/O, N/A
    if len(parts) == 2 and parts[1] == "F" and parts[0].isdigit() and len(parts[0]) < 3:
        return ("FL", parts[0])  # 12/F: the twelfth floor
    out: list[str] = []
    for part in parts:
        if out:
            out.append("/")
        out.extend((part,) if part.isalnum() and part.isalpha() else _explode(part))
    return tuple(out)


def _hyphened(token: str) -> tuple[str, ...]:
    parts = token.split("-")
    if all(part.isalpha() for part in parts):
        return tuple(parts)
    if len(parts) == 2 and parts[0].isalpha() and (len(parts[0]) > 1 or parts[0] == "I"):
        return (parts[0], parts[1])  # APT-4, I-35, RD-3, HWY-50
    if len(parts) == 2 and parts[0].isdigit() and re.fullmatch(r"\d+(?:ST|ND|RD|TH)", parts[1]):
        return tuple(parts)  # 1035-116TH AVE
    if any(part.isalpha() and len(part) > 2 for part in parts):
        out: list[str] = []
        for part in parts:
            out.extend((part,) if part.isalpha() else _explode(part))
        return tuple(out)
    return (token,)


def _without_signs(found: list[str], record: bool, marks: set[str]) -> list[str]:
    """Takes masks and wildcards out of the tokens between two commas and marks them; `record`: colons are near."""
    out: list[str] = []
    for at, piece in enumerate(found):
        if piece.isalnum():
            if "X" in piece and _MASK.fullmatch(piece) and not (piece == "XX" and found[at + 1 : at + 2] in _BRANDED):
                marks.add("MASK")
            out.append(piece)
        elif piece in WILD:
            if piece == "%" and not out and found[-1] not in COMMON_FORM:
                out.append("C/O")  # an old sign for care of
            else:
                marks.add("WILD")
        elif (piece == "#" and found[at + 1 : at + 2] == ["#"]) or (piece == "#" and found[at - 1 : at] == ["#"]):
            marks.add("WILD")
        elif piece == "[" and out and out[-1].isdigit() and _RANGE.fullmatch("".join(found[at + 1 : at + 2])):
            marks.add("WILD")  # 7[0-9]2
        elif piece in "=\\<>$!":
            if piece in "=\\":
                marks.add("CODE")
        elif piece in "{}" and record:
            marks.add("CODE")  # a record of another program
        elif "-" in piece and _NUMBER_LIST.fullmatch(piece):
            marks.add("LIST")
            out.append(piece.partition("-")[0])
        else:
            out.append(piece)
    return out


def split_phrases(tokens: list[str]) -> list[list[str]]:
    """Tokens split at commas and the like; brackets and their content become phrases of their own."""
    phrases: list[list[str]] = []
    phrase: list[str] = []
    for at, piece in enumerate(tokens):
        if piece == ":" and phrase and phrase[-1] in _BEFORE_COLON:
            continue  # APT: 4
        if piece in _BREAKS:
            if phrase:
                phrases.append(phrase)
            phrase = ["("] if piece in "([" else []
        elif piece == "-":
            if len(phrase) == 1 and phrase[0].isdigit() and tokens[at + 1 : at + 2] != [] and tokens[at + 1].isdigit():
                phrase.append("TO")  # 100 - 198 ELM ST: a range
            elif len(phrase) != 1 or not phrase[0].isdigit():  # 1801 - 16TH STREET stays one phrase
                if phrase:
                    phrases.append(phrase)
                phrase = []
        else:
            phrase.append(piece)
    if phrase:
        phrases.append(phrase)
    return [_unbracketed(words) for words in phrases if words != ["("]]


def _unbracketed(words: list[str]) -> list[str]:
    """A phrase in brackets keeps its bracket, and so is known as a note, unless it names a unit or number."""
    if words[0] != "(":
        return words
    plain = words[1:]
    if any(word[0].isdigit() or word in UNIT or word in WITHIN or word == "#" for word in plain):
        return plain
    return words


def adds_street(phrase: list[str]) -> bool:
    """Words that hold a second house: CO 80202 AND 14 OAK ST."""
    return phrase[-1] in COMMON_FORM and any(
        word in JOINERS and at and at + 2 < len(phrase) and phrase[at + 1].isdigit() for at, word in enumerate(phrase)
    )


def alternatives(words: tuple[str, ...], zip5: str, housed: bool) -> bool:
    """A box or else a house, or another box: PO BOX 12 OR 742 BIRCH AVE, PO BOX 12 AND 13."""
    return any(
        (word == "OR" or (word in ("AND", "&") and not housed)) and 0 < at < len(words) - 1 and words[at + 1] != zip5
        and (words[at + 1][0].isdigit() or words[at + 1] in ("PO", "POB", "BOX"))
        for at, word in enumerate(words)
    )  # fmt: skip
