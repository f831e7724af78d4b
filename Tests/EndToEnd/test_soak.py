"""An hour of audio as fast as it goes, with faults and clients by seed. Scripts/soak.py runs longer ones."""
from soak import FastSoak


def test_an_hour(programs, rig):
    """Notes stay paired, every response arrives, and memory, threads and descriptors don't grow."""
    FastSoak(programs, rig, seed=14, hours=1).run()
