"""Packs config/ into the package, as plugin/config; everything else about building is in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["plugin", "plugin.*"]), "plugin.config"],
    package_dir={"plugin.config": "config"},
)
