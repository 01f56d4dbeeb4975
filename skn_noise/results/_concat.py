"""Join the parts of one study."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from skn_noise.results._cells import CELL, cells_of, in_words, with_repeats

TABLES = ["scores", "epochs", "predictions"]


def join_curves(curves, kind):
    """Return what the joined curve is made of, by the names of its fields."""
    try:
        curves = list(curves)
    except TypeError:
        curves = [curves]
    _check_curves(curves, kind)
    _check_same_study([curve.manifest for curve in curves])
    _check_same_figures(curves)
    curves = _with_joint_numbers(curves)
    _check_cells(pd.concat([cells_of(curve.scores) for curve in curves]))
    joined = {
        name: _join([getattr(curve, name) for curve in curves]) for name in TABLES
    }
    manifest = _join_manifests([curve.manifest for curve in curves])
    return joined | {"n_classes": curves[0].n_classes, "manifest": manifest}


def _join(tables):
    if tables[0] is None:
        return None
    joined = pd.concat([with_repeats(table) for table in tables])
    return joined.sort_values(CELL, ignore_index=True)  # stable, as by three columns


def _check_curves(curves, kind):
    others = {type(curve).__name__ for curve in curves if not isinstance(curve, kind)}
    if others or not curves:
        raise ValueError(
            f"curves must be {kind.__name__}s, at least one, got "
            f"{', '.join(sorted(others)) or 'none'}. Pass a list of what noise_curve "
            "gave."
        )


def _check_same_study(manifests):
    if any(manifest is None for manifest in manifests):
        raise ValueError(
            "concat joins curves that noise_curve made, whose manifest says of which "
            "study they are; a curve from a search or made by hand has none. Run them "
            "with noise_curve."
        )
    first, *others = manifests
    if first["study"] is None:
        raise ValueError(
            "concat joins curves that are known to be of one study, but what "
            f"their estimator holds cannot be told from another: {first['estimator']}. "
            "Run all of it in one noise_curve."
        )
    for other in others:
        if any(first.get(name) != other.get(name) for name in ("study", "data")):
            told = "; ".join(_differences(first, other)) or (
                "something that the manifest does not spell out, for instance the code "
                "of a class"
            )
            raise ValueError(
                f"concat joins parts of one study, but these differ: {told}. Compare "
                "different studies as curves of their own."
            )


def _differences(first, other, prefix=""):
    """Yield in words what differs between two manifests."""
    for name in dict.fromkeys([*first, *other]):
        pair = first.get(name), other.get(name)
        if name in ["study", "folds", "others"] or pair[0] == pair[1]:
            continue
        if all(isinstance(value, dict) for value in pair):
            yield from _differences(*pair, prefix=f"{prefix}{name} ")
        else:
            yield f"{prefix}{name} is {pair[0]!r} and {pair[1]!r}"


def _check_same_figures(curves):
    """Refuse parts that lack what others have, so that a table would have gaps."""
    kinds = {
        "metrics": lambda curve: set(curve.scores["metric"]),
        "splits": lambda curve: set(curve.scores["split"]),
        "epochs": lambda curve: curve.epochs is not None,
        "predictions": lambda curve: curve.predictions is not None,
        "n_classes": lambda curve: curve.n_classes,
    }
    for name, get in kinds.items():
        first, *others = map(get, curves)
        for other in others:
            if other != first:
                raise ValueError(
                    f"concat joins curves with the same {name}, got "
                    f"{_in_words(first)} and {_in_words(other)}. Run the parts with "
                    "the same arguments."
                )


def _in_words(value):
    return sorted(value) if isinstance(value, set) else value


def _with_joint_numbers(curves):
    """Give the folds of all curves joint numbers, by their digests.

    Of folds that a user lists, each part numbers its own from 0.
    """
    if any("folds" not in curve.manifest for curve in curves):
        return curves
    digests = [curve.manifest["folds"] for curve in curves]
    every = {digest: None for part in digests for digest in part}
    numbers = {digest: number for number, digest in enumerate(every)}
    return [
        _renumbered(curve, [numbers[digest] for digest in part], list(every))
        for curve, part in zip(curves, digests, strict=True)
    ]


def _renumbered(curve, numbers, folds):
    tables = {
        name: table.assign(fold=np.array(numbers)[table["fold"]])
        for name in TABLES
        if (table := getattr(curve, name)) is not None
    }
    return replace(curve, **tables, manifest=curve.manifest | {"folds": folds})


def _check_cells(cells):
    """Refuse parts that overlap, or that do not make a whole."""
    again = cells[cells.duplicated()]
    if len(again):
        raise ValueError(
            "concat joins different scales, folds or repeats, but "
            f"{in_words(again)} is in several curves, and repeats joined with "
            "themselves would count twice. Leave out what another curve has, or run "
            "noise_curve with n_repeats for more repeats."
        )
    every = pd.DataFrame(
        product(*(cells[name].unique() for name in CELL)), columns=CELL
    )
    found = every.merge(cells, how="left", on=CELL, indicator="found")
    missing = found[found["found"] == "left_only"]
    if len(missing):
        raise ValueError(
            "concat joins parts to a whole, each scale with each fold and repeat, but "
            f"{in_words(missing)} is in none of the curves. Pass that part as well."
        )


def _join_manifests(manifests):
    """Return the first, with the others that were run in other circumstances."""
    every = []
    for manifest in manifests:
        for part in [manifest, *manifest.get("others", [])]:
            alone = {name: part[name] for name in part if name != "others"}
            if alone not in every:
                every.append(alone)
    first, *others = every
    return first | {"others": others} if others else first
