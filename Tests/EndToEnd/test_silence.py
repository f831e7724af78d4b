"""Silence: the network rests, its rest changes nothing that clients see, and the first note after it is not late."""
import time

from phrase import play_phrase_and_check


def counters(client):
    return client.request("status")["result"]["counters"]


def test_the_network_rests_in_silence(noted, rig):
    """It rests on an idle sink, works for subscribers of activations, and hears the first phrase like any other."""
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        deadline = time.monotonic() + 10
        while counters(client)["rested_hops"] < 50:
            assert time.monotonic() < deadline, counters(client)
            time.sleep(0.1)

        since = len(client.lines)
        client.request("subscribe", {"topics": ["activations"]})
        client.wait(lambda line: line.get("method") == "activations", since=since)
        before, since = counters(client), len(client.lines)
        deadline = time.monotonic() + 10
        while len(client.notifications("activations", since)) < 50:
            assert time.monotonic() < deadline, "activations stopped in silence"
            time.sleep(0.1)
        samples = [params["sample"] for _, params in client.notifications("activations", since)]
        assert all(b - a == 512 for a, b in zip(samples, samples[1:])), "activations of some hops are missing"
        assert counters(client)["rested_hops"] - before["rested_hops"] <= 5, "the network rested during a subscription"
        client.request("unsubscribe", {"topics": ["activations"]})

        rested = counters(client)["rested_hops"]
        deadline = time.monotonic() + 10
        while counters(client)["rested_hops"] < rested + 50:
            assert time.monotonic() < deadline, "the network doesn't rest again"
            time.sleep(0.1)
        play_phrase_and_check(rig, client)
        assert daemon.stop() == 0
