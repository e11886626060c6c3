"""A service in Python that knows nothing of the server but where it listens: it learns the services by reflection, buys a
pass for a rider, repeats that under its key, and follows the event feed across a server that is killed and comes back.

    python grpc_rider.py ADDR API_KEY RIDER_JWT

It prints a line for each step. At `kill me` it waits until the stream breaks, and then reads the address of the server that
came back from its standard input. It ends with `ok`.
"""

import json
import sys
import uuid

import grpc
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

PACKAGE = "switchyard.v1"


class Server:
    """Every method of every service, by what reflection says of them."""

    def __init__(self, address, key, jwt=None):
        self.channel = grpc.insecure_channel(address)
        self.database = ProtoReflectionDescriptorDatabase(self.channel)
        self.pool = descriptor_pool.DescriptorPool(self.database)
        self.metadata = [("authorization", f"Bearer {key}")]
        self.rider = [("x-rider-jwt", jwt)] if jwt else []

    def services(self):
        return sorted(self.database.get_services())

    def call(self, method, key=None, **fields):
        service, name = method.split(".")
        found = self.pool.FindServiceByName(f"{PACKAGE}.{service}").FindMethodByName(name)
        asked, answered = (
            message_factory.GetMessageClass(kind) for kind in (found.input_type, found.output_type)
        )
        make = self.channel.unary_stream if found.server_streaming else self.channel.unary_unary
        stub = make(
            f"/{PACKAGE}.{service}/{name}",
            request_serializer=asked.SerializeToString,
            response_deserializer=answered.FromString,
        )
        keyed = [("idempotency-key", key)] if key else []
        return stub(asked(**fields), metadata=self.metadata + self.rider + keyed)


def say(line):
    print(line, flush=True)


def buy(server, key=None):
    wallet = server.call("Passes.ListPasses")
    order = {
        "agency_id": "bigbluebus",
        "fare_id": "regular_single_ride",
        "stripe_token": "pm_card_visa",
        "passes_state": wallet.passes_state,
    }
    key = key or str(uuid.uuid4())
    return server.call("Purchases.CreatePurchase", key=key, **order), (key, order)


def until_silence(stream, events):
    """Takes in events up to a heartbeat; true if there was one, false if the stream broke."""
    try:
        for told in stream:
            if told.WhichOneof("said") == "heartbeat":
                return True
            events.append(told.event)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNAVAILABLE, error
    return False


def main():
    address, key, jwt = sys.argv[1:]
    server = Server(address, key, jwt)
    services = server.services()
    say("services: " + " ".join(services))
    for name in ["Accounts", "Catalog", "EventFeed", "Parking", "Passes", "Purchases", "Transfers", "Users"]:
        assert f"{PACKAGE}.{name}" in services, name
    assert "grpc.health.v1.Health" in services

    first, (purchase_key, order) = buy(server)
    assert len(first.passes) == 1 and first.passes[0].status == "unactivated", first
    again = server.call("Purchases.CreatePurchase", key=purchase_key, **order)
    assert again == first
    say("bought " + first.passes[0].pass_id)
    try:
        server.call("Purchases.CreatePurchase", key=purchase_key, **{**order, "fare_id": "other"})
        raise AssertionError("another request was taken under the same key")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.ALREADY_EXISTS, error

    events = []
    stream = server.call("EventFeed.Follow", heartbeat_seconds=1)
    assert until_silence(stream, events)
    say("kill me")
    while until_silence(stream, events):
        pass
    server = Server(sys.stdin.readline().strip(), key, jwt)
    second, _ = buy(server)
    assert len(second.passes) == 2
    stream = server.call("EventFeed.Follow", after=events[-1].position, heartbeat_seconds=1)
    assert until_silence(stream, events)

    positions = [event.position for event in events]
    assert positions == sorted(set(positions)), positions
    # The same as whoever asks for everything at once is told: nothing is missing.
    whole = []
    assert until_silence(server.call("EventFeed.Follow", heartbeat_seconds=1), whole)
    assert [(it.position, it.stream, it.type, it.data) for it in whole] == [
        (it.position, it.stream, it.type, it.data) for it in events
    ]
    completed = [event for event in events if event.type == "purchase.completed"]
    assert len(completed) == 2, [event.type for event in events]
    assert all(json.loads(event.data) for event in events)
    say("ok")


if __name__ == "__main__":
    main()
