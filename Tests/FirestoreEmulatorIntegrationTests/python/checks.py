"""Google's Python client of Firestore, over REST, must work on the emulator as on production.

Each check is a function whose name starts with `check_` and whose first line says what it shows; it gets a client with an
empty database. The high-level client speaks gRPC only, so its inner client is replaced by one with the REST transport.
"""

import datetime
import sys
import traceback

import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or
from google.cloud.firestore_v1.field_path import FieldPath
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreRestTransport

PROJECT = "concord-checks"


def make_client(address):
    client = firestore.Client(project=PROJECT, credentials=AnonymousCredentials())
    transport = FirestoreRestTransport(host=address, url_scheme="http", credentials=AnonymousCredentials())
    client._firestore_api_internal = FirestoreClient(transport=transport)
    return client


def ids(snapshots):
    return [snapshot.id for snapshot in snapshots]


def raises(error, call):
    try:
        call()
    except error as caught:
        return caught
    raise AssertionError(f"{error.__name__} was expected")


def check_values(client):
    """Every type of value comes back as it was written."""
    document = client.document("values/all")
    moment = datetime.datetime(2026, 3, 4, 5, 6, 7, 123456, tzinfo=datetime.timezone.utc)
    data = {
        "null": None, "yes": True, "int": -(2**63), "double": 1.5, "text": "Grüße 🎉", "bytes": b"\x00\xff",
        "time": moment, "geo": firestore.GeoPoint(1.5, -2.5), "reference": client.document("users/u1"),
        "list": [1, "a", {"b": None}], "map": {"x": {"y": [1]}, "a.b": 1, "`": 2}, "empty": {}, "none": [],
    }
    result = document.set(data)
    snapshot = document.get()
    assert snapshot.exists and snapshot.to_dict() == data, snapshot.to_dict()
    assert snapshot.update_time == result.update_time
    assert snapshot.create_time == snapshot.update_time


def check_writes(client):
    """create, set with merge, update with dotted and quoted paths, delete; and their refusals."""
    document = client.document("users/u1")
    document.create({"name": "a", "address": {"city": "x", "zip": 1}})
    raises(exceptions.Conflict, lambda: document.create({"name": "b"}))
    document.set({"address": {"city": "y"}}, merge=True)
    assert document.get().to_dict() == {"name": "a", "address": {"city": "y", "zip": 1}}
    document.update({"address.zip": firestore.DELETE_FIELD, FieldPath("odd name", "x").to_api_repr(): 1})
    assert document.get().to_dict() == {"name": "a", "address": {"city": "y"}, "odd name": {"x": 1}}
    raises(exceptions.NotFound, lambda: client.document("users/none").update({"a": 1}))
    document.delete()
    document.delete()
    assert not document.get().exists
    option = client.write_option(exists=True)
    raises(exceptions.NotFound, lambda: document.delete(option=option))


def check_preconditions(client):
    """An update with a stale update time is refused and changes nothing."""
    document = client.document("users/u1")
    first = document.set({"n": 1})
    document.update({"n": 2})
    stale = client.write_option(last_update_time=first.update_time)
    raises(exceptions.BadRequest, lambda: document.update({"n": 3}, option=stale))
    assert document.get().to_dict() == {"n": 2}


def check_transforms(client):
    """Server timestamps, increments, array unions and removals, maximum and minimum."""
    document = client.document("counters/c1")
    document.set({"n": 1, "tags": ["a", "b"], "high": 5, "low": 5})
    document.update(
        {
            "n": firestore.Increment(2), "tags": firestore.ArrayUnion(["b", "c"]), "at": firestore.SERVER_TIMESTAMP,
            "high": firestore.Maximum(7), "low": firestore.Minimum(7), "fresh": firestore.Increment(1.5),
        }
    )
    data = document.get().to_dict()
    assert isinstance(data.pop("at"), datetime.datetime)
    assert data == {"n": 3, "tags": ["a", "b", "c"], "high": 7, "low": 5, "fresh": 1.5}, data
    document.update({"tags": firestore.ArrayRemove(["a"])})
    assert document.get().to_dict()["tags"] == ["b", "c"]


