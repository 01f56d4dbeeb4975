"""Measure what training on noisy copies gains on the digits of scikit-learn.

    python benchmarks/noisy_copies.py

Accuracy in three folds at scales 4 and 8, in each regime. The table stands in
``docs/measured.rst``.
"""

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from skn_noise import GaussianNoiseTransformer, NoisyCopies, noise_curve

X, y = load_digits(return_X_y=True)
for model in (
    RandomForestClassifier(random_state=0),
    LogisticRegression(max_iter=1000),
    SVC(),
):
    noise = GaussianNoiseTransformer(random_state=0)
    copies = NoisyCopies(model, scale=1.0, random_state=0)
    pipeline = Pipeline([("noise", noise), ("model", copies)])
    for training in ("clean", "frozen", "fresh"):
        curve = noise_curve(
            pipeline,
            X,
            y,
            scales=[4, 8],
            training=training,
            cv=3,
            scoring="accuracy",
            return_train_score=False,
        )
        means = curve.summary()["mean"].round(3).tolist()
        print(type(model).__name__, training, *means, flush=True)
