"""Feature definitions and encoders."""

from .encoders import OneHot, Scale, buckets

__all__ = ["OneHot", "Scale", "buckets"]
