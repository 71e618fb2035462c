"""What a reason says: a purpose, a link between the address and the investigation, facts of this person.

26 USC 6103(i)(2)(B)(iv) asks for "the specific reason or reasons why such disclosure is, or may be, relevant
to such proceeding or investigation"; (i)(2)(A) lets the answer be used solely in that matter. A reason is
read by word classes (`lexicon/reason.yaml`) and by how they stand together: "failed to depart after the
removal order" is a fact, "to locate and remove" is a purpose.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from counterfoil.examination.reason import grammar as g
from counterfoil.examination.reason.grammar import Grammar, Text, the_grammar
from counterfoil.examination.reason.idle import told, without_kin

_CRIMINAL: Final = re.compile(
    r"\b(?:criminal\w*|indict\w*|arraign\w*|grand jury|prosecut\w*|trial|felon\w*|zcite|magistrate|complaint|"
    r"us marshals?|federal court|subpoena\w*|target letter|search warrant)\b"
)
_FOR_REMOVAL_FACT: Final = re.compile(
    r"(?:(?:appear\w*|report(?:ed|ing)?|present\w*|surrender\w*|documents?|applicat\w*|appl(?:y|ied)|notice|notified|"
    r"arrange\w*|instruct\w*|date set|failed|refus\w+)(?: \S+){0,7}"
    r"|(?:schedul\w*|ordered|order|orders|warrant|hearing|subject to|liab\w*|eligib\w*)(?: \S+){0,1})$"
)
_PURPOSE: Final = re.compile(
    r" (?:to|for|in order to|will|also|purposes?|can|help|support|so that|asked (?:us|this|our|me)|requires?|policy"
    r"|project) "
)


_PAPER_FOR: Final = re.compile(
    r"\b(?:applications?|petitions?|motions?|complaints?|claims?|suit|orders?|decree|judgment|bills?|papers|filings?|"
    r"affidavit) for(?: an?| the)?$"
)
_PAPER_SAYS: Final = re.compile(
    r"\b(?:states?|stated|names?|named|gives?|gave|lists?|listed|shows?|showed|says?|said|bears?|bore|contains?|used)\b"
)
_CAME_ABOUT: Final = re.compile(
    r"\b(?:seized|found|recovered|arrested|discovered|collected|taken|came to light|met|hurt|shot)\b"
)
_WANTED: Final = re.compile(
    r"\b(?:indict\w*|arraign\w*|us marshals?|ufap|(?:bench|arrest|felony|federal|murder|fugitive) warrant|magistrate|"
    r"criminal complaint|charged with|failed to appear for (?:trial|sentencing|arraignment)|escaped? from|jumped bail|"
    r"(?:flight|fled|fleeing|flees) (?:\S+ ){0,2}(?:prosecution|justice|to avoid)|"
    r"(?:wanted|sought) for (?:murder|robbery|rape))\b"
)
_AHEAD: Final = frozenset(("scheduled", "planned", "expected", "set"))
_TOLD: Final = 4  # particulars and papers; with fewer and no date, any request under the statute could say the same
_TOLD_MUCH: Final = 10
_BESIDE_A_STAGE: Final = 3
_TOLD_LIFE: Final = 7
_SOMEBODY: Final = frozenset(("he", "she", "his", "who", "el", "la", "de", "que", "se"))  # or Spanish is spoken
_ECHOES: Final = 4  # particular words beside values of other cells


class Reason(NamedTuple):
    """How a reason reads. At most one of `generic` and `irrelevant`, and neither beside a wrong purpose."""

    civil: bool = False
    other: bool = False
    tax: bool = False
    generic: bool = False
    irrelevant: bool = False


def read_reason(said: Text, *, echoes: bool = False) -> Reason:
    """Read a reason in its normal form (see `wording.wording`). Never raises.

    `echoes` tells whether the reason repeats many values of the request's other cells.
    """
    grammar = the_grammar()
    echoes = echoes or "information and belief" in said.text
    pasted = echoes or said.has(grammar.pasted)
    if pasted and "zcivil" in said.text:
        said = grammar.text(said.text.replace("zcivil", "zlaw"))  # the ground of the order, copied: no purpose
    classes = _classes(said, grammar)
    told = classes.traces or classes.link or classes.particulars > _ECHOES
    pasted = pasted and not (echoes and told)
    specific = _specific(classes)
    tax = any(not _taken_back(said.text, hit) for hit in said.hits(grammar.tax))
    civil = _civil(said, specific, grammar) and not _marks_alone(said)
    other = _other(said, specific, grammar)
    if civil or other or tax:
        return Reason(civil=civil, other=other, tax=tax)
    if specific and not _still_specific(said, classes, grammar):
        specific = False
        if _other(said, specific, grammar):
            return Reason(other=True)
    pasted = pasted or _marks_alone(said)
    if specific and not pasted:
        return Reason()
    irrelevant = not pasted and _irrelevant(classes)
    return Reason(generic=not irrelevant, irrelevant=irrelevant)


class _Classes(NamedTuple):
    """Which word classes a reason has; facts are counted, each word once."""

    place: bool
    home: bool  # the person's living there is spoken of, not the address alone
    link: bool
    offence: bool
    events: int
    traces: int
    numbers: int
    traits: int
    subject: bool
    generic: bool
    particulars: int  # words that not every request could hold
    acts: int  # events among them: what somebody said, signed, did
    hollow: bool  # nothing particular is told but words of the stage and the return
    case: bool  # the matter is named by its number
    nobody: bool  # no person and no deed is spoken of
    in_years: bool  # a crime is named, and the years that the request asks about


def _classes(said: Text, grammar: Grammar) -> _Classes:
    found = said.classes
    return _Classes(
        place=bool(found & g.PLACE) or said.has(grammar.place),
        home=bool(found & g.HOME),
        link=bool(found & g.LINK)
        or said.has(grammar.link)
        or (said.particulars + said.traces > 1 and said.has(grammar.link_weak))
        or (said.particulars + said.traces > _BESIDE_A_STAGE and said.has(grammar.link_stage)),
        offence=bool(found & (g.OFFENCE | g.DEED)) or said.has(grammar.offence),
        events=said.events,
        traces=said.traces,
        numbers=min(said.count("#"), 2),
        traits=said.traits,
        subject=bool(found & g.PERSON) or "he" in said.words or "she" in said.words,
        generic=bool(found & g.GENERIC),
        particulars=said.particulars,
        acts=said.acts,
        hollow=not found & g.DEED and said.particulars <= len(said.words & grammar.hollow),
        case="zcase" in said.words,
        nobody=not found & (g.PERSON | g.DEED) and said.words.isdisjoint(_SOMEBODY),
        in_years="zyear" in said.words and (bool(found & g.DEED) or said.has(grammar.crime)),
    )


def _specific(classes: _Classes) -> bool:
    """The address bears on the offence (a link, or the offence beside an account), and facts of this person say why."""
    told = classes.particulars + classes.traces + 2 * classes.numbers
    if not classes.place:
        return False
    if classes.hollow and not classes.case and not (classes.numbers and classes.events >= 3):
        return False  # the years asked about and the stage of the matter, which any request has
    if classes.in_years and classes.link and classes.events >= 2:
        return True
    if not classes.numbers and (told < _TOLD or not (classes.traces or classes.acts)):
        return False
    facts = classes.events + classes.traces + classes.numbers
    if facts >= 2 and _told_much(classes, told):
        return True
    if classes.link:
        least = 1 if classes.offence or classes.particulars >= 5 else 2
        told_enough = 5 if classes.case and classes.acts else 6  # the deed, in the matter that is named
        return facts >= least or (classes.offence and classes.particulars >= told_enough)
    if not classes.offence:
        return _account(classes, facts)
    if facts >= 3 and (classes.home or classes.traces >= 2 or classes.particulars >= 3):
        return True
    return (facts >= 1 and classes.particulars >= 6) or (facts >= 2 and classes.particulars >= 4)


def _of_nobody(classes: _Classes) -> bool:
    """Dates, places and citations in a row, the weather: no person, no deed, no trace, and hardly an event."""
    if not classes.nobody or classes.traces or classes.link or classes.events >= 2:
        return False
    return not (classes.offence and (classes.events or classes.home))


def _still_specific(said: Text, classes: _Classes, grammar: Grammar) -> bool:
    """The facts are the person's: enough are left without what is told of the office or of somebody else."""
    own = without_kin(said, grammar)
    if _of_nobody(classes) or (own is not said and not _specific(_classes(own, grammar))):
        return False
    left = told(said, grammar)
    if left is said:
        return True
    return _specific(_telling(classes, left, grammar))  # who asks may well say what for: only facts are left out


