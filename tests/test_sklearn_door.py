"""The door to private names of scikit-learn, and to what differs between versions."""

import pickle
import re

import numpy as np
import pytest
from processes import python
from sklearn.metrics import check_scoring, get_scorer
from sklearn.naive_bayes import GaussianNB

from skn_noise import GaussianNoiseTransformer, GaussianParzenClassifier
from skn_noise._sklearn import (
    DocumentedMixin,
    has_callbacks,
    reads_predictions_only,
    scorers_apart,
)


def test_callbacks_are_found_once_they_are_set():
    callback = pytest.importorskip("sklearn.callback")
    assert not has_callbacks(GaussianNoiseTransformer())
    watched = GaussianNoiseTransformer().set_callbacks(callback.ProgressBar())
    assert has_callbacks(watched)


def test_without_callbacks_estimators_are_fitted_and_say_which_version_has_them():
    code = (
        "import sys, sklearn.pipeline; sys.modules['sklearn.callback'] = None;"
        "from skn_noise import GaussianNoiseTransformer;"
        "print(GaussianNoiseTransformer().fit_transform([[1.0], [2.0]]).shape);"
        "GaussianNoiseTransformer().set_callbacks()"
    )
    ran = python(code)
    assert ran.stdout == "(2, 1)\n"
    message = r"set_callbacks needs scikit-learn 1\.9 or newer, got scikit-learn 1\."
    assert re.search(message, ran.stderr.splitlines()[-1])


def test_a_single_scorer_has_no_name_and_all_parameters():
    scorer = get_scorer("accuracy")
    assert scorers_apart(scorer, {"a": 1}) == [(None, scorer, {"a": 1})]


def test_scorers_of_several_metrics_are_taken_apart_by_their_names():
    scorer = check_scoring(GaussianNB(), scoring=["accuracy", "neg_log_loss"])
    parts = scorers_apart(scorer, {})
    assert [(name, str(part), params) for name, part, params in parts] == [
        (name, str(get_scorer(name)), {}) for name in ("accuracy", "neg_log_loss")
    ]


def test_functions_of_users_may_read_anything():
    assert reads_predictions_only(get_scorer("accuracy"))
    assert not reads_predictions_only(lambda estimator, X, y: 0.0)


TEXTS = [
    [["a"]],
    [[1, b"a"]],
    np.array([["a"]]),
    np.array([[b"a"]]),
    np.array([[1, "a"]], object),
]


@pytest.mark.parametrize("X", TEXTS)
def test_text_of_any_kind_is_told_from_numbers(X):
    with pytest.raises(ValueError, match=r"^GaussianNoiseTransformer .* found text: "):
        GaussianNoiseTransformer().fit(X)


def test_objects_that_are_no_text_are_refused_as_scikit_learn_does():
    with pytest.raises(TypeError, match="must be a string or a real number"):
        GaussianNoiseTransformer().fit(np.array([[None, {}]], object))


def test_rows_of_unequal_length_are_refused_as_numpy_does():
    with pytest.raises(ValueError, match="inhomogeneous shape") as refused:
        GaussianNoiseTransformer().fit([[1, 2], ["a"]])
    assert refused.value.__context__ is None  # no second error while it was handled


def test_labels_that_are_objects_of_one_type_are_fine():
    labels = np.array(["a", "b"], dtype=object)
    classifier = GaussianParzenClassifier().fit([[0.0], [1.0]], labels)
    assert classifier.predict([[0.9]]) == ["b"]


# --- pickles --------------------------------------------------------------------------


def test_a_pickle_of_this_version_is_read_without_a_word():
    noise = pickle.loads(pickle.dumps(GaussianNoiseTransformer(scale=3)))
    assert vars(noise) == vars(GaussianNoiseTransformer(scale=3))


def test_a_pickle_of_another_version_says_which_wrote_it(monkeypatch):
    monkeypatch.setattr("skn_noise._sklearn.__version__", "0.1.5")
    pickled = pickle.dumps(GaussianNoiseTransformer(scale=3))
    monkeypatch.undo()
    message = r"^This GaussianNoiseTransformer was pickled by skn_noise 0\.1\.5, and"
    with pytest.warns(UserWarning, match=message) as warned:
        noise = pickle.loads(pickled)
    assert vars(noise) == vars(GaussianNoiseTransformer(scale=3))
    assert warned[0].filename == __file__


def test_a_pickle_of_the_first_version_which_did_not_name_itself(monkeypatch):
    monkeypatch.delattr(DocumentedMixin, "__getstate__")
    pickled = pickle.dumps(GaussianNoiseTransformer())
    monkeypatch.undo()
    with pytest.warns(UserWarning, match=r"was pickled by skn_noise 0\.1\.0, and"):
        pickle.loads(pickled)


class Own(GaussianNoiseTransformer):
    """Has versions of its own."""


def test_a_pickle_of_an_estimator_of_others_has_no_version_of_ours():
    assert b"_skn_noise_version" not in pickle.dumps(Own())
    assert pickle.loads(pickle.dumps(Own(scale=3))).scale == 3
