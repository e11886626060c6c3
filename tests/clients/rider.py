"""A rider of an app that signs its own JWTs, against running servers: an independent client of the ticketing API,
written from the published document and docs/api.md, with PyJWT and Python's standard library.

It brings its own app, agencies and identity provider, goes through everything that riders do, prints a line for each
step, and ends with `ok`, or at the first answer that is not as published with what was answered.

    SWITCHYARD_ADMIN_KEY=… python rider.py --server URL --limited URL --stripe URL [word …]

`--server` is a fresh server, `--limited` another with a low rate limit, `--stripe` the simulated Stripe of the first.
With words, only steps whose names have one of them are taken.
"""

import argparse
import os

import rides
from errors import never_met
from identity import Provider
from world import STEPS, World


def main():
    parser = argparse.ArgumentParser(description="Rides with a server, and holds it to what is published.")
    parser.add_argument("--server", required=True)
    parser.add_argument("--limited", required=True)
    parser.add_argument("--stripe", required=True)
    parser.add_argument("words", nargs="*")
    said = parser.parse_args()
    world = World(said.server, said.limited, said.stripe, os.environ["SWITCHYARD_ADMIN_KEY"], Provider())
    for step in STEPS:
        if not said.words or any(word in f"{step.__module__}.{step.__name__}" for word in said.words):
            print(f"{step.__module__.removeprefix(rides.__name__ + '.')}: {step.__name__}", flush=True)
            step(world)
    for check in world.unfinished:
        check()
    assert said.words or not never_met(), f"codes that nothing has led to: {never_met()}"
    print("ok", flush=True)


if __name__ == "__main__":
    main()