def _telling(classes: _Classes, said: Text, grammar: Grammar) -> _Classes:
    """The classes with the facts of another text in place of its own."""
    return classes._replace(
        events=said.events,
        traces=said.traces,
        numbers=min(said.count("#"), 2),
        traits=said.traits,
        particulars=said.particulars,
        acts=said.acts,
        hollow=not said.classes & g.DEED and said.particulars <= len(said.words & grammar.hollow),
        nobody=not said.classes & (g.PERSON | g.DEED) and said.words.isdisjoint(_SOMEBODY),
    )


def _told_much(classes: _Classes, told: int) -> bool:
    """So much about one person at one address that it is an account, whatever its words; more beside facts of life."""
    if not classes.traits:
        return told >= _TOLD_MUCH and classes.traces + classes.numbers > 0
    to_the_matter = classes.link or classes.offence
    if to_the_matter and told >= _TOLD_MUCH and told > 2 * classes.traits:
        return True
    return classes.numbers > 0 and (to_the_matter or classes.acts > 0) and told >= _TOLD_LIFE + 2 * classes.traits


def _account(classes: _Classes, facts: int) -> bool:
    """What a witness, a paper or an event tells of the person at this address at a time, no charge named.

    Facts of the person's life (a spouse, a job, a nationality) make no account of the offence, so beside them
    more is asked for.
    """
    if not classes.numbers:
        return not classes.traits and facts >= 4 and classes.particulars >= 6
    if classes.traits > 1:
        return facts >= 5 and classes.particulars >= 5
    if classes.traits:
        return facts >= 4 and classes.particulars >= 4
    return (facts >= 3 and classes.particulars >= 3) or (facts >= 2 and classes.particulars >= 7)


