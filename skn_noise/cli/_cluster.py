"""Train on a cluster."""

from contextlib import contextmanager

import joblib


@contextmanager
def on_cluster(address):
    """Let joblib run its work on a Dask cluster, if there is an address of one."""
    if address is None:
        yield
        return
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise ImportError(
            "--scheduler needs Dask; install skn_noise[distributed]"
        ) from error
    try:
        client = Client(address, timeout=5)
    except Exception as error:  # what else may answer there, or not, fails in many ways
        raise OSError(
            f"--scheduler {address}: no Dask scheduler answers there ({error}); start "
            "one with 'dask scheduler' and pass the address that it prints"
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        yield
