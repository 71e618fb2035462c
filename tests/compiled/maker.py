"""The module `hatch_build.py` of the checkout's root, which is no part of the package."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_SPEC = spec_from_file_location("hatch_build", Path(__file__).parents[2] / "hatch_build.py")
_MODULE = module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

compile_rules = _MODULE.compile_rules
