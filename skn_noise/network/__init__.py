"""The Keras network as a classifier of scikit-learn."""
