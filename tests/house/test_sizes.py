"""Nothing in the house is too big to read: the limits are on the tail."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "counterfoil"
FILES = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]
ONE_A_FILE = {"rules", "batch_rules", "gates", "faults", "row_rules"}  # folders that hold one rule a file


def test_a_file_has_at_most_400_lines():
    assert {str(path): n for path in FILES if (n := len(path.read_text().splitlines())) > 400} == {}


def test_a_functions_body_has_at_most_50_lines():  # a command's signature is its options, each with its help
    long = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.body[0].lineno + 1
                if lines > 50:
                    long[f"{path}:{node.name}"] = lines
    assert long == {}


def test_a_folder_has_at_most_15_files_of_code():
    folders = {}
    for path in FILES:
        if path.parent.name not in ONE_A_FILE and path.name != "__init__.py":
            folders.setdefault(path.parent, []).append(path.name)
    assert {str(folder): len(names) for folder, names in folders.items() if len(names) > 15} == {}
