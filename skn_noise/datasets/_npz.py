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
    with (
        named_if_unreadable(path, _MEND),
        path.open("rb") as bytes_,
        np.load(bytes_, allow_pickle=False) as archive,
    ):
        names = {name.lower(): name for name in archive.files}
        layout = next((one for one in _LAYOUTS if names.keys() >= set(one)), None)
        arrays = [np.asarray(archive[names[name]]) for name in layout or ()]
    if layout is None:
        nearest = max(_LAYOUTS, key=lambda one: len(names.keys() & set(one)))
        missing = [name for name in nearest if name not in names]
        raise ValueError(
            f"{path} lacks the arrays {missing}; it holds {list(names.values())}. Save "
            "it with np.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)."
        )
    called = [f"{name} of {path}" for name in layout]
    return [
        Part(arrays[0], arrays[1], called[0], called[1]),
        Part(arrays[2], arrays[3], called[2], called[3]),
    ]
