"""The made-up country knows none of the rules by which it is judged: only how a request and a name are written."""

import ast
from pathlib import Path

SYNTH = Path(__file__).parents[2] / "src" / "counterfoil" / "synth"
ALLOWED = {"counterfoil.address": {"Written"}, "counterfoil.person": {"Written"}}


def test_synth_takes_nothing_from_the_rooms_of_rules_but_the_written_forms():
    taken = set()
    for path in SYNTH.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                taken |= {(node.module, alias.name) for alias in node.names}
            elif isinstance(node, ast.Import):
                taken |= {(alias.name, "") for alias in node.names}
    ruled = {(module, name) for module, name in taken if module.startswith(tuple(ALLOWED))}
    assert {(module, name) for module, name in ruled if name not in ALLOWED.get(module, set())} == set()
