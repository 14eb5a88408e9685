from setuptools import find_packages, setup

setup(
    name="nw-legacy-metrics",
    version="0.7.4",
    description="Counters and timers with pluggable reporters",
    license="Apache-2.0",
    packages=find_packages("src"),
    package_dir={"": "src"},
    python_requires=">=3.8",
    install_requires=[],
    extras_require={
        "test": ["pytest>=7"],
    },
    classifiers=[
        "Development Status :: 7 - Inactive",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.8",
        "Programming Language :: Python :: 3.9",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
    ],
)
