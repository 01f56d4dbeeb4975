"""How a study was made, as a paragraph for a paper, with what it refers to."""

from typing import NamedTuple

from skn_noise.results._metrics import natural_name

_TRAINING = {
    "frozen": "They were trained on samples with noise that is the same in every epoch.",
    "fresh": "They were trained on samples whose noise is drawn afresh in every batch.",
    "clean": "They were trained on samples without noise.",
}
_WILSON = (
    "Wilson (1927). Probable inference, the law of succession, and statistical "
    "inference. Journal of the American Statistical Association 22(158)."
)
_KISH = "Kish (1965). Survey Sampling. Wiley."
_NADEAU_BENGIO = (
    "Nadeau, Bengio (2003). Inference for the generalization error. Machine Learning "
    "52(3)."
)


class _Method(NamedTuple):
    """What a word in the column `method` of a table stands for."""

    word: str
    sentence: str
    references: tuple[str, ...]


_METHODS = [
    _Method(
        "Wilson",
        "Intervals of accuracies are Wilson's (1927) for an effective number of samples "
        "(Kish 1965), which allows for what the choice of the training samples adds to "
        "the variance (after Nadeau and Bengio 2003).",
        (_WILSON, _KISH, _NADEAU_BENGIO),
    ),
    _Method(
        "Tango",
        "Accuracies at two scales were compared on the same samples by the score "
        "interval of Tango (1998).",
        (
            "Tango (1998). Equivalence test and confidence interval for the difference "
            "in proportions for the paired-sample design. Statistics in Medicine 17(8).",
        ),
    ),
    _Method(
        "log scale",
        "Intervals of mean log losses stand on the variance of the samples' losses, on "
        "a logarithmic scale.",
        (_KISH,),
    ),
    _Method(
        "MOVER",
        "Mean log losses were compared by recovering the variances from both intervals "
        "(Zou and Donner 2008).",
        (
            "Zou, Donner (2008). Construction of confidence limits about effect "
            "measures: a general approach. Statistics in Medicine 27(10).",
        ),
    ),
    _Method(
        "corrected t",
        "Intervals of other scores are corrected resampled t intervals over the folds "
        "(Nadeau and Bengio 2003).",
        (_NADEAU_BENGIO,),
    ),
]
_HOLM = (
    "Holm (1979). A simple sequentially rejective multiple test procedure. "
    "Scandinavian Journal of Statistics 6(2)."
)


def describe_methods(curve, dataset, training):
    """Return the paragraph and the references."""
    used = _methods_used(curve)
    sentences = [
        _what_was_run(curve, dataset),
        _TRAINING.get(training, ""),
        _what_was_scored(curve),
        *(method.sentence for method in used),
        "Intervals are at 95 %; p values of several scales were adjusted by Holm's "
        "method (1979).",
        _software(curve.manifest),
    ]
    references = [text for method in used for text in method.references]
    return " ".join(filter(None, sentences)), sorted({*references, _HOLM})


def _methods_used(curve):
    words = set(curve.summary()["method"])
    if curve.scores["scale"].nunique() > 1:
        words |= set(curve.cost()["method"])
    return [m for m in _METHODS if any(m.word in word for word in words)]


def _what_was_run(curve, dataset):
    scores = curve.scores
    scales = ", ".join(f"{scale:g}" for scale in sorted(scores["scale"].unique()))
    n_train, n_validation = (
        f"{scores[name].mean():.0f}" for name in ("n_train", "n_validation")
    )
    n_folds, n_repeats = scores["fold"].nunique(), _count_repeats(scores)
    folds = "a holdout" if n_folds == 1 else f"{n_folds} folds"
    repeats = f", repeated {n_repeats} times with other noise" if n_repeats > 1 else ""
    return (
        f"Classifiers were trained and validated on {dataset} with Gaussian noise of "
        f"the scales {scales} added to the standardised samples, on {folds} of "
        f"{n_train} training and {n_validation} validation samples{repeats}; every "
        "sample had noise of its own, independent between training and validation, and "
        "all scales shared one draw."
    )


def _count_repeats(scores):
    return scores["repeat"].nunique() if "repeat" in scores else 1


def _what_was_scored(curve):
    names = [natural_name(metric) for metric in curve.scores["metric"].unique()]
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"They were scored by {listed}."


def _software(manifest):
    if manifest is None:
        return ""
    versions = ", ".join(f"{name} {v}" for name, v in manifest["versions"].items())
    return f"Software: {versions}; on {manifest['processor']}."