def check_batches(client):
    """A batch is all or nothing."""
    batch = client.batch()
    for index in range(500):
        batch.set(client.document(f"bulk/d{index:03}"), {"n": index})
    assert len(batch.commit()) == 500
    batch = client.batch()
    batch.set(client.document("bulk/extra"), {"n": 1})
    batch.update(client.document("bulk/missing"), {"n": 1})
    raises(exceptions.NotFound, batch.commit)
    assert not client.document("bulk/extra").get().exists


def check_get_all(client):
    """Many documents at once, found and missing, with chosen fields."""
    client.document("users/u1").set({"a": 1, "b": 2})
    names = [client.document("users/u1"), client.document("users/none"), client.document("users/u1")]
    found = {snapshot.id: snapshot.to_dict() for snapshot in client.get_all(names, field_paths=["a"])}
    assert found == {"u1": {"a": 1}, "none": None}, found


def fill(client):
    for index, (city, tags) in enumerate([("x", ["a"]), ("y", ["a", "b"]), ("x", ["c"]), ("z", []), ("y", ["b"])]):
        client.document(f"shops/s{index}").set({"n": index, "city": city, "tags": tags})
    client.document("shops/s5").set({"n": 2.5})


def check_queries(client):
    """Filters, disjunctions, orders, cursors, limits, offsets, projections."""
    fill(client)
    shops = client.collection("shops")
    assert ids(shops.where(filter=FieldFilter("city", "==", "x")).stream()) == ["s0", "s2"]
    assert ids(shops.where(filter=FieldFilter("n", ">", 2)).stream()) == ["s5", "s3", "s4"]
    assert ids(shops.where(filter=FieldFilter("city", "!=", "x")).stream()) == ["s1", "s4", "s3"]
    assert ids(shops.where(filter=FieldFilter("city", "in", ["x", "z"])).stream()) == ["s0", "s2", "s3"]
    assert ids(shops.where(filter=FieldFilter("city", "not-in", ["x", "z"])).stream()) == ["s1", "s4"]
    assert ids(shops.where(filter=FieldFilter("tags", "array_contains", "a")).stream()) == ["s0", "s1"]
    assert ids(shops.where(filter=FieldFilter("tags", "array_contains_any", ["b", "c"])).stream()) == ["s1", "s2", "s4"]
    either = Or([FieldFilter("n", "==", 0), And([FieldFilter("city", "==", "y"), FieldFilter("n", ">", 1)])])
    assert ids(shops.where(filter=either).stream()) == ["s0", "s4"]
    ordered = shops.order_by("city").order_by("n", direction=firestore.Query.DESCENDING)
    assert ids(ordered.stream()) == ["s2", "s0", "s4", "s1", "s3"]
    assert ids(ordered.start_after({"city": "x", "n": 0}).stream()) == ["s4", "s1", "s3"]
    assert ids(ordered.start_at({"city": "y"}).end_before({"city": "z"}).stream()) == ["s4", "s1"]
    assert ids(ordered.offset(1).limit(2).stream()) == ["s0", "s4"]
    anchor = client.document("shops/s4").get()
    assert ids(ordered.start_at(anchor).stream()) == ["s4", "s1", "s3"]
    # Last, because the client turns round the orders of `ordered` itself for this.
    assert ids(ordered.limit_to_last(2).get()) == ["s1", "s3"]
    names = shops.order_by("__name__", direction=firestore.Query.DESCENDING).limit(2)
    assert ids(names.stream()) == ["s5", "s4"]
    assert [snapshot.to_dict() for snapshot in shops.select(["n"]).limit(1).stream()] == [{"n": 0}]
    assert ids(shops.where(filter=FieldFilter("city", "==", "nowhere")).stream()) == []
    raises(exceptions.BadRequest, lambda: list(shops.where(filter=FieldFilter("city", "in", [])).stream()))


def check_groups(client):
    """Collection groups reach every depth; partitions cover them exactly."""
    for user in ("u1", "u2"):
        for index in range(20):
            client.document(f"users/{user}/orders/o{index:02}").set({"user": user, "n": index})
    client.document("orders/top").set({"user": "none", "n": 99})
    group = client.collection_group("orders")
    assert len(list(group.stream())) == 41
    assert ids(group.where(filter=FieldFilter("n", ">", 18)).stream()) == ["o19", "o19", "top"]
    parts = list(group.get_partitions(3))
    assert len(parts) == 4, len(parts)
    paths = [snapshot.reference.path for part in parts for snapshot in part.query().stream()]
    assert len(paths) == 41 and len(set(paths)) == 41


