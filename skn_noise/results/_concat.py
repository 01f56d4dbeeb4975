"""Join the parts of one study."""

import pandas as pd

from skn_noise.results._cells import CELL, cells_of, in_words, with_repeats

TABLES = ["scores", "epochs", "predictions"]


def join_curves(curves, kind):
    """Return what the joined curve is made of, by the names of its fields."""
    _check_curves(curves, kind)
    _check_same_study([curve.manifest for curve in curves])
    _check_same_figures(curves)
    _check_different_cells(curves)
    joined = {
        name: _join([getattr(curve, name) for curve in curves]) for name in TABLES
    }
    manifest = _join_manifests([curve.manifest for curve in curves])
    return joined | {"n_classes": curves[0].n_classes, "manifest": manifest}


def _join(tables):
    if tables[0] is None:
        return None
    joined = pd.concat([with_repeats(table) for table in tables])
    return joined.sort_values(CELL, kind="stable", ignore_index=True)


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
        if name in ["study", "others"] or pair[0] == pair[1]:
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


def _check_different_cells(curves):
    cells = pd.concat([cells_of(curve.scores) for curve in curves])
    again = cells[cells.duplicated()]
    if len(again):
        raise ValueError(
            "concat joins different scales, folds or repeats, but "
            f"{in_words(again)} is in several curves, and repeats joined with "
            "themselves would count twice. Leave out what another curve has, or run "
            "noise_curve with n_repeats for more repeats."
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
