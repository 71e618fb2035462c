"""What a demo is about, and where its files stand: the same scene in the same folder can be gone on with."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from counterfoil.errors import InputError

MARK = "demo.json"
PEOPLE_A_REQUEST = 4  # made-up people for each request, where more requests are asked for than the default has people
DEFAULT_PEOPLE = 10_000
DEFAULT_REQUESTS = 2_000
EXCHANGE_2025 = 1_280_000  # requests processed in the exchange of 2025
PEOPLE_AT_FULL_SIZE = 20_000_000  # made-up people where the exchange is replayed whole; a scale takes its share
DEFAULT_SCALE = 0.01
FOLDER = Path("counterfoil-demo")


class Scenario(StrEnum):
    """What is sent in."""

    EVERYDAY = "everyday"
    EXCHANGE_2025 = "exchange-2025"
    EXCHANGE_2025_AS_SENT = "exchange-2025-as-sent"

    @property
    def mix(self) -> str:
        """The mix of requests that the made-up country makes for it."""
        return "everyday" if self is Scenario.EVERYDAY else "exchange-2025"

    @property
    def as_sent(self) -> bool:
        """One officer and one reason for everybody, as in fact."""
        return self is Scenario.EXCHANGE_2025_AS_SENT


@dataclass(frozen=True, slots=True)
class Scene:
    """The arguments that decide what a demo does."""

    scenario: Scenario
    people: int
    requests: int
    seed: int


def scene_of(scenario: Scenario, people: int | None, requests: int | None, seed: int, scale: float | None) -> Scene:
    """The scene of a call: what was left out is chosen so that the whole stays within half a minute."""
    if scale is not None and scenario is Scenario.EVERYDAY:
        raise InputError(
            "--scale is a share of the exchange of 2025.", "Give --scenario exchange-2025 with it, or --requests N."
        )
    if scale is not None and requests is not None:
        raise InputError("--scale and --requests were both given.", "Give one of them.")
    if scale is not None and not 0 < scale <= 1:
        raise InputError(f"--scale {scale} is no share.", "Give a number above 0 and at most 1, such as 0.01.")
    if requests is None and scenario is not Scenario.EVERYDAY:
        share = scale or DEFAULT_SCALE
        count = max(1, round(EXCHANGE_2025 * share))
        return _enough(Scene(scenario, people or max(DEFAULT_PEOPLE, round(PEOPLE_AT_FULL_SIZE * share)), count, seed))
    count = requests or DEFAULT_REQUESTS
    return _enough(Scene(scenario, people or max(DEFAULT_PEOPLE, count * PEOPLE_A_REQUEST), count, seed))


def _enough(scene: Scene) -> Scene:
    """The scene, if it has people for all its requests: said here, before anybody waits for a registry."""
    if scene.requests > max(1, scene.people // 2):
        raise InputError(
            f"{scene.requests:,} requests cannot be made about {scene.people:,} people.",
            f"Each person is asked about once: give --people {2 * scene.requests} or more, or fewer requests.",
        )
    return scene


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo's files stand: the custodian's data directory, and in `demo/` all that others have."""

    data: Path

    @property
    def folder(self) -> Path:
        """What is not the custodian's: the made-up country, keys, batches, answers, the published ledger."""
        return self.data / "demo"

    @property
    def registry(self) -> Path:
        """The made-up registry's files."""
        return self.folder / "registry"

    @property
    def requests(self) -> Path:
        """The made-up requests in files within the agreement's cap, and the truth about them."""
        return self.folder / "requests"

    @property
    def truth(self) -> Path:
        """The truth: request_id, lawful, confirm, defects."""
        return self.requests / "truth.csv"

    @property
    def parties(self) -> Path:
        """Keys of the official and of the officers, and the roster of each batch."""
        return self.folder / "parties"

    def roster(self, number: int) -> Path:
        """The roster of the batch of that number."""
        return self.parties / f"{number:03}" / "roster.csv"

    @property
    def official_key(self) -> Path:
        """The requesting official's private key; `.pub` beside it."""
        return self.parties / "001" / "official.jwk"

    @property
    def ways(self) -> Path:
        """How each request was made up, in a word."""
        return self.requests / "ways.csv"

    @property
    def ledger(self) -> Path:
        """The published ledger."""
        return self.folder / "ledger"

    def batch(self, number: int) -> Path:
        """The sealed batch of that number, from 1."""
        return self.folder / "batches" / f"batch-{number:03}.jwe"

    def answer(self, number: int) -> Path:
        """The sealed answer to the batch of that number."""
        return self.folder / "answers" / f"answer-{number:03}.jwe"


def prepare(stage: Stage, scene: Scene) -> bool:
    """Make the folder ready; whether an unfinished demo of the same scene is gone on with.

    A finished demo, or one of another scene, is replaced. A folder that no demo made is never touched.
    """
    if stage.data.exists() and not stage.data.is_dir():
        raise InputError(f"{stage.data} is a file.", "Name a folder for the demo with --data.")
    found = _marked(stage.folder / MARK)
    if found is None and not _untouched(stage):
        raise InputError(
            f"{stage.data} holds something else than a demo; it is left alone.",
            "Name another folder with --data, such as --data my-demo.",
        )
    if found == {**_plain(scene), "finished": False}:
        return True
    if found is not None:
        _clear(stage)
    stage.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    stage.data.chmod(0o700)  # of a demo alone: what is here, a demo made
    stage.folder.mkdir(exist_ok=True)
    write_mark(stage, scene, finished=False)
    return False


def _untouched(stage: Stage) -> bool:
    """No folder, an empty one, or what a demo leaves that was stopped before it could write its mark."""
    if not stage.data.exists():
        return True
    inside = set(stage.data.rglob("*"))
    return inside <= {stage.folder, stage.folder / f".{MARK}.part"}


def _clear(stage: Stage) -> None:
    """Remove an earlier demo, its mark last of all: a removal that is stopped half-way can be repeated."""
    doomed = [*stage.data.iterdir(), *stage.folder.iterdir()]
    for path in doomed:
        if path in (stage.folder, stage.folder / MARK):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def remove(stage: Stage) -> None:
    """Take a demo away with all its files."""
    _clear(stage)
    shutil.rmtree(stage.data)


def write_mark(stage: Stage, scene: Scene, *, finished: bool) -> None:
    """Say in the folder whose it is, and whether the demo came to its end."""
    from counterfoil.cli.inputs import write_text

    write_text(stage.folder / MARK, json.dumps({**_plain(scene), "finished": finished}, indent=2) + "\n")


def _plain(scene: Scene) -> dict[str, object]:
    return {"counterfoil_demo": 1, **asdict(scene), "scenario": scene.scenario.value}


def _marked(mark: Path) -> dict[str, object] | None:
    try:
        found = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "counterfoil_demo" in found else None
