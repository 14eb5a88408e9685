"""Client of the Northwind prediction service."""

from .client import Client, PredictionError
from .messages import Prediction, decode, encode

__version__ = "0.9.2"
__all__ = ["Client", "Prediction", "PredictionError", "decode", "encode"]
