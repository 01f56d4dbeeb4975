"""Time several ways of doing a thing in turns, as timings drift."""

from statistics import median
from time import perf_counter


def time_in_turns(ways, n_rounds=11):
    """Return the seconds that each way took in every round."""
    seconds = {name: [] for name in ways}
    for _ in range(n_rounds):
        for name, way in ways.items():
            start = perf_counter()
            way()
            seconds[name].append(perf_counter() - start)
    return seconds


def print_times(seconds, reference):
    """Print medians, ranges and the ratios of the medians to that of the reference."""
    for way, times in seconds.items():
        ratio = median(times) / median(seconds[reference])
        print(
            f"{way:36} median {median(times):9.5f} s ({min(times):.5f} to "
            f"{max(times):.5f}), ratio {ratio:.2f}",
            flush=True,
        )
