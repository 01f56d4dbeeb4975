"""Which noise in training serves best, for every scale in validation."""

import pandas as pd

from skn_noise._metrics import is_negated, natural_name


def best_training(summary, metric):
    """Return the best and the worst scale in training, a row a scale in validation."""
    means = summary[summary["metric"] == metric].dropna(subset=["mean"])
    sign = -1 if is_negated(metric) else 1
    rows = []
    for scale, trained in means.groupby("validation_scale"):
        row = {"scale in validation": scale}
        ends = {"best": trained["mean"].idxmax(), "worst": trained["mean"].idxmin()}
        for name, end in ends.items():
            row[f"{name} in training"] = trained.loc[end, "train_scale"]
            row[f"{natural_name(metric)} of the {name}"] = (
                sign * trained.loc[end, "mean"]
            )
        rows.append(row)
    table = pd.DataFrame(rows)
    return table if table.empty else table.set_index("scale in validation")


def describe_best_training(table, metric):
    """Say which noise in training serves best against the greatest in validation."""
    if table.empty:
        return "No fit could be scored."
    scale = table.index[-1]
    best, best_score, worst, worst_score = table.iloc[-1]
    text = (
        f"Validated at scale {scale:g}, {natural_name(metric)} is {best_score:.3f} "
        f"after training at scale {best:g}"
    )
    if best == worst:
        return f"{text}."
    return f"{text}, the best, and {worst_score:.3f} at scale {worst:g}, the worst."
