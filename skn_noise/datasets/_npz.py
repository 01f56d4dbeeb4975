"""NumPy archives with a training and a test part."""

import numpy as np

from skn_noise.datasets._part import Part
from skn_noise.datasets._reading import named_if_unreadable

_LAYOUTS = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
)
_MEND = (
    "It is damaged or encrypted, no .npz file, or holds pickled objects, which are "
    "never loaded as they can run any code. Make it again with np.savez, of plain "
    "arrays of numbers."
)


def read_npz(path):
    """Return the two parts that an archive holds."""
    with path.open("rb") as file:
        with named_if_unreadable(path, _MEND):
            archive = np.load(file, allow_pickle=False)
            found = archive.files
        layout = _find_layout(found, path)
        return [_read_part(archive, *names, path) for names in (layout[:2], layout[2:])]


def _find_layout(found, path):
    """Return the names of the four arrays as the archive spells them."""
    names = {name.lower(): name for name in found}
    nearest = max(_LAYOUTS, key=lambda layout: len(names.keys() & set(layout)))
    missing = [name for name in nearest if name not in names]
    if missing:
        raise ValueError(
            f"{path} lacks the arrays {missing}; it holds {list(names.values())}. Save "
            "it with np.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)."
        )
    return [names[name] for name in nearest]


def _read_part(archive, X_name, y_name, path):
    arrays = []
    for name in (X_name, y_name):
        with named_if_unreadable(f"{name} of {path}", _MEND):
            arrays.append(np.asarray(archive[name]))
    return Part(*arrays, f"{X_name} of {path}", f"{y_name} of {path}")
