"""SIGTERM and SIGHUP end a script that asks for it as Ctrl-C does."""

import os
import pty
import signal
import sys

import pytest
from processes import python

from skn_noise._signals import EndedBySignal, interrupts_deferred, signals_raised

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


IMPORTS = (
    "import os, signal, sys\n"
    "from skn_noise._signals import EndedBySignal, signals_raised\n"
)


def run(body):
    return python(IMPORTS + body)


@pytest.fixture(autouse=True)
def _handlers_as_before():
    handlers = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_raises_what_ctrl_c_does_and_knows_its_exit_code(number):
    with pytest.raises(KeyboardInterrupt) as caught, signals_raised():
        signal.raise_signal(number)
    assert isinstance(caught.value, EndedBySignal)
    assert caught.value.exit_code == 128 + number
    assert str(caught.value) == number.name


def test_handlers_are_as_before_when_no_signal_came():
    before = [signal.getsignal(number) for number in ENDING]
    with signals_raised():
        pass
    assert [signal.getsignal(number) for number in ENDING] == before


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_is_held_back_where_its_error_would_be_lost(number):
    done = []

    def work():
        with interrupts_deferred():
            signal.raise_signal(number)
            done.append(number)

    with pytest.raises(EndedBySignal), signals_raised():
        work()
    assert done == [number]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_who_ends_is_not_disturbed_by_the_same_signal_again(name):
    body = (
        "try:\n"
        f"    with signals_raised(): signal.raise_signal(signal.{name})\n"
        "except EndedBySignal as error:\n"
        f"    signal.raise_signal(signal.{name})\n"
        "    sys.exit(error.exit_code)"
    )
    assert run(body).returncode == 128 + getattr(signal, name)


def test_a_second_ctrl_c_ends_at_once():
    body = (
        "try:\n"
        "    with signals_raised(): signal.raise_signal(signal.SIGINT)\n"
        "except EndedBySignal as error:\n"
        "    signal.raise_signal(signal.SIGINT)"
    )
    ran = run(body)
    assert (ran.returncode, ran.stderr) == (-signal.SIGINT, "")


def test_what_nohup_has_ignored_stays_ignored():
    body = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    ran = run(body + "with signals_raised(): signal.raise_signal(signal.SIGHUP)")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_writing_to_a_terminal_that_is_no_more_is_no_error():
    process, terminal = pty.fork()
    if process == 0:
        body = (
            "import time\n"
            "try:\n"
            "    with signals_raised():\n"
            "        print('ready', flush=True)\n"
            "        time.sleep(60)\n"
            "except EndedBySignal as error:\n"
            "    print('ended', flush=True)\n"
            "    sys.exit(error.exit_code)"
        )
        os.execv(sys.executable, [sys.executable, "-c", IMPORTS + body])
    assert b"ready" in os.read(terminal, 4096)
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP


def test_signals_are_blocked_for_workers_also_where_the_tracker_starts_with_them():
    code = (
        "from skn_noise._signals import block_signals_in_workers\n"
        "with block_signals_in_workers():\n"
        "    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])\n"
        "    print(*sorted(number.name for number in mask))"
    )
    assert run(code).stdout.split() == ["SIGHUP", "SIGINT", "SIGTERM"]
