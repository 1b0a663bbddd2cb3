"""Benchmarks of VLog: each compares the program with a peer, or a physical limit, in one run."""
