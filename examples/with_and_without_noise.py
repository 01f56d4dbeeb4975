"""
With noise, a network learns the training images by heart
=========================================================

Without noise, training and validation accuracy rise together. With noise of scale 2 the
network still comes to know nearly all of its training images, their noise included, but
validation accuracy stops rising after a few epochs, many points below.

    python examples/with_and_without_noise.py

prints the accuracies and writes ``with_and_without_noise.png``.
"""

# %%
# The same preprocessing for both: the scaler and the noise are fitted on the training
# images alone, and scale 0 adds none.

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split

from skn_noise import load_dataset, make_noise_pipeline

dataset = load_dataset("mnist-5k")
X_train, X_val, y_train, y_val = train_test_split(
    dataset.X, dataset.y, test_size=0.2, stratify=dataset.y, random_state=0
)

# %%
# The classifier takes validation data and keeps the figures after each epoch in
# ``history_``. Training accuracy there is a running mean over the epoch with dropout
# on, which is why it can lie below validation accuracy at first.

histories = {}
for scale in (0.0, 2.0):
    pipeline = make_noise_pipeline(scale, random_state=0)
    preprocessing, classifier = pipeline[:-1], pipeline[-1]
    classifier.fit(
        preprocessing.fit_transform(X_train),
        y_train,
        X_val=preprocessing.transform(X_val),
        y_val=y_val,
    )
    histories[scale] = classifier.history_
    train, validation = (
        classifier.history_[k][-1] for k in ("accuracy", "val_accuracy")
    )
    print(f"scale {scale:g}: training {train:.3f}, validation {validation:.3f}")

# %%
# The picture.

figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
for ax, (scale, history) in zip(axes, histories.items(), strict=True):
    epochs = range(1, len(history["accuracy"]) + 1)
    ax.plot(epochs, history["accuracy"], "--s", color="#D55E00", ms=4, label="training")
    ax.plot(
        epochs, history["val_accuracy"], "-o", color="#0072B2", ms=4, label="validation"
    )
    ax.set(title=f"noise of scale {scale:g}", xlabel="epoch", xticks=range(2, 21, 2))
axes[0].set_ylabel("accuracy")
axes[0].legend(loc="lower right")
figure.savefig("with_and_without_noise.png", dpi=120)