def _marks_alone(said: Text) -> bool:
    """Other cells copied into this one: numbers, dates, case numbers and citations, and no more than a word or two."""
    plain = 0
    for word in said.all:
        if word.plain:
            plain += 1
            if plain == 3:
                return False
    return len(said.all) > plain + 2


def _irrelevant(classes: _Classes) -> bool:
    """Facts of the person, and nothing that ties the address to the investigation."""
    if classes.traits:
        return not (classes.place and classes.link)
    told = classes.events + classes.traces + classes.particulars
    if told and classes.subject and not (classes.generic or classes.offence or classes.place):
        return True
    return classes.events + classes.traces >= 1 and not (classes.place and classes.offence)


def _civil(said: Text, specific: bool, grammar: Grammar) -> bool:
    """A civil purpose is stated, or nothing but civil enforcement is spoken of."""
    text = said.text
    if any(_meant(said, hit) for hit in said.hits(grammar.civil)):
        return True
    if any(_meant(said, hit) and not _criminal_matter(said, hit, grammar) for hit in said.hits(grammar.seizing)):
        return True
    if any(_meant(said, hit) and not _happened(said, hit, grammar) for hit in said.hits(grammar.civil_untold)):
        return True
    for hit in said.hits(grammar.seizing_untold):
        if _meant(said, hit) and not _happened(said, hit, grammar) and not _criminal_matter(said, hit, grammar):
            return True
    hits = said.hits(grammar.civil_aim) if specific else said.places(grammar.civil_topic)
    if any(not _taken_back(text, hit) and not _came_about(text, hit) for hit in hits):
        return True
    if said.classes & g.DEED:
        return False
    coloured = specific and not said.classes & g.LINK and not said.has(grammar.link) and said.has(grammar.civil_colour)
    if coloured or any(not _taken_back(text, hit) for hit in said.hits(grammar.civil_waiting)):
        return not _CRIMINAL.search(text)
    return False


def _meant(said: Text, hit: re.Match[str]) -> bool:
    """The purpose is not denied, and not the subject's own act."""
    return not _taken_back(said.text, hit) and not _subjects_own(said.text, hit)


def _happened(said: Text, hit: re.Match[str], grammar: Grammar) -> bool:
    """The sentence tells of what happened on a day, and asks for nothing."""
    sentence = _sentence(said.text, hit)
    words = [word for word in sentence.replace(hit[0], " ", 1).split() if word.isalpha()]
    if "#" not in sentence or any(word in grammar.asking for word in (*words, *hit[0].split())):
        return False
    return any(
        word in grammar.told_verbs or (word.endswith("ed") and word not in _AHEAD and grammar.is_told(word))
        for word in words
    )


