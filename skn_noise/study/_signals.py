"""Let a script end on SIGTERM and SIGHUP as it does on Ctrl-C."""

import os
import signal
from contextlib import contextmanager

# What a terminal, `kill` (also Docker's, Slurm's, systemd's) and a lost terminal send.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class EndedBySignal(KeyboardInterrupt):
    """A signal has asked this process to end.

    Whatever deals with Ctrl-C deals with it.
    """

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def exit_code(self):
        """What a shell reports of a process that was ended by the signal."""
        return 128 + self.number


@contextmanager
def signals_raised():
    """Raise an error in the main thread when a signal asks the process to end.

    Once it ends, it is not to be disturbed: only a second Ctrl-C ends it at once. For
    scripts; in a program of their own, users decide about its signals.
    """
    handlers = {
        number: handler
        for number in (getattr(signal, n) for n in _NAMES if hasattr(signal, n))
        # Whoever has it ignored, `nohup` for instance, wants it so.
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
        _write_to_nowhere([file for file in terminals if not os.isatty(file)])
        raise EndedBySignal(number)

    for number in handlers:
        signal.signal(number, end)
    try:
        yield
    finally:
        if not ends:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def _write_to_nowhere(lost):
    """Discard what is written to terminals that are no more, which is an error."""
    for file in lost:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, file)
        os.close(nowhere)
