"""Data sets in CSV and parquet files."""

import os
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import StandardScaler
from test_datasets import cut_to, flip_a_byte

from skn_noise import load_dataset

PIXELS = np.random.default_rng(0).integers(0, 256, size=(12, 16), dtype=np.uint8)
PIXELS[:2] = 255  # no column of different numbers
LABELS = np.arange(12) % 3
TABLE = pd.DataFrame(PIXELS).rename(columns=str).assign(label=LABELS)
LOADED = PIXELS / np.float32(255)


def write_table(path, table=TABLE):
    if path.suffix.lower() == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "small.csv"


def write_text(path, text):
    path.write_text(text)
    return path


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".CSV", ".parquet", ".Parquet"])
def test_tables(tmp_path, ending):
    dataset = load_dataset(write_table(tmp_path / f"small{ending}"))
    np.testing.assert_array_equal(dataset.X, LOADED)
    np.testing.assert_array_equal(dataset.y, LABELS)
    assert dataset.image_shape == (4, 4)
    assert dataset.name == "small"


@pytest.mark.parametrize("ending", ["csv.gz", "parquet"])
def test_a_name_of_a_table_that_is_not_utf_8(tmp_path, ending):
    path = write_table(tmp_path / f"small.{ending}")
    path = path.rename(tmp_path / os.fsdecode(b"m\xfcll." + ending.encode()))
    assert load_dataset(path).name == "m\N{REPLACEMENT CHARACTER}ll"


# --- columns --------------------------------------------------------------------------


def test_the_columns_of_a_table_of_measurements_keep_their_names(path):
    write_text(path, "volt,state,pascal\n.5,on,1e5\n.25,off,1e5\n")
    dataset = load_dataset(path, label="state", pixels=False)
    assert dataset.feature_names == ["volt", "pascal"]
    assert dataset.X.dtypes.tolist() == [np.float64, np.float64]
    names = StandardScaler().fit(dataset.X).feature_names_in_
    assert names.tolist() == dataset.feature_names
    np.testing.assert_array_equal(dataset.X, [[0.5, 1e5], [0.25, 1e5]])


@pytest.mark.parametrize("values", ["0 1 2", "3 1 2", "7.0 1e3 -5"])
@pytest.mark.parametrize("name", ["id", ""])
def test_a_column_of_different_whole_numbers_is_named(path, values, name):
    table = pd.DataFrame({name: values.split(), "a": [1, 1, 0], "label": [0, 1, 0]})
    message = f"in every row of {name!r}. .* drop it with drop=.{name!r}"
    with pytest.warns(UserWarning, match=message) as warned:
        dataset = load_dataset(write_table(path, table), pixels=False)
    assert warned[0].filename == __file__
    assert dataset.feature_names == [name, "a"]


@pytest.mark.parametrize("values", ["0 1 1", "0.5 1 2", "True False True"])
def test_another_column_is_not(path, values):
    table = pd.DataFrame({"a": values.split(), "label": [0, 1, 0]})
    load_dataset(write_table(path, table), pixels=False)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("drop", ["id", ["id"], ["name", "id"]])
def test_columns_that_are_left_out(tmp_path, ending, drop):
    table = TABLE.assign(id=np.arange(12))
    if "name" in drop:
        table = table.assign(name="text")
    dataset = load_dataset(write_table(tmp_path / f"small{ending}", table), drop=drop)
    np.testing.assert_array_equal(dataset.X, LOADED)


def test_the_index_that_pandas_writes_is_left_out_by_its_empty_name(path):
    TABLE.to_csv(path)
    np.testing.assert_array_equal(load_dataset(path, drop="").X, LOADED)


# --- labels ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "labels",
    [
        ["250.1", "250.10", "401.9"],
        ["0060", "060", "65"],
        ["true", "True", "False"],
        ["-0", "0", "1"],
        ["1", "+1", "2"],
        ["1", " 1", "1 "],
        ["1_000", "1000", "1"],
        ["NA", "nan", "None"],
        ["1", "9999999999999999999", "2"],
    ],
)
def test_labels_of_a_csv_are_text_as_it_stands(path, labels):
    write_table(path, pd.DataFrame({"a": [0.5] * 3, "label": labels}))
    y = load_dataset(path).y
    assert y.tolist() == labels
    assert y.dtype.kind == "U"  # whose hash does not change from process to process


def test_whole_numbers_of_a_csv_are_integers(path):
    write_table(path, pd.DataFrame({"a": [0.5] * 3, "label": ["-1", "0", "10"]}))
    assert load_dataset(path).y.tolist() == [-1, 0, 10]


def test_labels_of_a_parquet_file_keep_their_type(tmp_path):
    table = pd.DataFrame({"a": [0.5] * 3, "text": ["1", "2", "3"], "real": [1.5, 2, 3]})
    path = write_table(tmp_path / "small.parquet", table)
    assert load_dataset(path, label="text", drop="real").y.tolist() == ["1", "2", "3"]
    assert load_dataset(path, label="real", drop="text").y.tolist() == [1.5, 2, 3]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_true_and_false_are_pixels(tmp_path, ending):
    table = pd.DataFrame({"a": [True, False], "b": [False, False], "label": [0, 1]})
    dataset = load_dataset(write_table(tmp_path / f"small{ending}", table))
    np.testing.assert_array_equal(dataset.X, [[1, 0], [0, 0]])


def test_types_of_columns_that_pandas_has_of_its_own(tmp_path):
    table = TABLE.convert_dtypes().assign(label=pd.Categorical(LABELS.astype(str)))
    dataset = load_dataset(write_table(tmp_path / "small.parquet", table))
    np.testing.assert_array_equal(dataset.X, LOADED)
    np.testing.assert_array_equal(dataset.y, LABELS.astype(str))


finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.filterwarnings("ignore:.* has a different whole number")
@given(
    X=arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=finite)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_that_is_written_and_read_holds_the_same_numbers(tmp_path, X, ending):
    table = pd.DataFrame(X).rename(columns=str).assign(label=0)
    dataset = load_dataset(write_table(tmp_path / f"a{ending}", table), pixels=False)
    np.testing.assert_allclose(dataset.X, X, rtol=1e-15, atol=0)
    assert dataset.image_shape is None


# --- bad input ------------------------------------------------------------------------


def test_numbers_beyond_the_integers_of_the_machine(path):
    dataset = load_dataset(write_text(path, f"a,label\n{10**30},0\n"), pixels=False)
    np.testing.assert_array_equal(dataset.X, [[1e30]])


def test_a_csv_with_a_byte_order_mark(path):
    path.write_bytes("label,a\nfünf,1\n".encode("utf-8-sig"))
    assert load_dataset(path).y == ["fünf"]


@pytest.mark.parametrize(
    ("ending", "damage"),
    [
        *product([".csv.gz", ".parquet"], [cut_to(0), cut_to(0.5)]),
        (".csv.gz", flip_a_byte),  # pyarrow reads a parquet file without its checksums
    ],
)
def test_a_damaged_table(tmp_path, ending, damage):
    path = write_table(tmp_path / f"small{ending}")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="damaged"):
        load_dataset(path)
