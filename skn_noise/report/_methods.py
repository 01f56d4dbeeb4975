"""The methods of a study, as a paragraph for a paper with its references."""

import re
from typing import NamedTuple

import pandas as pd

from skn_noise._defaults import REGIMES
from skn_noise._metrics import natural_name
from skn_noise.results._cells import n_draws, n_repeats
from skn_noise.results._scores import (
    BY_GROUPS,
    COUNTED,
    FOLDS_DIFFER,
    NO_INTERVAL,
    THIS_FIT,
    THIS_MODEL,
    split_notes,
)
from skn_noise.results._summary import regime_of
from skn_noise.results._table import listed

_WILSON = (
    "Wilson (1927). Probable inference, the law of succession, and statistical "
    "inference. Journal of the American Statistical Association 22(158)."
)
_KISH = "Kish (1965). Survey Sampling. Wiley."
_NADEAU_BENGIO = (
    "Nadeau, Bengio (2003). Inference for the generalization error. Machine Learning "
    "52(3)."
)
_TANGO = (
    "Tango (1998). Equivalence test and confidence interval for the difference in "
    "proportions for the paired-sample design. Statistics in Medicine 17(8)."
)
_ZOU_DONNER = (
    "Zou, Donner (2008). Construction of confidence limits about effect measures: a "
    "general approach. Statistics in Medicine 27(10)."
)
_HOLM = (
    "Holm (1979). A simple sequentially rejective multiple test procedure. "
    "Scandinavian Journal of Statistics 6(2)."
)


class _Method(NamedTuple):
    """The sentence and the references for a method, with a note, of a table.

    None stands for all methods, or all notes.
    """

    method: str | None
    note: str | None
    sentence: str
    references: tuple[str, ...]


_KORN_GRAUBARD = (
    "Korn, Graubard (1998). Confidence intervals for proportions with small expected "
    "number of positive counts estimated from survey data. Survey Methodology 24(2)."
)

_OTHER_TRAINING = "other training samples"  # what an interval is for without a note
_RESTRICTED = {THIS_MODEL, THIS_FIT, COUNTED}

# A row of a table has one or several of these, in this order of the paragraph.
_METHODS = [
    _Method(
        "wilson",
        _OTHER_TRAINING,
        "Intervals of accuracies are Wilson's (1927) for an effective number of "
        "samples (Kish 1965) that allows for the choice of the training samples (after "
        "Nadeau and Bengio 2003).",
        (_WILSON, _KISH, _NADEAU_BENGIO),
    ),
    _Method(
        "wilson",
        THIS_MODEL,
        "Intervals of accuracies are Wilson's (1927) for an effective number of "
        "samples (Kish 1965).",
        (_WILSON, _KISH),
    ),
    _Method(
        "wilson",
        THIS_FIT,
        "The interval of an accuracy on a holdout is Wilson's (1927), which holds for "
        "this fit alone.",
        (_WILSON,),
    ),
    _Method(
        "wilson",
        COUNTED,
        "Where folds scored alike, the interval is Wilson's (1927) of all samples.",
        (_WILSON,),
    ),
    _Method(
        "tango",
        None,
        "Accuracies were compared sample by sample, with the score interval of Tango "
        "(1998).",
        (_TANGO,),
    ),
    _Method(
        "log",
        None,
        "Intervals of mean losses are computed on a logarithmic scale from the "
        "variance of the losses of the samples.",
        (),
    ),
    _Method(
        "mover",
        None,
        "Mean losses were compared by recovering the variance of their difference "
        "from both intervals (Zou and Donner 2008).",
        (_ZOU_DONNER,),
    ),
    _Method(
        None,
        THIS_MODEL,
        "All intervals are for this model, not for others that are trained in the same "
        "way.",
        (),
    ),
    _Method(
        None,
        BY_GROUPS,
        "The number of samples follows from the variance between groups, as samples of "
        "one group are not independent (Korn and Graubard 1998).",
        (_KORN_GRAUBARD,),
    ),
    _Method(
        None,
        FOLDS_DIFFER,
        "Where folds differed more than their samples explain (F test, 5 %), the "
        "variance is that between folds (Nadeau and Bengio 2003).",
        (_NADEAU_BENGIO,),
    ),
    _Method(
        "t",
        None,
        "Intervals over the folds are those of the corrected resampled t test (Nadeau "
        "and Bengio 2003).",
        (_NADEAU_BENGIO,),
    ),
]


def describe_methods(curves, dataset, comparison=None, by_feature=None):
    """Return the paragraph that describes a study, and the references."""
    first = next(iter(curves.values()))
    results = [*curves.values(), by_feature] if by_feature else curves.values()
    rows, is_tested = _intervals_of(results, comparison)
    used = [one for one in _METHODS if any(_describes(one, *row) for row in rows)]
    together = ", those of differences between curves for all scales together"
    holm = (
        f"Intervals are at 95 %{together if comparison else ''}; p values were "
        "adjusted for the number of tests by Holm's method (1979)."
    )
    sentences = [
        _describe_study(curves, dataset),
        _describe_noise(first),
        *_describe_training(curves),
        _describe_features(by_feature),
        _list_metrics(first),
        *(one.sentence for one in used),
        holm if is_tested else "",
        _list_software(curves),
    ]
    references = [text for one in used for text in one.references]
    references += [_HOLM] if is_tested else []
    return " ".join(filter(None, sentences)), sorted(set(references))


def _describes(one, method, notes):
    """Return whether a sentence describes an interval."""
    return one.method in (None, method) and one.note in (None, *notes)


