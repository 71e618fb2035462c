"""Is it the name of one natural person: each fault found in many wordings, near-by names left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.person import Written, faults, parse
from counterfoil.person.faults import _RULES, read_in_full
from counterfoil.person.reading import columns


def found(text: str) -> set[str]:
    return set(faults(parse(Written(*[*text.split("|"), "", "", ""][:4]))))


FAULTY = {
    "NAME_MISSING": ["||", " | | ", "\t||\u00a0", "|Rita|"],
    "NAME_INCOMPLETE": [
        "FNU||SAMPLEZ", "Rita||LNU", "R.||SAMPLEZ",
        "R||SAMPLEZ", "R M||SAMPLEZ", "R.M.||SAMPLEZ", "TJ||SAMPLEZ",
        "R|M|SAMPLEZ", "||SAMPLEZ", "Rita||", "Rita||S.",
        "Rita||S", "Mr||Samplez", "Mrs.||Samplez", "Rita||Jr",
        "Unknown||Samplez", "Rita||Unknown", "NFN||Samplez", "LNU||Rita",
        "Wife||Samplez", "Spouse||Samplez", "His wife||Samplez", "Mother in law||Samplez", "Esposa||Samplez",
        "Roommate||Samplez", "Sr.||Samplez", "Lic.||Samplez",
    ],
    "NAME_PLACEHOLDER": [
        "UNKNOWN||UNKNOWN", "JOHN||DOE", "Jane||Doe",
        "JOHN UNKNOWN||DOE", "||DOE, JOHN", "Doe||John", "John|Q|Public",
        "FNU||LNU", "no name||given", "No||Name",
        "Name||Not Given", "not||provided", "Failed to||provide", "N/A||N/A",
        "n.a.||n.a.", "NA||NA", "null||null",
        "test||test", "Test||Person", "Desconocido||Desconocido", "Sin||Nombre",
        "Se||desconoce", "No||aplica", "Nombre no||proporcionado", "baby girl||Lopez", "Baby Boy||Samplez",
        "Infant|Male|Samplez", "Newborn||Samplez", "Unborn child of||Rita Samplez", "xxx||xxxx", "AAAA||BBBB",
        "First name||Last name", "See||attached", "Same as||above", "Wife of||Juan Perez", "Fulano||de Tal",
        "Unidentified||Male", "Refused||Refused", "withheld||withheld", "asdf||qwerty", "Occupant||Resident",
        "-||.", "--||--", "???||???",
        "DOE, JOHN||", "Adult||Male", "John Doe||#3", "JOHN DOE||", "Test||Samplez", "did not||answer",
        "Anonymous||Anonymous", "TBD||TBD", "Juan||Doe", "Hispanic||Male", "No||Tiene", "Illegible||Illegible",
        "Can't||Read", "Unknwn||Unknwn", "Refsued||Refsued", "Fail to||provide", "Whoever||Lives Here",
        "To be||determined", "hija de||Rosa Samplez", "Desconosido||Desconosido", "All||Occupants", "asd||asd",
        "Nao||informado", "Nao||consta", "Nao tem||nome", "Nao||disponivel", "Hijo||de Rosa", "Son of||Rosa",
        "Deceased||Deceased", "Perico de los||Palotes", "Non||Enkoni",
        "Ukn||Ukn", "Rita||Samplez decd", "Rita||Samplez (dec'd)", "Rita||Samplez fallecida", "White||Male",
        "Black||Female", "White Adult||Male", "White|Adult|Male", "Young||White Male", "Asian||Woman",
    ],
    "NAME_MULTIPLE": [
        "RITA||SAMPLEZ AKA RITA EXEMPLAR AKA R EXEMP", "RITA||SAMPLEZ ET AL",
        "RITA||SAMPLEZ ET AL.", "Rita||Samplez et ux",
        "Rita a/k/a Rosa||Samplez", "Rita A.K.A. Rosa||Samplez",
        "Rita||Samplez f/k/a Exempla", "Rita||Samplez alias Roja",
        "Rita and Rosa||Samplez", "Rita & Rosa||Samplez",
        "Rita/Rosa||Samplez", "Rita; Rosa||Samplez", "Rita + Rosa||Samplez",
        "Rita or Rosa||Samplez", "Rita, Rosa||Samplez",
        "Rita||Samplez, Exempla", "Rita||Samplez also known as Roja",
        "Rita||Samplez conocida como Roja", "Mr and Mrs||Samplez", "Rita\nRosa||Samplez",
        "Rita y Rosa||Samplez",
        "Household of Rita||Samplez", "The Samplez||Family", "Rita||Samplez nee Exempla",
        "Rita Samplez||or Rita Exempla", "Rita|&|Samplez",
        "Rita Samplez|Or|Rita Exempla", "Rita||Samplez y familia", "Familia||Samplez Exempla",
        "Samplez||Family", "Rita||Samplez tcc Exempla", "Rita||Samplez formerly Exempla", "Rita||Samplez and family",
        "The||Smiths", "Rita||Samplez Family", "The||Samplez Family", "Rita||Samplez Household",
        "Rita||Samplez born Exempla", "Rita||Samplez geb. Exempla", "Rita||Samplez previously Exempla",
    ],
    "NAME_MALFORMED": [
        "||A-999-000-111", "A999000111||A999000111",
        "Rita 2||Samplez", "Rita||Samplez 999-00-1111", "rita@example.org||Samplez",
        "=cmd(' /C calc'!A0)||x", "=1+1||Samplez",
        "@SUM(A1)||Samplez", "+SUM(A1)||Samplez", "Rita\x00||Samplez",
        "Ri\x07ta||Samplez", "Ri\u202eta||Samplez",
        "<b>Rita</b>||Samplez", "Rita||Samplez \U0001f600", "Рitа||Samplez",
        "Samplez||Inc.", "Samplez Holdings||Ltd", "Samplez||S.A. de C.V.", "Roe & Doe||LLP",
        "Rita||Samplez LLC", "Rita||" + "a" * 1000, "Ri\ufffdta||Samplez",
        "Rita||Samplez #", "http://x||Samplez",
        "a\u0301\u0301\u0301\u0301\u0301\u0301na||Samplez", "Rita$||Samplez",
        "NuÃ±ez||Samplez", "Rita||Samplez|123456789",
    ],
    "NAME_WILDCARD": [
        "R%TA||SAMPL*Z", "R*||SAMPLEZ", "Rita||SAM_LEZ",
        "R?ta||Samplez", "Rita||Sam...", "Rita||Samp…", "Ｒ＊||Samplez",
        "Rita||SAMPXXX", "*||*", "%||%", "Rita|%|Samplez",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in FAULTY.items() for text in texts])
def test_the_fault_is_found(code, text):
    assert code in found(text)


VALID = [
    "Rita||Samplez", "An||Vo", "Xi||Li", "Na||Li", "Bo||Xu",
    "Ty||Ng", "Ng||Tran", "Min-jun||O", "Soo||O", "Jennifer||Null",
    "Ann||Test", "Mary||Doe", "Richard||Roe", "Baby||Samplez",
    "Christopher||Boy", "Lily||Child", "Anon||Srisai", "Sin||No",
    "Ben||Or", "Or||Levy", "Rita||Person", "Rita||Blank",
    "Rita||Last", "Rita||Sample", "Rita||Guest", "J.|Edgar|Hoovel",
    "J. Edgar||Hoovel", "María José||García y López",
    "Sean||O’Brien", "D'Arcy||St. John-Smythe", "Anna||d’Angelo",
    "Mª José||de la O", "José|Ma.|Nuñez-Ñandú",
    "Robert \"Bob\"||Smith, Jr.", "John||Smith|III", "John 3rd||Smith",
    "John||Smith|2nd", "John||Smith|2", "Dr. Rita||Samplez, M.D.",
    "Rita|NMN|Samplez", "Rita|unknown|Samplez", "Md||Rahim",
    "李||娜", "Иван||Иванов", "محمد||الحسن", "Ñusta||Ñandú", "Ri\u200bta||Samplez", "Rita\u00a0Ann||Samplez",
    " Rita ||Samplez ", "Rita||" + "Anna-" * 12 + "Samplez",
    "Alhassan||Ibn Said", "Ouagadou'gou||Al-Hassan", "Nguyễn||Đặng",
    "Łukasz||Łoś", "Ljubo||Krk", "Krk||Vlk", "Ai||Oe", "See||Lee", "Rita||See", "Christian||King",
    "Rita||And", "Neo||Nee", "Rita||Estate", "Gel·la||Puig i Cadafal", "Rita||Samplez, Rita", "Angel||Trust",
    "Summer||Given",
    "Aka||Samplez", "Rita||Samplez y Castro", "Jeury||Familia", "Al||Di", "Rita||De", "Rita||Van",
    "Mele||Tui", "Santa||Cruz", "Junior||Samplez", "Anna||Co", "Rich||Co", "Minnie||Driver", "Witness||Moyo", "To||Be",
    "Ben||Or Levy", "Son||De Leon", "Son||De la Cruz", "Maya|Or|Levi", "Yael||Or Ben Ami", "Maya|Or|Ben Ami",
    "Nao||Read", "Nao||Given",
    "The||Nguyen", "The Anh||Tran", "Rita||Wife", "Rita||White", "Rita||Male", "White||Samplez", "Young||Kim",
    "Rita||Famularo", "Rita||Samplez Familia", "Max||Born", "Anna Born||Lee", "Rita||Landlord", "Son||Nguyen",
    "Hermano||Silva", "Rita||Sobrino", "Rita||Young Male", "Rita|White|Male", "Rita||Samplez (h)", "Sr. Juan||Samplez",
    "Ing||Samplez", "Uknur||Samplez", "La Toya||White", "Brown||Lee", "Primo||Levi",
]  # fmt: skip


@pytest.mark.parametrize("text", VALID)
def test_an_odd_looking_name_that_is_a_name_passes(text):
    assert found(text) == set()


WORD = st.sampled_from([
    "Rita", "UNKNOWN", "no", "name", "AKA", "or", "and", "J",
    "Jr", "TJ", "Mr", "xxx", "test", "baby", "girl", "FNU", "Doe",
    "John", "García", "O'Brien", "N/A", "Samplez,", "LLC", "et",
    "al", "A-1", "*", "né", "see", "above", "wife", "of",
])  # fmt: skip
COLUMN = st.lists(WORD, max_size=3).map(" ".join)


@given(st.builds(Written, COLUMN, COLUMN, COLUMN, st.sampled_from(["", "JR", "II", "X1", "and"])))
@settings(max_examples=500)
def test_the_short_way_for_plain_names_finds_what_the_rules_find(written):
    name = parse(written)
    assert faults(name) == read_in_full(columns(name))


@given(st.builds(Written, st.text(max_size=60), st.text(max_size=20), st.text(max_size=60), st.text(max_size=10)))
@settings(max_examples=300)
def test_any_text_is_judged(written):
    assert set(faults(parse(written))) <= {code for code, _ in _RULES}


@given(st.text(st.characters(codec="ascii", categories=["Lu", "Ll"]), max_size=12), st.text(max_size=12))
@settings(max_examples=300)
def test_a_name_without_a_letter_in_one_of_its_columns_never_passes(given_name, other):
    assert faults(parse(Written(given_name, "", "")))
    assert faults(parse(Written("", other, given_name)))


def test_a_formula_and_a_list_with_bars_are_found_too():
    assert "NAME_MALFORMED" in faults(parse(Written("=cmd|' /C calc'!A0", "", "x")))
    assert "NAME_MULTIPLE" in faults(parse(Written("Rita", "", "Samplez | Exempla")))
