"""Signals that end a process: how scripts and worker processes answer them."""

import os
import signal
import threading
from contextlib import contextmanager

# SIGINT is Ctrl-C; SIGTERM is sent by kill, Docker, Slurm and systemd; SIGHUP is sent
# when a terminal is lost. Windows has no SIGHUP.
ENDING_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
)


class EndedBySignal(KeyboardInterrupt):
    """A signal has asked this process to end.

    It is a KeyboardInterrupt, so that code that handles Ctrl-C handles it, too.

    Parameters
    ----------
    number : int
        Number of the signal.
    """

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def exit_code(self):
        """Exit code that a shell reports for a process that the signal has ended."""
        return 128 + self.number


@contextmanager
def signals_raised():
    """Raise EndedBySignal in the main thread when a signal asks the process to end.

    Meant for scripts: other programs decide about their signals themselves. After the
    first signal, SIGTERM and SIGHUP are ignored, so that the clean-up is not disturbed,
    and a second Ctrl-C ends the process at once.
    """
    handlers = {
        number: handler
        for number in ENDING_SIGNALS
        # A signal that is ignored from the start (nohup does that) stays ignored.
        if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None)
    }
    terminals = [file for file in (0, 1, 2) if os.isatty(file)]
    ends = False

    def end(number, frame):
        nonlocal ends
        ends = True
        for each in handlers:
            again = signal.SIG_DFL if each == signal.SIGINT else signal.SIG_IGN
            signal.signal(each, again)
        # Writing to a terminal that is closed would be an error during the clean-up.
        _redirect_to_devnull([file for file in terminals if not os.isatty(file)])
        raise EndedBySignal(number)

    for number in handlers:
        signal.signal(number, end)
    try:
        yield
    finally:
        if not ends:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def _redirect_to_devnull(files):
    for file in files:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, file)
        os.close(nowhere)


@contextmanager
def interrupts_deferred():
    """Defer the signals that a Python handler answers until the block ends.

    Used where the error that a handler raises would be lost, or would leave something
    half done. Other threads than the main thread never run handlers of signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived = []
    handlers = {
        number: handler
        for number in ENDING_SIGNALS
        if callable(handler := signal.getsignal(number))
    }
    for number in handlers:
        signal.signal(number, lambda number, frame: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in arrived:
            signal.raise_signal(number)


@contextmanager
def block_signals_in_workers():
    """Let processes started in the block ignore the signals that end this process.

    A terminal sends Ctrl-C to every process, and each worker would print a traceback.
    Workers are ended by this process instead. The resource tracker of joblib, which
    removes temporary files when this process is killed, must outlive it as well.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker  # slow, and not needed for --help

    with interrupts_deferred():  # an error in here would leave files of joblib behind
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        try:
            # joblib starts the tracker with the first worker, and unblocks the signals
            # as it does so: start it now, and block them again.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
