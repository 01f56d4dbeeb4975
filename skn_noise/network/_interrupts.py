"""Hold back Ctrl-C where an error that it raises would be lost or leave a mess."""

import signal
import threading
from contextlib import contextmanager

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interrupts_deferred():
    """Hold back Ctrl-C, and other signals that this program answers by an error."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived = []
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    handlers = {n: handler for n in numbers if callable(handler := signal.getsignal(n))}
    for number in handlers:
        signal.signal(number, lambda number, frame: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in arrived:
            signal.raise_signal(number)
