"""Tables for a reader: a row for each scale, losses as positive numbers, notes below.

The tables of numbers have names that LaTeX, Markdown and CSV take as they are. The
tables of text have the same figures rounded, with the intervals in brackets.
"""

import textwrap
from numbers import Integral

import numpy as np
import pandas as pd

from skn_noise._draws import mean_over_draws
from skn_noise._metrics import is_negated, natural_name
from skn_noise._sklearn import Interval
from skn_noise.display._series import with_natural_sign
from skn_noise.display._style import scale_texts
from skn_noise.results._cells import n_draws, n_repeats
from skn_noise.results._scores import INFINITE_LOSS, NO_INTERVAL, reason_of
from skn_noise.results._summary import describe_unit, training_in_words

DIGITS = 4  # of the figures that are printed
DIGITS_ALLOWED = [Interval(Integral, 1, 15, closed="both"), None]
_WIDTH = 79  # of a terminal
_ADVICE = (
    "A log loss is infinite where the target has probability 0, and its mean counts a "
    "large number instead; the column note of the summary names the samples. Another "
    "metric has intervals, such as neg_brier_score: with more than two classes, if "
    "there are two folds or more."
)
_MOST_PLACES = 8  # of a number without an exponent
_BOUNDS, _COLUMN = ["lower", "upper"], ["metric", "split"]


def score_table(summary):
    """Return means and bounds of a summary as numbers, a row for each scale."""
    natural, by, columns = _natural(summary)
    wide = natural.pivot(index=by, columns=_COLUMN, values=["mean", *_BOUNDS])
    table = {}
    for metric, split in columns:
        name = f"{split} {metric}"
        table[name] = wide["mean", metric, split]
        if split == "validation":  # training scores never have an interval
            table |= {f"{name} {end}": wide[end, metric, split] for end in _BOUNDS}
    return pd.DataFrame(table).reset_index()


def lay_out(summary, digits=DIGITS):
    """Return means with their intervals as text, by metric and split."""
    natural, by, columns = _natural(summary)
    for _, rows in natural.groupby("metric", sort=False):
        spec = number_format(rows["mean"], digits)
        figures = rows[["mean", *_BOUNDS]].to_numpy()
        texts = [with_interval(*each, spec) for each in figures]
        natural.loc[rows.index, "text"] = texts
    wide = natural.pivot(index=by, columns=_COLUMN, values="text")[columns]
    wide = wide.rename_axis(columns=[None, None]).fillna("")
    return wide.rename(index=scales_in_words(natural["scale"]), level="scale")


def flat(table):
    """Return a table of :func:`lay_out` with its index as columns, and plain names."""
    table = table.copy()
    table.columns = [f"{split} {metric}" for metric, split in table.columns]
    return table.reset_index()


def _natural(summary):
    """Return a summary with losses above 0, the names of its rows and its columns."""
    table = summary.reset_index(drop=True)
    table = with_natural_sign(table, ["mean"])
    names = {metric: natural_name(metric) for metric in table["metric"].unique()}
    if len(set(names.values())) == len(names):  # else two would share a column
        table["metric"] = table["metric"].map(names)
    table["split"] = table["split"].replace("train", "training")
    by = ["scale"]
    if "curve" in table:  # a categorical keeps the order of the curves
        curves = table["curve"].unique()
        table["curve"] = pd.Categorical(table["curve"], curves)
        by = ["curve", "scale"] if len(curves) > 1 else by
    columns = table[_COLUMN].drop_duplicates()
    metrics = columns["metric"].unique().tolist()
    columns = sorted(columns.to_numpy().tolist(), key=lambda one: metrics.index(one[0]))
    return table, by, list(map(tuple, columns))


def comparison_table(differences, metric, digits=None):
    """Return the differences of curves to a reference, as numbers or as text."""
    scores, name = ["mean", "reference_mean"], natural_name(metric)
    table = with_natural_sign(differences, [*scores, "difference"], metric)
    names = {"curve": "curve", "scale": "scale", "mean": name}
    names |= {"reference_mean": "reference", "difference": "difference"}
    bounds = dict(zip(_BOUNDS, _BOUNDS, strict=True))
    if digits is not None:
        spec = number_format(table[scores], digits)
        figures = table[["difference", *_BOUNDS]].to_numpy()
        table["difference"] = [with_interval(*each, f"+z{spec}") for each in figures]
        for score in scores:
            table[score] = in_words(table[score], spec)
        table["scale"] = table["scale"].map(scales_in_words(table["scale"]))
        table["p_adjusted"] = table["p_adjusted"].map(p_in_words)
        bounds = {}
    names |= bounds | {"p_adjusted": "p"}
    return table[[*names]].rename(columns=names)


def matrix_table(scores, metric, digits=None):
    """Return the means of a metric by scale in training, as numbers or as text."""
    values = mean_over_draws(scores[scores["metric"] == metric])
    means = values.groupby(["train_scale", "validation_scale"])["value"].mean()
    means = (-means if is_negated(metric) else means).unstack()
    means = means.rename_axis(index="training scale", columns="validation scale")
    if digits is None:
        return means
    spec = number_format(means, digits)
    words = means.apply(in_words, spec=spec)
    return words.rename(
        index=scales_in_words(words.index), columns=scales_in_words(words)
    )


