"""Join the parts of one study."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from skn_noise.results._cells import CELL, in_words, with_draws, with_repeats

TABLES = ["scores", "epochs", "predictions"]


def join_curves(curves, kind):
    """Return the fields of the joined curve."""
    curves = list(curves) if isinstance(curves, Iterable) else [curves]
    others = {type(curve).__name__ for curve in curves if not isinstance(curve, kind)}
    if others or not curves:
        raise ValueError(
            f"curves must be at least one {kind.__name__}, got "
            f"{', '.join(sorted(others)) or 'none'}. Pass a list of curves that "
            "noise_curve returned."
        )
    _check_same_study([curve.manifest for curve in curves])
    _check_same_scores(curves)
    curves = _with_joint_folds(curves)
    _check_cells(curves)
    joined = {}
    for name in TABLES:
        tables = [getattr(curve, name) for curve in curves]
        if tables[0] is None:
            joined[name] = None
            continue
        tables = map(with_repeats, tables)
        if name != "epochs":
            tables = map(with_draws, tables)
        table = pd.concat(tables)
        joined[name] = table.sort_values(CELL, ignore_index=True)  # stable for three
    manifest = _join_manifests([curve.manifest for curve in curves])
    return joined | {"n_classes": curves[0].n_classes, "manifest": manifest}


def _check_same_study(manifests):
    """Raise an error unless the parts have the hashes of one study and one data set.

    The hash of the study covers the estimator with the source of the user's own code,
    the scorers, the versions and the splitter.
    """
    if any((manifest or {}).get("study") is None for manifest in manifests):
        raise ValueError(
            "concat joins curves of noise_curve whose manifest has the hash of the "
            "study. Curves of a search or of your own tables have no manifest, and "
            "studies of an estimator that cannot be hashed have no hash. Run all parts "
            "in one noise_curve."
        )
    first, *others = manifests
    for other in others:
        if any(first.get(name) != other.get(name) for name in ("study", "data")):
            differences = list(_differences(first, other)) or [
                "the hash of the study, for instance because the code of a class was "
                "edited"
            ]
            found = "; ".join(differences[:4])
            if len(differences) > 4:
                found += f"; and {len(differences) - 4} more"
            raise ValueError(
                f"concat joins parts of one study, but these differ: {found}. Compare "
                "different studies with compare_curves."
            )


def _differences(first, other, prefix=""):
    """Name the differences between two manifests."""
    for name in dict.fromkeys([*first, *other]):
        pair = first.get(name), other.get(name)
        if name in ["study", "folds", "others"] or pair[0] == pair[1]:
            continue
        if all(isinstance(value, dict) for value in pair):
            yield from _differences(*pair, prefix=f"{prefix}{name} ")
        elif prefix == "own_code ":
            yield f"{name} changed"
        else:
            yield f"{prefix}{name} is {pair[0]!r} and {pair[1]!r}"


def _check_same_scores(curves):
    """Raise an error if the parts do not have the same scores and tables."""
    kinds = {
        "metrics": lambda curve: sorted(curve.scores["metric"].unique()),
        "draws": lambda curve: sorted(with_draws(curve.scores)["draw"].unique()),
        "splits": lambda curve: sorted(curve.scores["split"].unique()),
        "epochs": lambda curve: curve.epochs is not None,
        "predictions": lambda curve: curve.predictions is not None,
    }
    for name, get in kinds.items():
        first, *others = map(get, curves)
        for other in others:
            if other != first:
                raise ValueError(
                    f"concat joins curves with the same {name}, got {first} and "
                    f"{other}. Run the parts with the same arguments."
                )


def _with_joint_folds(curves):
    """Give equal numbers to folds of the same samples, by their hashes.

    Each part numbers its folds from 0, even if the parts have different folds.
    """
    if any("folds" not in curve.manifest for curve in curves):
        return curves
    parts = [curve.manifest["folds"] for curve in curves]
    folds = list(dict.fromkeys(digest for part in parts for digest in part))
    joint = []
    for curve, part in zip(curves, parts, strict=True):
        numbers = np.array([folds.index(digest) for digest in part])
        tables = {
            name: table.assign(fold=numbers[table["fold"]].astype(table["fold"].dtype))
            for name in TABLES
            if (table := getattr(curve, name)) is not None
        }
        manifest = curve.manifest | {"folds": folds}
        joint.append(replace(curve, **tables, manifest=manifest))
    return joint


def _check_cells(curves):
    """Raise an error if parts overlap, or if cells are missing."""
    cells = pd.concat(
        [with_repeats(curve.scores)[CELL].drop_duplicates() for curve in curves]
    )
    again = cells[cells.duplicated()]
    if len(again):
        raise ValueError(
            "concat joins different scales, folds or repeats, but "
            f"{in_words(again)} is in several curves. Leave out one of these curves; "
            "for more repeats, run noise_curve with n_repeats."
        )
    every = pd.DataFrame(
        product(*(cells[name].unique() for name in CELL)), columns=CELL
    )
    found = every.merge(cells, how="left", on=CELL, indicator="found")
    missing = found[found["found"] == "left_only"]
    if len(missing):
        raise ValueError(
            "concat needs every combination of scale, fold and repeat, but "
            f"{in_words(missing)} is in none of the curves. Pass this part, too."
        )


def _join_manifests(manifests):
    """Return the first manifest, with the different ones as "others"."""
    every = []
    for manifest in manifests:
        # The manifest of a joined curve contains those of its parts.
        for part in [manifest, *manifest.get("others", [])]:
            alone = {name: part[name] for name in part if name != "others"}
            if alone not in every:
                every.append(alone)
    first, *others = every
    return first | {"others": others} if others else first
