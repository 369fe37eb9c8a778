"""Objects that live as long as the process are not collected again and again."""

import subprocess
import sys


def test_what_is_loaded_is_hidden_from_the_collector_and_new_objects_are_not() -> None:
    program = """
import gc
import deskbell.app
from deskbell.runtime.garbage import freeze_loaded
before = len(gc.get_objects())
freeze_loaded()
assert gc.isenabled() and gc.get_freeze_count() > before / 2, (gc.get_freeze_count(), before)
assert len(gc.get_objects()) < 1_000
ring = []
ring.append(ring)
assert any(each is ring for each in gc.get_objects())
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
