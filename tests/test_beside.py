"""Work beside this thread: its end is told, and what it raises disturbs nobody."""

import gc
import sys

from counterfoil.beside import Beside


def test_what_work_raises_is_told_to_nobody_and_its_end_to_whoever_waits(capfd):
    for fault in (MemoryError(), ValueError("broken"), OSError(5, "Input/output error")):

        def fail(fault=fault):
            raise fault

        one = Beside(fail)
        one.join()
        assert one.over()
    gc.collect()
    sys.stderr.flush()
    assert capfd.readouterr().err == ""
