"""Folders with the four idx-ubyte files that MNIST and its likes come as."""

import gzip
from math import prod

import numpy as np

from skn_noise.datasets._part import Part
from skn_noise.datasets._reading import named_if_unreadable

_UNSIGNED_BYTES = b"\x00\x00\x08"


def read_idx_folder(folder):
    """Return the training and the test part that a folder holds."""
    return [_read_part(folder, names) for names in (("train",), ("t10k", "test"))]


def _read_part(folder, names):
    images = _find(folder, names, "images-idx3")
    labels = _find(folder, names, "labels-idx1")
    return Part(_read_idx(images), _read_idx(labels), str(images), str(labels))


def _find(folder, names, content):
    """Return the one file of a part; unpacked ones go before those packed."""
    kinds = (content, content.replace("-idx", ".idx"))
    for ending in ("", ".gz"):
        found = {
            path
            for name in names
            for kind in kinds
            for path in folder.glob(f"*{name}-{kind}-ubyte{ending}")
            if path.is_file()
        }
        if len(found) == 1:
            return found.pop()
        if found:
            raise ValueError(
                f"{folder} holds several data sets: {sorted(p.name for p in found)}. "
                "Leave the four files of one of them in a folder of their own."
            )
    raise ValueError(
        f"{folder} holds no file {names[0]}-{content}-ubyte or "
        f"{names[0]}-{content}-ubyte.gz. Pass the folder with the four files of MNIST "
        "or another set in their format."
    )


def _read_idx(path):
    with named_if_unreadable(path, "It is damaged; copy it again."):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        if content[:3] != _UNSIGNED_BYTES:
            raise ValueError(f"its first bytes are {content[:3]}, not those of ubytes")
        start = 4 + 4 * content[3]
        shape = tuple(map(int, np.frombuffer(content[4:start], ">u4")))
        if len(content) != start + prod(shape):
            raise ValueError(
                f"{len(content) - start} bytes for an array of shape {shape}"
            )
        return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
