"""A Dask scheduler and its workers, as processes of their own."""

import json
import os
import signal
import subprocess
import sys

from recorded import wait_until

# The scheduler gives up a worker that was silent for so long; its default is 5 minutes.
_SECONDS_OF_SILENCE = 8


class Cluster:
    """A scheduler in a folder of its own, where no module of the tests can be found.

    Parameters
    ----------
    folder : pathlib.Path
        Folder for its files.

    has_package : bool, default=True
        Whether the scheduler can import skn_noise.
    """

    def __init__(self, folder, *, has_package=True):
        self.folder = folder
        self._processes = []
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = self._start(
            "dask_scheduler",
            *options,
            "--scheduler-file",
            file,
            env={} if has_package else self.without_package(),
        )
        wait_until(file.exists)
        wait_until(file.read_text)
        self.address = json.loads(file.read_text())["address"]

    def start_worker(self, *options, env=()):
        """Start a worker with one thread; return its process."""
        options = self.address, "--nthreads", "1", "--no-dashboard", *options
        return self._start("dask_worker", *options, env=env)

    def without_package(self):
        """Return the environment of a process that cannot import skn_noise."""
        package = self.folder / "lacking" / "skn_noise"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text("raise ModuleNotFoundError('skn_noise')")
        return _searched_first(package.parent)

    def with_version(self, version):
        """Return the environment of a process that finds another skn_noise."""
        info = self.folder / version / f"skn_noise-{version}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        text = f"Metadata-Version: 2.1\nName: skn_noise\nVersion: {version}\n"
        (info / "METADATA").write_text(text)
        return _searched_first(info.parent)

    def stop(self, *processes):
        """Kill processes with all that they have started; without any, the cluster."""
        for process in processes or self._processes[::-1]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _start(self, command, *options, env=()):
        settings = {
            "OMP_NUM_THREADS": "1",
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2",
            "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": f"{_SECONDS_OF_SILENCE}s",
        }
        with (self.folder / "cluster.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", *options],
                cwd=self.folder,
                env=os.environ | settings | dict(env),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


def _searched_first(folder):
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)}
