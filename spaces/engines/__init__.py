"""Engines run instances. `base.py` is the contract; Docker Engine is the default, `fake.py` serves the tests."""