def _intervals_of(results, comparison):
    """Return method and notes of all intervals, and whether there are p values."""
    tables = [result.summary() for result in results]
    tests = [] if comparison is None else [comparison.differences]
    for result in results:
        try:
            tests.append(result.cost())
        except ValueError:  # a single scale, or fold, has no cost
            continue
    known = pd.concat([table[["method", "note"]] for table in tables + tests])
    known = known[known["method"] != NO_INTERVAL].drop_duplicates()
    rows = [(method, split_notes(note)) for method, note in known.to_numpy().tolist()]
    rows = [
        (method, notes if _RESTRICTED & set(notes) else [*notes, _OTHER_TRAINING])
        for method, notes in rows
    ]
    return rows, any(table["p_value"].notna().any() for table in tests)


def _describe_study(curves, dataset):
    curve = next(iter(curves.values()))
    scores, manifest = curve.scores, curve.manifest or {}
    data = manifest.get("data", {})
    if data.get("n_features") is not None:
        dataset += f" ({data['n_samples']} samples of {data['n_features']} features)"
    trained = "trained before and" if _is_prefit(manifest) else "trained and"
    return (
        f"{_describe_estimators(curves)} {trained} validated on {dataset}, on "
        f"{_describe_folds(scores, _is_prefit(manifest))}."
    )


def _describe_estimators(curves):
    """Begin a sentence with the classes of the estimators."""
    manifests = {name: curve.manifest or {} for name, curve in curves.items()}
    classes = {
        name: _classes_in(manifest.get("estimator", ""))
        for name, manifest in manifests.items()
    }
    if len(set(classes.values())) > 1:
        named = [f"{name} ({one})" if one else name for name, one in classes.items()]
        return f"The estimators {listed(named)} were"
    (only,) = set(classes.values())
    return f"The estimator ({only}) was" if only else "The estimator was"


def _is_prefit(manifest):
    return manifest.get("cv") == "prefit"


def _classes_in(estimator):
    """Return the names of the classes in the text of an estimator, in their order."""
    # Only the text of the estimator is saved. A call in it begins with a class.
    names = re.findall(r"\b([A-Z]\w*)\(", estimator)
    return ", ".join(name for name in names if name != "Pipeline")


def _describe_folds(scores, is_prefit):
    n_folds, n_times = scores["fold"].nunique(), n_repeats(scores)
    text = "a holdout" if n_folds == 1 else f"{n_folds} folds"
    if is_prefit:
        text = f"all {scores['n_validation'].iloc[0]} samples"
    elif {"n_train", "n_validation"} <= set(scores) and scores["n_train"].notna().all():
        n_train, n_validation = scores[["n_train", "n_validation"]].mean().round()
        text += f" of {n_train:.0f} training and {n_validation:.0f} validation samples"
    if n_draws(scores) > 1:
        what = "each validated" if is_prefit else "each fit validated"
        text += f", {what} on {n_draws(scores)} draws of the noise"
    if n_times > 1:
        seeds = "other seeds of noise and estimator"
        seeds = "another seed of the noise" if is_prefit else seeds
        text += f", {n_times} times, each with {seeds}"
    return text


def _describe_noise(curve):
    """Return the scales of the noise, and how GaussianNoiseTransformer draws it."""
    manifest = curve.manifest or {}
    scales = ", ".join(f"{scale:g}" for scale in sorted(curve.scores["scale"].unique()))
    if "GaussianNoiseTransformer(" not in manifest.get("estimator", ""):
        return f"The scales of the noise were {scales}."
    unit = "" if manifest.get("unit") is None else f" (in {manifest['unit']})"
    # Without a seed, each fit draws its own noise.
    seeds = manifest.get("random_states", {}).values()
    draw = "" if None in seeds else "; all scales shared one draw"
    training = "" if _is_prefit(manifest) else ", and between training and validation"
    return (
        f"The noise was Gaussian, with a standard deviation of {scales}{unit}. It was "
        f"independent between samples{training}{draw}."
    )


def _describe_training(curves):
    """Return a sentence for each kind of training samples."""
    names = {}
    for name, curve in curves.items():
        names.setdefault(_training_samples(curve.manifest), []).append(name)
    return [
        f"The models{f' of {listed(of)}' if len(names) > 1 else ''} were trained on "
        f"{samples}."
        for samples, of in names.items()
        if samples
    ]


def _training_samples(manifest):
    regime = regime_of(manifest)
    if regime == "fresh" and "NoisyCopies(" in manifest.get("estimator", ""):
        return "several noisy copies of each sample"
    if regime == "fresh":
        return "new noisy copies of the samples in every batch"
    return REGIMES.get(regime)


def _describe_features(by_feature):
    if by_feature is None:
        return ""
    return (
        f"Each of {len(by_feature.features)} features alone had noise in a study by "
        "feature, whose scores were compared with those without noise."
    )


def _list_metrics(curve):
    names = [natural_name(metric) for metric in curve.scores["metric"].unique()]
    return f"Scores are {listed(names)}."


def _list_software(curves):
    manifest = next(iter(curves.values())).manifest
    if manifest is None:
        return ""
    versions = manifest.get("versions", {}) | {"skn_noise": manifest.get("skn_noise")}
    # Recorded wherever they are installed, but only a network is trained by them.
    texts = [(curve.manifest or {}).get("estimator", "") for curve in curves.values()]
    unused = () if "Keras" in "".join(texts) else ("keras", "scikeras", "tensorflow")
    known = [
        f"{name} {one}"
        for name, one in versions.items()
        if one is not None and name not in unused
    ]
    return f"Software: {', '.join(known)}; on {manifest.get('processor')}."