def number_format(values, digits=DIGITS):
    """Return the format of the numbers of a column, with some digits.

    Numbers from 0.1 to 10 have that many decimals, and larger ones fewer, because a
    loss may have any unit.

    >>> number_format([0.91, 0.88]), number_format([31.2, 4.8]), number_format([0.001])
    ('.4f', '.3f', '.6f')
    """
    values = np.abs(np.asarray(values, dtype=float))
    largest = values[np.isfinite(values)].max(initial=0)
    if largest == 0:
        return f".{digits}f"
    exponent = int(np.floor(np.log10(largest)))
    if not -_MOST_PLACES <= exponent <= _MOST_PLACES:
        return f".{digits}g"
    return f".{max(0, digits - exponent - (exponent < 0))}f"


def with_interval(value, lower, upper, spec):
    """Return a number with its interval in brackets, if it has one."""
    if np.isnan(value):
        return ""
    if np.isnan([lower, upper]).any():
        return f"{value:{spec}}"
    return f"{value:{spec}} [{lower:{spec}}, {upper:{spec}}]"


def in_words(values, spec):
    """Return a column of numbers as text, blank where they are missing."""
    return values.map(lambda value: f"{value:{spec}}" if value == value else "")


def scales_in_words(scales):
    """Return a dict of scales and their texts, which are different ones.

    >>> scales_in_words([0.5, 2.154434690031884])
    {0.5: '0.5', 2.154434690031884: '2.154'}
    """
    scales = list(dict.fromkeys(scales))
    return dict(zip(scales, scale_texts(scales, DIGITS), strict=True))


def p_in_words(p_value):
    """Return a p value as papers print it: ``".012"``, ``"<.001"``.

    >>> p_in_words(0.0123), p_in_words(1e-9), p_in_words(1.0)
    ('.012', '<.001', '1.000')
    """
    if np.isnan(p_value):
        return ""
    return "<.001" if p_value < 0.001 else f"{p_value:.3f}".removeprefix("0")


def printed(table, sentences):
    """Return a table as text for a terminal, with sentences below it.

    A wide table is parted between two metrics; pandas would part those of one, too.
    """
    parts, chosen = [], []
    for name in table.columns.get_level_values(0).unique():
        text = _as_text(table[[*chosen, name]])
        if chosen and max(map(len, text.splitlines())) > _WIDTH:
            chosen, text = [], _as_text(table[[name]])
            parts.append("")
        chosen.append(name)
        parts[-1:] = [text]
    # A line may not end between a number and its percent sign.
    glued = (one.replace(" %", "\xa0%") for one in sentences if one)
    lines = [textwrap.fill(one, _WIDTH).replace("\xa0", " ") for one in glued]
    return "\n\n".join([*parts, "\n".join(lines)])


def _as_text(table):
    lines = table.to_string(na_rep="").splitlines()
    return "\n".join(line.rstrip() for line in lines)


def describe_means(scores, manifest, brackets="", training=None):
    """Say what means are over, how the model was trained, and in which unit."""
    has_failed = scores["value"].isna().any()
    counts = {
        "folds": scores["fold"].nunique(),
        "repeats": n_repeats(scores),
        "draws of the noise": n_draws(scores),
    }
    counts = [f"{count} {name}" for name, count in counts.items() if count > 1]
    means = f"Means over {' x '.join(counts)}" if counts else "Scores of one fold"
    training = training_in_words(manifest) if training is None else training
    means += " without those that failed" if has_failed else ""
    words = [means, training and f", {training}", brackets and f"; {brackets}", "."]
    return "".join(words) + describe_unit(manifest)


def describe_brackets(summary, confidence):
    """Say what the brackets are; ``""`` if there are none."""
    if summary["lower"].isna().all():
        return ""
    return f"in brackets {100 * confidence:g} % intervals"


def describe_notes(summary):
    """Say once why there is no interval, or what the intervals hold for."""
    rows = summary[summary["note"] != ""]
    if "split" in rows:  # training scores never have an interval
        rows = rows[rows["split"] == "validation"]
    n_scales = summary["scale"].nunique()
    has_several = "curve" in summary and summary["curve"].nunique() > 1
    where = {}
    # The details, such as the numbers of samples, are in the table.
    reasons = rows["note"].map(reason_of)
    names = rows["curve"] if has_several else rows["note"].map(lambda _: "")
    by = [names, rows["metric"], rows["method"] == NO_INTERVAL, reasons]
    for (name, metric, is_missing, note), found in rows.groupby(by, sort=False):
        scales = tuple(sorted(found["scale"].unique()))
        scales = () if len(scales) == n_scales else scales
        where.setdefault((name, is_missing, scales, note), []).append(
            natural_name(metric)
        )
    curves = {}  # what is true of several curves is said once
    for (name, *what), metrics in where.items():
        curves.setdefault((*what, listed(metrics)), []).append(name)
    sentences = [
        f"{f'{listed(names)}: ' if has_several else ''}"
        f"{'No interval' if is_missing else 'Intervals'} of {metrics}{_at(scales)}: "
        f"{note}."
        for (is_missing, scales, note, metrics), names in curves.items()
    ]
    return [*sentences, *([_ADVICE] if INFINITE_LOSS in set(reasons) else [])]


def listed(names):
    """Return names in a row, with "and" before the last one."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _at(scales):
    if not scales:
        return ""
    return f" at scale{'s'[: len(scales) > 1]} {', '.join(scale_texts(scales, DIGITS))}"
