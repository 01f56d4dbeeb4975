import json
import os
import tempfile
import tracemalloc
import zipfile
from contextlib import suppress
from io import BytesIO, StringIO

import numpy as np
import pandas as pd
import pytest
from curves import curve_of
from hypothesis import given, settings
from hypothesis import strategies as st
from per_sample import MANIFEST, as_predicted, noisy, predicted_curve

from skn_noise import NoiseCurve, NoiseMatrix, write_report
from skn_noise.results import _files
from skn_noise.results._files import to_csv

HEAD = "skn_noise.json"
TABLES = ["scores", "epochs", "predictions"]
REFUSED = r"is damaged|another format"
UNKNOWN = "is damaged|lacks|must have"


@pytest.fixture(scope="module")
def curve(digits):
    curve = predicted_curve(noisy(), *digits, scales=[0.1, 1], cv=2, n_repeats=2)
    epochs = curve.scores[["scale", "fold", "repeat", "split", "metric", "value"]]
    return NoiseCurve(
        curve.scores,
        epochs=epochs.assign(epoch=1),
        n_classes=10,
        predictions=curve.predictions.astype({"probability": np.float32}),
        manifest=MANIFEST,
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "curve.npz"


def assert_same(loaded, curve):
    for name in TABLES:
        table, expected = getattr(loaded, name), getattr(curve, name)
        if expected is None:
            assert table is None
        else:
            pd.testing.assert_frame_equal(table, expected, check_exact=True)
    assert loaded.n_classes == curve.n_classes
    assert loaded.manifest == curve.manifest


def kept(curve):
    """Return the curve, saved and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "curve")
        curve.save(path)
        return NoiseCurve.load(path)


def read_members(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def with_members(path, changes, compression=zipfile.ZIP_DEFLATED, size=None):
    """Write the file again, with other bytes in some members that say another size."""
    members = read_members(path) | changes
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
            if name in changes and size is not None:
                file.getinfo(name).file_size = size


def read_head(path):
    return json.loads(read_members(path)[HEAD])


def with_head(path, **changes):
    with_members(path, {HEAD: json.dumps(read_head(path) | changes)})


def test_a_loaded_curve_is_the_saved_one(curve, path, monkeypatch):
    monkeypatch.setenv("HOME", str(path.parent))
    curve.save("~/curve.npz")
    assert_same(NoiseCurve.load(path), curve)
    assert_same(NoiseCurve.load("~/curve.npz"), curve)
    first = path.read_bytes()
    curve.save(path)
    assert path.read_bytes() == first
    part = curve.scores.query("scale == 1")  # whose rows are numbered anew
    assert_same(kept(NoiseCurve(part)), NoiseCurve(part.reset_index(drop=True)))


@given(data=st.data(), dtype=st.sampled_from(["f2", "f4", "f8", "i1", "i8", "u8", "?"]))
@settings(max_examples=20)
def test_numbers_of_all_types_stay_to_the_last_bit(data, dtype):
    raw = data.draw(st.binary(min_size=16, max_size=16))
    # Any bits: infinities, negative zeros, NaN of all kinds.
    extra = np.frombuffer(raw, dtype if dtype != "?" else "u1").astype(dtype)
    scores = pd.DataFrame(
        {"scale": np.arange(len(extra)), "fold": 0, "split": "train", "metric": "é,\n"}
    ).assign(value=data.draw(st.floats()), extra=extra)
    loaded = kept(NoiseCurve(scores))
    assert_same(loaded, NoiseCurve(scores))
    assert loaded.scores["extra"].to_numpy().tobytes() == extra.tobytes()


# Control and format characters are loaded as escapes.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), max_size=3)
LABELS = {
    "int64": st.integers(-3, 3),
    "bool": st.booleans(),
    "float64": st.floats(),
    "str": TEXTS,
    "object": st.one_of(
        st.none(), st.booleans(), st.integers(0, 1), st.sampled_from([0.0, -0.0, "1"])
    ),
    "string": TEXTS,
    "Int64": st.integers(-3, 3),
}


@given(data=st.data(), dtype=st.sampled_from(sorted(LABELS)))
@settings(max_examples=20)
def test_labels_of_all_types_stay_what_they_are(data, dtype):
    labels = data.draw(st.lists(LABELS[dtype], min_size=1, max_size=5))
    made = as_predicted([(1, 0, 0, i, "a", "b") for i in range(len(labels))])
    targets = pd.Series(labels, dtype=dtype)
    curve = NoiseCurve(made.scores, predictions=made.predictions.assign(target=targets))
    loaded = kept(curve)
    assert_same(loaded, curve)
    kinds = [[(type(x), repr(x)) for x in table.predictions["target"]]
             for table in (loaded, curve)]  # fmt: skip
    assert kinds[0] == kinds[1]


def test_members_are_compressed_and_the_same_on_every_system(curve, path):
    curve.save(path)
    with zipfile.ZipFile(path) as file:
        members = file.infolist()
    assert {member.compress_type for member in members} == {zipfile.ZIP_DEFLATED}
    assert {member.create_system for member in members} == {3}
    assert {member.external_attr >> 16 for member in members} == {0o644}
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {name for member in members if (name := member.filename) != HEAD} == {
        f"{name}/{column}.npy" for name in TABLES for column in getattr(curve, name)
    }


def test_each_label_is_written_once_and_as_a_small_number(curve, path):
    made = as_predicted([(1, 0, 0, i, "ab"[i % 2], "b") for i in range(6)])
    made.save(path)
    told = read_head(path)["tables"]["predictions"][4]
    dtype = str(made.predictions["target"].dtype)
    assert told == {"name": "target", "dtype": dtype, "labels": ["a", "b"]}
    codes = np.load(path)["predictions/target"]
    assert codes.dtype == np.int32
    assert codes.tolist() == [0, 1, 0, 1, 0, 1]


def test_a_file_that_is_there_is_replaced_by_a_whole_one_alone(curve, path):
    curve.save(path)
    other = NoiseCurve(curve.scores, manifest={"study": {1, 2}})
    with pytest.raises(ValueError, match="a manifest that can be written as JSON"):
        other.save(path)
    assert_same(NoiseCurve.load(path), curve)
    assert os.listdir(path.parent) == ["curve.npz"]


def test_a_write_that_fails_leaves_nothing(curve, path, monkeypatch):
    def has_no_room(*names):
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", has_no_room)
    with pytest.raises(OSError, match="no room"):
        curve.save(path)
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([pd.Timestamp(0)], "save supports numbers, strings"),
        ([(1, 2)], "save supports numbers, strings"),
        (
            pd.Categorical(["a"], ["b", "a"], ordered=True),
            ("does not support the dtype CategoricalDtype"),
        ),
    ],
)
def test_labels_that_would_not_come_back_are_refused(targets, message, path):
    made = as_predicted([(1, 0, 0, 0, "a", "b")])
    rows = made.predictions.assign(target=pd.Series(targets))
    with pytest.raises(ValueError, match=message):
        NoiseCurve(made.scores, predictions=rows).save(path)


def test_a_file_cut_off_anywhere_is_refused(curve, path):
    NoiseCurve(curve.scores[:8]).save(path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=REFUSED):
            NoiseCurve.load(path)
    assert length > 1000


def test_a_changed_byte_is_refused_or_changes_nothing(curve, path):
    part = NoiseCurve(curve.scores[:8], n_classes=10, manifest=MANIFEST)
    part.save(path)
    whole = path.read_bytes()
    loaded = []
    places = range(0, len(whole), 37)
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with suppress(ValueError):
            loaded.append(NoiseCurve.load(path))
    for read in loaded:
        assert_same(read, part)
    assert len(loaded) < len(places) / 2


def test_a_member_that_would_begin_before_the_file(curve, path):
    curve.save(path)
    content = bytearray(path.read_bytes())
    content[-4] ^= 1  # in the offset of the directory of the members
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is damaged"):
        NoiseCurve.load(path)


@pytest.mark.parametrize("content", [b"", b"scale,fold\n", b"PK\x03\x04", "archive"])
def test_a_file_that_is_not_ours(path, content):
    if content == "archive":
        np.savez(path, value=np.ones(3))
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"must be a file that NoiseCurve\.save wrote"):
        NoiseCurve.load(path)


class Malicious:
    def __reduce__(self):
        return os.mkdir, ("pickle_was_run",)


def test_a_pickle_is_never_run(curve, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    curve.save(path)
    content = as_member(np.array([Malicious()], dtype=object))
    with_members(path, {"scores/value.npy": content})
    with pytest.raises(ValueError, match="is damaged"):
        NoiseCurve.load(path)
    assert not os.path.exists("pickle_was_run")


def test_a_loaded_matrix_is_the_saved_one_and_no_curve(curve, path):
    scores = curve.scores.query("split == 'validation' and repeat == 0")
    scores = scores.drop(columns="split").rename(columns={"scale": "validation_scale"})
    matrix = NoiseMatrix(scores.assign(train_scale=0.5).reset_index(drop=True))
    matrix.save(path)
    pd.testing.assert_frame_equal(NoiseMatrix.load(path).scores, matrix.scores)
    with pytest.raises(
        ValueError, match="must contain a NoiseCurve, got 'NoiseMatrix'"
    ):
        NoiseCurve.load(path)


# --- files of others ------------------------------------------------------------------


def as_member(array, version=None):
    content = BytesIO()
    np.lib.format.write_array(content, array, version=version)
    return content.getvalue()


@pytest.fixture
def small(path):
    """The file of a curve with two columns of text."""
    made = as_predicted([(1, 0, 0, i, "ab"[i % 2], "b") for i in range(6)])
    made.save(path)
    return path


PROBABILITY, TARGET = "predictions/probability.npy", "predictions/target.npy"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({PROBABILITY: as_member(np.full(8, 0.5))}, "'predictions' differ in length"),
        ({PROBABILITY: as_member(np.full(6, 0.5), (2, 0))}, "in an unknown format"),
        ({TARGET: as_member(np.full(6, -1, np.int32))}, "label of 'target' is missing"),
        ({TARGET: as_member(np.full(6, 2, np.int32))}, "label of 'target' is missing"),
        ({HEAD: b"[" * 10**5 + b"]" * 10**5}, "is damaged"),
        ({}, "compressed by another method"),
    ],
)
def test_members_that_do_not_fit_are_refused(small, changes, message):
    with_members(small, changes, zipfile.ZIP_DEFLATED if changes else zipfile.ZIP_BZIP2)
    with pytest.raises(ValueError, match=message):
        NoiseCurve.load(small)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "must be in the format 1, .* got 2. Update skn_noise"),
        ({"tables": {}}, UNKNOWN),
        ({"tables": {"predictions": []}}, UNKNOWN),
        ({"tables": {"scores": [], "more": []}}, UNKNOWN),
        ({"tables": 3}, UNKNOWN),
        ({"values": {"n_classes": 2}}, UNKNOWN),
        ({"values": {"n_classes": 2, "manifest": None, "more": 1}}, UNKNOWN),
        ({"values": []}, UNKNOWN),
    ],
)
def test_other_formats_tables_and_values_are_refused(small, changes, message):
    with_head(small, **changes)
    with pytest.raises(ValueError, match=message):
        NoiseCurve.load(small)


def test_control_characters_are_loaded_as_escapes(small):
    tables = read_head(small)["tables"]
    tables["scores"][5]["labels"] = ["\x1b[31mred\x9b\u202e"]
    with_head(small, tables=tables)
    (metric,) = NoiseCurve.load(small).scores["metric"].unique()
    assert metric == r"\x1b[31mred\x9b\u202e"


def test_an_error_has_no_control_characters(small):
    with_head(small, kind="\x1b[31m", tables={})
    with pytest.raises(ValueError, match="must contain a NoiseCurve") as error:
        NoiseCurve.load(small)
    assert "\x1b" not in str(error.value)


def peak_of_loading(path):
    """Return the error of a file, and the memory that was taken to find it."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="is damaged") as error:
            NoiseCurve.load(path)
        return str(error.value), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def tight(monkeypatch):
    """Bounds of a thousandth, so that bombs of a few megabytes are bombs."""
    monkeypatch.setattr(_files, "_FREE_BYTES", _files._FREE_BYTES // 1000)
    monkeypatch.setattr(_files, "_MOST_BYTES_PER_BYTE", 10)
    monkeypatch.setattr(
        _files, "_FREE_BYTES_OF_HEAD", _files._FREE_BYTES_OF_HEAD // 100
    )


@pytest.mark.parametrize(
    ("member", "content", "size"),
    [
        ("scores/value.npy", as_member(np.zeros(4 * 10**6)), None),
        ("scores/value.npy", as_member(np.zeros(4 * 10**6)), 6 * 8 + 128),  # a lie
        (HEAD, b"[" + b"[]," * 10**6 + b"0]", None),
    ],
    ids=["column", "column that lies", "head"],
)
def test_a_bomb_is_refused_in_little_memory(small, tight, member, content, size):
    with_members(small, {member: content}, size=size)
    assert small.stat().st_size < 10**5
    error, peak = peak_of_loading(small)
    assert "unpacks to far more" in error or size is not None
    assert peak < 10**7


def test_a_header_that_declares_more_than_there_is_takes_no_memory(small):
    content = as_member(np.zeros(1)).replace(b"(1,), }        ", b"(999999999,), }")
    with_members(small, {"scores/value.npy": content})
    _, peak = peak_of_loading(small)
    assert peak < 10**7


def test_a_long_label_in_many_rows_is_refused_in_little_memory(small, tight):
    tables = read_head(small)["tables"]
    tables["predictions"][4]["labels"] = ["x" * 10_000]
    with_head(small, tables=tables)
    codes = as_member(np.zeros(10_000, dtype=np.int32))
    with_members(small, {"predictions/target.npy": codes})
    error, peak = peak_of_loading(small)
    assert "unpacks to far more" in error
    assert peak < 10**7


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_refused_and_not_waited_for(path):
    os.mkfifo(path)
    with pytest.raises(ValueError, match=r"must be a file that NoiseCurve\.save wrote"):
        NoiseCurve.load(path)


def test_errors_of_others_pass_through(small, monkeypatch):
    def times_out(*args):
        raise TimeoutError("The time of the user is over.")

    monkeypatch.setattr(_files, "_read_column", times_out)
    with pytest.raises(TimeoutError, match="of the user"):
        NoiseCurve.load(small)


# --- tables for spreadsheets ----------------------------------------------------------


def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe():
    names = ["=1+1", "+cmd", "-x", "@sum", "\tx", "accuracy", "-1", "+2.5", "a=b"]
    table = pd.DataFrame({"=metric": names, "value": -1.5, "none": None})
    lines = pd.read_csv(StringIO(to_csv(table)), dtype=str)
    assert list(lines) == ["'=metric", "value", "none"]
    expected = ["'=1+1", "'+cmd", "'-x", "'@sum", "'\tx", *names[5:]]
    assert lines["'=metric"].tolist() == expected
    assert set(lines["value"]) == {"-1.5"}


def test_a_table_without_formulas_is_the_csv_of_pandas(curve):
    assert to_csv(curve.scores) == curve.scores.to_csv(index=False)


# --- places that are no file ----------------------------------------------------------


def write_with(write, path):
    made = curve_of([0.9, 0.8], scales=[1, 2])
    if write == "report":
        write_report(path, made, dataset="digits")
    else:
        made.save(path)


@pytest.mark.parametrize("write", ["save", "report"])
def test_only_a_regular_file_is_replaced(write, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("pipe")
    for name, kind in [("pipe", "pipe"), ("link", "pipe"), ("folder", "a folder")]:
        with pytest.raises(ValueError, match=f"must name a regular file.*{kind}"):
            write_with(write, tmp_path / name)
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(os.listdir(tmp_path)) == ["folder", "link", "pipe"]


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_and_its_file_is_written(exists, curve, path):
    (path.parent / "kept").mkdir()
    target = path.parent / "kept" / "target.npz"
    if exists:
        target.write_text("old")
    path.symlink_to("kept/target.npz")
    curve.save(path)
    assert path.is_symlink()
    assert_same(NoiseCurve.load(target), curve)
    assert os.listdir(target.parent) == ["target.npz"]


@pytest.mark.parametrize("write", ["save", "report"])
def test_a_folder_that_is_missing_is_named(write, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*missing\. Create"):
        write_with(write, tmp_path / "missing" / "file")
