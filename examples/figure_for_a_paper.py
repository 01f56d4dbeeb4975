"""
Three classifiers in one column of a paper
==========================================

Nearest neighbours are the best of three classifiers on little noise, and the worst on
much: the curves cross between scales 4 and 8. The figure is 3.4 inches wide, the column
of most papers, and its text is text in the PDF.

    python examples/figure_for_a_paper.py

writes ``figure_for_a_paper.pdf`` within a minute.
"""

# %%
# The same folds and the same int seed of the noise for all, so that only the models
# differ. The digits are sorted by writer, and therefore shuffled.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseComparisonDisplay,
    compare_curves,
    noise_curve,
)

X, y = load_digits(return_X_y=True)
cv = StratifiedKFold(5, shuffle=True, random_state=0)
models = {
    "naive Bayes": GaussianNB(),
    "centroids": NearestCentroid(),
    "neighbours": KNeighborsClassifier(),
}
curves = {}
for name, model in models.items():
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("model", model)])
    curves[name] = noise_curve(
        pipeline, X, y, scales=[1, 2, 4, 8, 16], scoring="accuracy", cv=cv
    )
print(compare_curves(curves))

# %%
# ``pdf.fonttype`` 42 embeds the font, so that the text can be searched and copied.

with plt.rc_context({"font.size": 8, "pdf.fonttype": 42}):
    figure, ax = plt.subplots(figsize=(3.4, 2.6), layout="constrained")
    NoiseComparisonDisplay.from_curves(curves, ax=ax)
    figure.savefig("figure_for_a_paper.pdf")
