"""The tables and the sentence that a sweep prints."""

import pandas as pd


def stack(tables):
    """Put the tables of all regimes under each other, named in the first column."""
    return pd.concat(tables, names=["training"]).reset_index("training")


def make_table(summary):
    """Lay out the means over the folds with their 95 % intervals, a row a scale."""
    regimes = summary["training"].unique()
    is_loss = summary["metric"] == "neg_log_loss"
    figures = summary[["mean", "lower", "upper"]].to_numpy(copy=True)
    figures[is_loss] = -figures[is_loss][:, [0, 2, 1]]
    table = summary.assign(
        training=pd.Categorical(summary["training"], regimes),  # in their order
        metric=summary["metric"].where(~is_loss, "loss"),
        text=[
            f"{mean:.4f}" + (f" [{lower:.4f}, {upper:.4f}]" if lower == lower else "")
            for mean, lower, upper in figures
        ],
    ).pivot(index=["training", "scale"], columns=["split", "metric"], values="text")
    return table.droplevel("training") if len(regimes) == 1 else table


def describe_cost(curve):
    """Say in one sentence what the noise cost."""
    summary = curve.summary().query("split == 'validation' and metric == 'accuracy'")
    by_scale = summary.set_index("scale")["mean"].sort_index()
    least, most = by_scale.index[0], by_scale.index[-1]
    if least == most:
        return f"Validation accuracy at scale {most:g} is {by_scale[most]:.3f}."
    points = 100 * (by_scale[least] - by_scale[most])
    return (
        f"Noise of scale {most:g} instead of {least:g} costs {points:.1f} points of "
        f"validation accuracy{_describe_interval(curve, most)}: {by_scale[most]:.3f} "
        f"instead of {by_scale[least]:.3f}."
    )


def _describe_interval(curve, scale):
    """Name the interval of the cost; a single fold has none."""
    if curve.scores["fold"].nunique() < 2:
        return ""
    cost = curve.cost().query("metric == 'accuracy' and scale == @scale").iloc[0]
    return f" (95 % interval {-100 * cost['upper']:.1f} to {-100 * cost['lower']:.1f})"
