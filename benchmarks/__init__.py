"""Benchmarks: timings as ratios within one run, never tests. README.md says what was measured."""
