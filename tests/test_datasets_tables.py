import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skn_noise import load_dataset

PIXELS = np.random.default_rng(0).integers(0, 256, size=(12, 16), dtype=np.uint8)
PIXELS[0, 0] = 255
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


def test_column_of_labels_by_name(path):
    table = TABLE.rename(columns={"label": "digit"})
    np.testing.assert_array_equal(
        load_dataset(write_table(path, table), label="digit").y, LABELS
    )


def test_labels_that_are_text(path):
    table = TABLE.assign(label=np.char.mod("digit %d", LABELS))
    np.testing.assert_array_equal(
        load_dataset(write_table(path, table)).y, table["label"]
    )


def test_text_labels_have_a_type_whose_hash_is_stable(path):
    table = TABLE.assign(label=np.char.mod("digit %d", LABELS))
    assert load_dataset(write_table(path, table)).y.dtype.kind == "U"


def test_the_index_as_first_column_is_no_pixel(path):
    TABLE.to_csv(path)
    np.testing.assert_array_equal(load_dataset(path).X, LOADED)


def test_a_shuffled_index_is_no_pixel_either(path):
    TABLE.sample(frac=1, random_state=0).to_csv(path)
    assert load_dataset(path).X.shape == (12, 16)


def test_an_index_beside_a_pixel_that_repeats_is_no_pixel(path):
    dataset = load_dataset(write_text(path, ",a,label\n3,1,0\n4,1,0\n"))
    np.testing.assert_array_equal(dataset.X, [[1], [1]])


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_true_and_false_are_pixels(tmp_path, ending):
    table = pd.DataFrame({"a": [True, False], "b": [False, False], "label": [0, 1]})
    dataset = load_dataset(write_table(tmp_path / f"small{ending}", table))
    np.testing.assert_array_equal(dataset.X, [[1, 0], [0, 0]])


@pytest.mark.parametrize("dtype", ["Int64", "boolean"])
def test_a_value_that_pandas_holds_as_missing_is_named(tmp_path, dtype):
    table = pd.DataFrame({"a": pd.array([1, None], dtype), "label": [0, 1]})
    with pytest.raises(ValueError, match="in row 1, column 'a' holds nan"):
        load_dataset(write_table(tmp_path / "small.parquet", table))


def test_types_of_columns_that_pandas_has_of_its_own(tmp_path):
    table = TABLE.convert_dtypes().assign(label=pd.Categorical(LABELS.astype(str)))
    dataset = load_dataset(write_table(tmp_path / "small.parquet", table))
    np.testing.assert_array_equal(dataset.X, LOADED)
    np.testing.assert_array_equal(dataset.y, LABELS.astype(str))


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    X=arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=finite)
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_that_is_written_and_read_holds_the_same_numbers(tmp_path, X, ending):
    table = pd.DataFrame(X).rename(columns=str).assign(label=0)
    dataset = load_dataset(write_table(tmp_path / f"a{ending}", table), pixels=False)
    np.testing.assert_allclose(dataset.X, X, rtol=1e-15, atol=0)
    assert dataset.image_shape is None


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("a,b,label\nx,1,0\n2,y,1\n", "Column 'a' of .* holds 'x' in row 0"),
        ("a,b,label\n1,,0\n2,3,1\n", "in row 0, column 'b' holds nan"),
        ("a,b,label\n1,0,0\n2,inf,1\n", "in row 1, column 'b' holds inf"),
        ("a,b,label\n1,0,0,7\n2,1,1,7\n", "Expected 3 fields in line 2, saw 4"),
        ("a,b,label\n1,0,0\n2,1,1,7\n", "Expected 3 fields in line 3, saw 4"),
        ("a,b,label\n1,0,0\n2,1\n", "holds no label in row 1"),
        ("a,b,label\n1,0,x\n2,1,NA\n", "holds no label in row 1"),
        ("a,label,label\n1,0,1\n", "2 columns 'label'"),
        ("a,b,digit\n1,0,1\n", "no column 'label' .*'digit'"),
        ("a;b;label\n1;0;1\n", "separate columns by commas"),
        ("a,b,label\n", "no rows below its header"),
        ("label\n1\n2\n", "no columns beside the labels"),
        ("", "cannot be read .* with a header"),
        ("a,b,label,\n1,0,1,\n1,0,1,\n", "columns without name"),
        (",a,label\n3,0,1\n3,0,1\n", "columns without name"),
    ],
)
def test_a_csv_that_names_what_is_wrong(path, text, match):
    with pytest.raises(ValueError, match=match):
        load_dataset(write_text(path, text))


def test_numbers_beyond_the_integers_of_the_machine(path):
    dataset = load_dataset(write_text(path, f"a,label\n{10**30},0\n"), pixels=False)
    assert dataset.X == [[1e30]]


def test_text_and_missing_values_in_one_column(path):
    with pytest.raises(ValueError, match="holds 'x' in row 1"):
        load_dataset(write_text(path, "a,label\n,0\nx,0\n"))


def test_labels_of_which_one_is_text_are_all_text(path):
    content = "a,label\n" + "1,0\n" * 600_000 + "1,x\n"  # several pieces to pandas
    assert set(load_dataset(write_text(path, content)).y) == {"0", "x"}


def test_a_csv_in_another_encoding(path):
    path.write_bytes("a,label\n1,fünf\n".encode("latin-1"))
    with pytest.raises(
        ValueError, match=r"^\S+small.csv cannot be read \('utf-8' .*\)"
    ):
        load_dataset(path)


def test_a_csv_with_a_byte_order_mark(path):
    path.write_bytes("label,a\nfünf,1\n".encode("utf-8-sig"))
    assert load_dataset(path).y == ["fünf"]


def test_a_csv_that_is_not_packed_as_it_is_called(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        load_dataset(write_text(tmp_path / "small.csv.gz", "a,label\n1,0\n"))


@pytest.mark.parametrize("ending", [".csv.gz", ".parquet"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.95])
def test_a_truncated_table(tmp_path, ending, share):
    path = write_table(tmp_path / f"small{ending}")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="damaged"):
        load_dataset(path)


def test_a_damaged_gzip(tmp_path):
    path = tmp_path / "small.csv.gz"
    content = bytearray(gzip.compress(TABLE.to_csv(index=False).encode()))
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load_dataset(path)


def test_a_parquet_column_of_images_that_are_packed(tmp_path):
    table = pd.DataFrame({"image": [{"bytes": b"PNG"}] * 2, "label": [0, 1]})
    with pytest.raises(ValueError, match=r"Column 'image' of .* which is no number"):
        load_dataset(write_table(tmp_path / "small.parquet", table))


def test_labels_that_are_bytes(tmp_path):
    table = pd.DataFrame({"a": [0, 1], "label": [b"x", b"y"]})
    with pytest.raises(ValueError, match=r"^Column 'label' of .* labels of type bytes"):
        load_dataset(write_table(tmp_path / "small.parquet", table))


def test_an_encrypted_parquet(tmp_path):
    path = write_table(tmp_path / "small.parquet")
    path.write_bytes(path.read_bytes()[:-4] + b"PARE")
    with pytest.raises(ValueError, match="encrypted"):
        load_dataset(path)