def _criminal_matter(said: Text, hit: re.Match[str], grammar: Grammar) -> bool:
    """The sentence, or a text with no word of removal, is of a criminal warrant, charge or trial."""
    if _CRIMINAL.search(_sentence(said.text, hit)):
        return not grammar.removing.search(_sentence(said.text, hit))
    return bool(_WANTED.search(said.text)) and not grammar.removing.search(said.text)


def _came_about(text: str, hit: re.Match[str]) -> bool:
    """Things came to light in it: "seized in a raid of the print shop"."""
    return hit[0].startswith("in ") and bool(_CAME_ABOUT.search(" ".join(_before(text, hit, 4))))


def _other(said: Text, specific: bool, grammar: Grammar) -> bool:
    """Another use is stated; in a specific reason only where it is a purpose, not a fact about the person."""
    text = said.text
    if any(not _taken_back(text, hit) for hit in said.hits(grammar.other_aims)):
        return True
    for hit in said.hits(grammar.other):
        if _taken_back(text, hit):
            continue
        if not specific or (_purposive(text, hit) and not _factual(text, hit, grammar)):
            return True
    return False


def _sentence(text: str, hit: re.Match[str]) -> str:
    start = text.rfind("|", 0, hit.start()) + 1
    end = text.find("|", hit.end())
    return text[start : end if end >= 0 else len(text)]


def _before(text: str, hit: re.Match[str], number: int) -> list[str]:
    return text[text.rfind("|", 0, hit.start()) + 1 : hit.start()].split()[-number:]


def _taken_back(text: str, hit: re.Match[str]) -> bool:
    """Denied: "not for removal", "unrelated to any tax matter", "rather than to detain"."""
    ahead = _before(text, hit, 7)
    joined = " ".join(ahead)
    if re.search(r"\bnot (?:only|just|merely|solely|limited|simply)\b", joined):
        return False
    if re.search(
        r"(?:rather than|instead of|other than|apart from|no part of|distinct from|separate from)(?: \S+){0,5}$", joined
    ):
        return True
    return any(word in the_grammar().negators for word in ahead)


def _subjects_own(text: str, hit: re.Match[str]) -> bool:
    """The act is the subject's or the past's: "to avoid being located", "agents were unable to locate him"."""
    ahead = " ".join(_before(text, hit, 4))
    if the_grammar().subject_acts.search(ahead):
        return True
    tail = " ".join(_before(text, hit, 9)) + " " + hit[0]
    return hit[0].startswith("for ") and bool(_FOR_REMOVAL_FACT.search(tail[: tail.rfind("for ")].strip()))


def _purposive(text: str, hit: re.Match[str]) -> bool:
    """A purpose leads to these words, and it is the request's: "used a false number to get a job" is the subject's."""
    lead = " " + " ".join(_before(text, hit, 8)) + " " + hit[0]
    return bool(_PURPOSE.search(lead + " ")) and not _told_of(text, hit) and not _of_a_paper(text, hit)


def _of_a_paper(text: str, hit: re.Match[str]) -> bool:
    """The sentence tells what a paper of that name says: "his motion for child support lists this address"."""
    sentence = _sentence(text, hit)
    if not _PAPER_FOR.search(" ".join(_before(text, hit, 3))) or not _PAPER_SAYS.search(sentence):
        return False
    return the_grammar().asking.isdisjoint(sentence.replace(hit[0], " ", 1).split())


def _told_of(text: str, hit: re.Match[str]) -> bool:
    """The clause before tells of what happened, and nothing in the sentence before asks for anything."""
    grammar = the_grammar()
    before = _before(text, hit, 40)
    if any(word in grammar.asking for word in (*before, *hit[0].split())):
        return False
    clause = " ".join(before).rpartition(" , ")[2].split() or hit[0].split()
    if clause[0] in ("for", "to", "in"):
        return False
    return any(map(grammar.is_told, clause)) or ("used" in clause and not any(map(grammar.is_place, clause)))


def _factual(text: str, hit: re.Match[str], grammar: Grammar) -> bool:
    if any(word in grammar.other_means for word in _before(text, hit, 12)):
        return True
    return any(word in grammar.other_facts for word in (*_before(text, hit, 6), *hit[0].split()[:1]))
