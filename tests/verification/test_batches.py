"""The steps over batches, as an engine for many machines calls them, decide as the engine in this process does."""

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings

from counterfoil import address, person
from counterfoil.verification import Question, Registry, batches, columns, load_registry, read_question, verify

from .conftest import write_csv
from .test_keys import ROWS


def question_of(position: int, said: dict[str, str]) -> Question:
    name = person.Written(said["given_name"], said["middle_name"], said["surname"], said["name_suffix"])
    where = address.Written(said["address_line1"], "", said["city"], said["state"], said["postal_code"])
    return Question(position, name, where, frozenset({int(said["tax_year"])}), said["date_of_birth"], said["tin"])


def decided(folder, questions: list[Question]) -> set[int]:
    """As an engine over files would: join on the keys, read the rows and the streets wanted, decide."""
    (generation,) = folder.glob("generation-*")
    rows, streets = (pq.read_table(generation / f"{name}.parquet") for name in ("rows", "streets"))
    keyed = batches.keys_of(batches.questions_of(questions))
    asked = {line["place"]: line for line in batches.places_of(keyed).to_pylist()}
    found = [
        line["row"]
        for line in rows.select([*columns.KEYS, "row"]).to_pylist()
        if line["place"] in asked
        and all(line[mask] & asked[line["place"]][mask] for mask in ("years", "surnames", "givens"))
    ]
    records = rows.filter(pa.compute.field("row").isin(found)).select(columns.RECORD)
    wanted = batches.wanted_of(keyed, records).to_pylist()
    keys = {(line["kind"], line["zone"], line["key"]) for line in wanted}
    book = [line for line in streets.to_pylist() if (line["kind"], line["zone"], line["key"]) in keys]
    return set(batches.decide(keyed, records, pa.Table.from_pylist(book, columns.book())).column(0).to_pylist())


@given(ROWS, ROWS)
@settings(max_examples=25, deadline=None)
def test_batches_decide_as_the_engine_of_this_process(tmp_path_factory, rows, requests):
    folder = tmp_path_factory.mktemp("registry")
    load_registry([write_csv(folder / "file.csv", rows)], folder / "loaded")
    questions = [question_of(at, said) for at, said in enumerate([*requests, *rows])]
    with Registry.open(folder / "loaded") as registry:
        verdict = verify(registry, map(read_question, questions))
    assert decided(folder / "loaded", questions) == verdict.confirmed


def test_questions_come_back_from_a_batch_as_they_were():
    questions = [question_of(at, {**dict.fromkeys(
        ("given_name", "middle_name", "surname", "name_suffix", "address_line1", "city", "state", "postal_code",
         "date_of_birth", "tin"), f"Ü{at}"), "tax_year": str(2000 + at)}) for at in range(5)]  # fmt: skip
    assert list(batches.read_questions(batches.questions_of(questions))) == questions
    assert batches.keys_of(batches.questions_of([])).num_rows == 0
