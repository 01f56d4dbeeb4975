"""Code that is run in a Python process of its own."""

import os
import subprocess
import sys


def python(code, *arguments, cwd=None, **environment):
    """Run code; return its exit code and what it said on stdout and stderr."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
    )
