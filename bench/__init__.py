"""Benchmarks: every figure beside its floor, measured in the same run on a real platform that the benchmark starts itself."""
