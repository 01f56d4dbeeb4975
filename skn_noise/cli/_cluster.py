"""Train on a cluster."""

import logging
from contextlib import contextmanager

import joblib


@contextmanager
def on_cluster(address):
    """Run the cells of studies on the Dask cluster at `address`, if it is not None."""
    if address is None:
        yield
        return
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise ImportError(
            "--scheduler needs Dask; install skn_noise[distributed]"
        ) from error
    # Dask logs a traceback for each connection that is lost; the study's own error
    # says so in a sentence.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=5)
    except Exception as error:  # the server at the address may be of any kind
        raise OSError(
            f"--scheduler {address}: no Dask scheduler answers there ({error}); start "
            "one with 'dask scheduler' and pass the address that it prints"
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        yield
