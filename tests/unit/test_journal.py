import subprocess
import sys

from tests.harness import ROOT

PROGRAM = """
import structlog, spaces

def check(password):
    try:
        raise ValueError("it is too short")
    except ValueError:
        structlog.get_logger().exception("a defect", space=7)

check("-".join(["correct", "horse"]))
"""


def test_a_defect_is_told_with_its_traceback_and_without_what_variables_hold():
    told = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "a defect" in told and "space=7" in told and "ValueError: it is too short" in told and "in check" in told
    assert "correct-horse" not in told
