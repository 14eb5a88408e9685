"""Loads the churn model for mlflow.pyfunc."""

import json
import os

import numpy as np


class ChurnModel:
    def __init__(self, bias, weights, threshold):
        self.bias = bias
        self.weights = weights
        self.threshold = threshold

    def predict(self, model_input, params=None):
        columns = np.asarray(model_input[list(self.weights)], dtype="float64")
        total = self.bias + columns @ np.asarray(list(self.weights.values()))
        return 1.0 / (1.0 + np.exp(-total))


def _load_pyfunc(data_path):
    with open(os.path.join(data_path, "weights.json"), encoding="utf-8") as file:
        return ChurnModel(**json.load(file))
