#!/usr/bin/env python
from distutils.core import setup

execfile("nw_old_sdk/version.py")

print "packaging nw-old-sdk", VERSION

setup(
    name="nw-old-sdk",
    version=VERSION,
    description="Client of the prediction service before nw-client",
    packages=["nw_old_sdk"],
    classifiers=[
        "Programming Language :: Python :: 2.7",
    ],
)