def check_aggregations(client):
    """count, sum and avg."""
    fill(client)
    shops = client.collection("shops")
    assert shops.count(alias="all").get()[0][0].value == 6
    assert shops.where(filter=FieldFilter("city", "==", "y")).count().get()[0][0].value == 2
    query = shops.where(filter=FieldFilter("n", "<", 3)).count(alias="c").sum("n", alias="s").avg("n", alias="a")
    values = {result.alias: result.value for result in query.get()[0]}
    assert values == {"c": 4, "s": 5.5, "a": 1.375}, values


def check_transactions(client):
    """A transaction reads a snapshot and commits; one that was overtaken is aborted and leaves nothing."""
    document = client.document("counters/t")
    document.set({"n": 1})

    @firestore.transactional
    def increment(transaction):
        n = document.get(transaction=transaction).get("n")
        transaction.update(document, {"n": n + 1})
        return n

    assert increment(client.transaction()) == 1
    assert document.get().to_dict() == {"n": 2}
    overtaken = client.transaction()
    overtaken._begin()
    assert document.get(transaction=overtaken).get("n") == 2
    document.set({"n": 10})
    overtaken.update(document, {"n": 3})
    raises(exceptions.Conflict, overtaken._commit)
    assert document.get().to_dict() == {"n": 10}
    reading = client.transaction(read_only=True)
    reading._begin()
    assert document.get(transaction=reading).get("n") == 10
    document.set({"n": 11})
    assert document.get(transaction=reading).get("n") == 10
    reading._rollback()


def check_read_time(client):
    """Reads at an earlier time see what was there then."""
    document = client.document("users/u1")
    first = document.set({"n": 1})
    document.set({"n": 2})
    assert document.get(read_time=first.update_time).to_dict() == {"n": 1}
    earlier = client.collection("users").get(read_time=first.update_time)
    assert [snapshot.to_dict() for snapshot in earlier] == [{"n": 1}]


def check_listing(client):
    """Collections, documents over several pages, and missing documents that have children."""
    for index in range(70):
        client.document(f"many/d{index:02}").set({"n": index})
    client.document("many/ghost/sub/s1").set({})
    references = list(client.collection("many").list_documents(page_size=20))
    assert len(references) == 71 and references[-1].id == "ghost", len(references)
    assert [collection.id for collection in client.collections()] == ["many"]
    assert [collection.id for collection in client.document("many/ghost").collections()] == ["sub"]


def check_bulk(client):
    """Bulk writer and recursive delete."""
    for index in range(30):
        client.document(f"tree/t{index}").set({})
        client.document(f"tree/t{index}/leaf/l").set({})
    client.document("treeless/t").set({})
    assert client.recursive_delete(client.collection("tree")) == 60
    assert [collection.id for collection in client.collections()] == ["treeless"]
    writer = client.bulk_writer()
    for index in range(45):
        writer.create(client.document(f"written/w{index}"), {"n": index})
    writer.close()
    assert client.collection("written").count().get()[0][0].value == 45


def check_ids(client):
    """Ids with signs that addresses reserve, and generated ones."""
    for name in ("a b", "a+b", "a%2Fb", "a?b#c", "ü🎉", "a:commit"):
        client.collection("odd").document(name).set({"name": name})
    assert {snapshot.id: snapshot.get("name") for snapshot in client.collection("odd").stream()} == {
        name: name for name in ("a b", "a+b", "a%2Fb", "a?b#c", "ü🎉", "a:commit")
    }
    _, made = client.collection("odd").add({"x": 1})
    assert len(made.id) == 20 and made.get().to_dict() == {"x": 1}


def main(address):
    checks = [value for name, value in globals().items() if name.startswith("check_")]
    failed = 0
    for check in checks:
        answer = requests.delete(
            f"http://{address}/emulator/v1/projects/{PROJECT}/databases/(default)/documents", timeout=10
        )
        assert answer.status_code == 200, answer.text
        try:
            check(make_client(address))
            print(f"pass  {check.__doc__.splitlines()[0]}")
        except Exception:
            failed += 1
            print(f"FAIL  {check.__doc__.splitlines()[0]}\n{traceback.format_exc()}")
    print(f"Google's Python client over REST: {len(checks) - failed} of {len(checks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: checks.py HOST:PORT")
    sys.exit(main(sys.argv[1]))
