import subprocess
import sys


def test_import_is_light():
    code = "from skn_noise import *; import sys; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    packages = {module.split(".")[0] for module in ran.stdout.split()}
    assert packages.isdisjoint({"tensorflow", "keras", "scikeras", "matplotlib"})
