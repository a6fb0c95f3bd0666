import FirestoreModel
import JSON
import RFC3339
import Testing

// What re-implementations of Firestore were found to get wrong, one test each, in the order of the list in the design
// notes. Listeners (19) and missing composite indexes (25) do not apply to REST without index definitions; the cap on
// gRPC messages (21) applies to bodies here.
@Suite("Mistakes that clones make")
struct CloneMistakesTests {
  let emulator = EmulatorUnderTest()

  @Test("1: values of different types are ordered, not equal")
  func crossTypeOrder() throws {
    let values: [(String, FirestoreValue)] = [
      ("null", .null), ("bool", .boolean(false)), ("nan", .double(.nan)), ("number", .integer(0)),
      ("time", .timestamp(Timestamp(seconds: 0))), ("text", .string("")), ("bytes", .bytes([])),
      ("reference", .reference(emulator.name("c/d"))), ("geo", .geoPoint(latitude: 0, longitude: 0)),
      ("array", .array([])),
      ("map", .map([:])),
    ]
    for (id, value) in values.shuffled() { try emulator.set("mixed/\(id)", ["v": value]) }
    let ordered = StructuredQuery(collection: "mixed", orderBy: [.init(try field("v"))])
    #expect(try emulator.paths(ordered) == values.map { "mixed/\($0.0)" })
  }

  @Test("2: preconditions are honoured and contending transactions lose no update")
  func lostUpdate() throws {
    try emulator.set("c/a", ["n": .integer(0)])
    let (first, second) = (try emulator.begin(), try emulator.begin())
    _ = try emulator.read("c/a", in: first)
    _ = try emulator.read("c/a", in: second)
    let write = Write.set(try emulator.documentName("c/a"), ["n": .integer(1)])
    #expect(try emulator.commit([write], transaction: first).code == 200)
    let late = try emulator.commit([write], transaction: second)
    #expect(late.code == 409 && late.status == "ABORTED")
    let stale = Write(
      try emulator.documentName("c/a"), .delete, currentDocument: .updateTime(Timestamp(seconds: 1_000_000)))
    #expect(try emulator.commit([stale]).status == "FAILED_PRECONDITION")
    #expect(try emulator.fields("c/a") == ["n": .integer(1)])
  }

  @Test("3: a write of transforms alone keeps the other fields")
  func transformOnly() throws {
    try emulator.set("c/a", ["keep": .string("x"), "n": .integer(1)])
    let increment = FieldTransform(try field("n"), .increment(.integer(2)))
    let name = try emulator.documentName("c/a")
    _ = try emulator.commit([Write(name, .update(fields: [:], mask: []), transforms: [increment])])
    _ = try emulator.commit([Write(name, .transform, transforms: [increment])])
    #expect(try emulator.fields("c/a") == ["keep": .string("x"), "n": .integer(5)])
  }

  @Test("4: timestamps are cut to microseconds, down")
  func microseconds() throws {
    let body: JSONValue = ["fields": ["t": ["timestampValue": "2020-01-01T00:00:00.123456999Z"]]]
    _ = try emulator.send("PATCH", "/v1/\(emulator.name("c/a"))", body)
    #expect(try emulator.get("c/a").json["fields"]?["t"] == ["timestampValue": "2020-01-01T00:00:00.123456Z"])
  }

  @Test("5: times are kept, and every type comes back as it was")
  func timesAndTypes() throws {
    let fields: [String: FirestoreValue] = [
      "t": .timestamp(Timestamp(seconds: 5)), "b": .bytes([1, 2]), "g": .geoPoint(latitude: 1, longitude: 2),
      "r": .reference(emulator.name("c/d")), "n": .null, "d": .double(1), "i": .integer(1), "a": .array([.map([:])]),
    ]
    try emulator.set("c/a", fields)
    let first = try emulator.get("c/a").json
    emulator.clock.advance(seconds: 60)
    #expect(try emulator.get("c/a").json == first)
    #expect(try emulator.fields("c/a") == fields)
    try emulator.set("c/a", ["n": .integer(2)])
    let second = try emulator.get("c/a").json
    #expect(second["createTime"] == first["createTime"])
    #expect(second["updateTime"] != first["updateTime"])
  }

  @Test("6: orderBy drops documents without the field and sorts null first")
  func orderDropsMissing() throws {
    try emulator.set("c/a", ["n": .integer(1)])
    try emulator.set("c/b", ["m": .integer(1)])
    try emulator.set("c/c", ["n": .null])
    #expect(try emulator.paths(.init(collection: "c", orderBy: [.init(field("n"))])) == ["c/c", "c/a"])
  }

  @Test("7 and 8: neither != nor a range matches a missing field")
  func missingFields() throws {
    try emulator.set("c/a", ["n": .integer(5)])
    try emulator.set("c/b", ["m": .integer(5)])
    for comparison in [QueryFilter.FieldOperator.notEqual, .lessThan, .greaterThanOrEqual] {
      let filter = QueryFilter.field(try field("n"), comparison, .integer(comparison == .lessThan ? 9 : 1))
      #expect(try emulator.paths(.init(collection: "c", filter: filter)) == ["c/a"])
    }
  }

  @Test("9: text sorts by UTF-8 bytes, not by UTF-16")
  func utf8() throws {
    for (id, text) in [("high", "\u{FFFD}"), ("emoji", "😀"), ("plain", "z")] {
      try emulator.set("c/\(id)", ["s": .string(text)])
    }
    #expect(
      try emulator.paths(.init(collection: "c", orderBy: [.init(field("s"))])) == ["c/plain", "c/high", "c/emoji"])
    try emulator.set("k/\u{FFFD}")
    try emulator.set("k/😀")
    #expect(try emulator.paths(.init(collection: "k")) == ["k/\u{FFFD}", "k/😀"])
  }

  @Test("10: numeric ids come first, by number")
  func numericIDs() throws {
    for id in ["a", "__id12__", "__id7__", "0", "__id-3__"] { try emulator.set("c/\(id)") }
    #expect(try emulator.paths(.init(collection: "c")) == ["c/__id-3__", "c/__id7__", "c/__id12__", "c/0", "c/a"])
  }

  @Test("11: a listing tells that there is more, and its pages cover everything once")
  func listPages() throws {
    for index in 0..<95 { try emulator.set("c/d\(index)") }
    var seen: [String] = []
    var token = ""
    repeat {
      let answer = try emulator.get("c?pageSize=40&pageToken=\(token)")
      seen += try (answer.json["documents"]?.arrayValue ?? []).map { try FirestoreDocument(json: $0).name.path.id }
      token = answer.json["nextPageToken"]?.stringValue ?? ""
    } while !token.isEmpty
    #expect(seen.count == 95 && Set(seen).count == 95)
    #expect(seen == seen.sorted { UTF8Order.compare($0, $1) < 0 })
  }

  @Test("12: of contending transactions one gets through each round, so all do in the end")
  func contention() throws {
    try emulator.set("c/counter", ["n": .integer(0)])
    var waiting = 12
    var rounds = 0
    while waiting > 0 {
      let open = try (0..<waiting).map { _ in try emulator.begin() }
      let seen = try open.map { try emulator.read("c/counter", in: $0) }
      for (transaction, answer) in zip(open, seen) {
        let document = try FirestoreDocument(json: #require(answer.json[0]?["found"]))
        guard case .integer(let n)? = document.fields["n"] else { throw UnexpectedAnswer() }
        let write = Write.set(document.name, ["n": .integer(n + 1)])
        if try emulator.commit([write], transaction: transaction).code == 200 { waiting -= 1 }
      }
      rounds += 1
    }
    #expect(rounds == 12)
    #expect(try emulator.fields("c/counter") == ["n": .integer(12)])
  }

  private struct UnexpectedAnswer: Error {}

  @Test("13: a malformed request is INVALID_ARGUMENT, not UNKNOWN")
  func invalidArgument() throws {
    for body in ["{", "[]", #"{"bogus":1}"#, #"{"structuredQuery":{"from":[{"collectionId":1}]}}"#] {
      let answer = try emulator.send("POST", "/v1/\(EmulatorUnderTest.root):runQuery", bytes: Array(body.utf8))
      #expect(answer.code == 400 && answer.status == "INVALID_ARGUMENT", "\(body)")
    }
  }

  @Test("14: sizes are limited, the number of writes is not")
  func sizes() throws {
    let large = try emulator.commit([
      .set(emulator.documentName("c/a"), ["s": .string(String(repeating: "x", count: 1_048_488))])
    ])
    #expect(large.status == "INVALID_ARGUMENT")
    let half = FirestoreValue.string(String(repeating: "x", count: 600_000))
    #expect(
      try emulator.commit([.set(emulator.documentName("c/a"), ["s": half, "t": half])]).status == "INVALID_ARGUMENT")
    #expect(try emulator.commit([.set(emulator.documentName("c/a"), ["s": half])]).code == 200)
    let many = try (0..<1_200).map { Write.set(try emulator.documentName("m/d\($0)"), [:]) }
    #expect(try emulator.commit(many).code == 200)
    #expect(try emulator.count(.init(collection: "m")) == .integer(1_200))
  }

  @Test("15: a collection group takes filters")
  func groupWithFilter() throws {
    try emulator.set("a/1/c/x", ["n": .integer(1)])
    try emulator.set("b/2/c/y", ["n": .integer(2)])
    try emulator.set("c/z", ["n": .integer(2)])
    try emulator.set("cc/z", ["n": .integer(2)])
    let query = StructuredQuery(
      from: .init(collectionID: "c", allDescendants: true), filter: .field(try field("n"), .equal, .integer(2)))
    #expect(try emulator.paths(query) == ["b/2/c/y", "c/z"])
    #expect(try emulator.query(query, below: "/b/2").status == "INVALID_ARGUMENT")
    let unfiltered = StructuredQuery(from: .init(collectionID: "c", allDescendants: true))
    #expect(try emulator.paths(unfiltered, below: "/b/2") == ["b/2/c/y"])
  }

  @Test("16: a delete answers without an update time")
  func deleteResult() throws {
    try emulator.set("c/a")
    let answer = try emulator.commit([.delete(emulator.documentName("c/a")), .delete(emulator.documentName("c/none"))])
    #expect(answer.json["writeResults"] == [[:], [:]])
  }

  @Test("17: there is one transform result per transform, in order")
  func transformResults() throws {
    let transforms = [
      FieldTransform(try field("n"), .increment(.integer(2))), .init(try field("t"), .requestTime),
      .init(try field("l"), .appendMissingElements([.integer(1)])), .init(try field("n"), .increment(.double(0.5))),
    ]
    let answer = try emulator.commit([
      Write(emulator.documentName("c/a"), .update(fields: [:], mask: nil), transforms: transforms)
    ])
    let results = try #require(answer.json["writeResults"]?[0]?["transformResults"]?.arrayValue)
    #expect(results.count == 4)
    #expect(
      results[0] == ["integerValue": "2"] && results[2] == ["nullValue": nil] && results[3] == ["doubleValue": 2.5])
    #expect(results[1]["timestampValue"]?.stringValue?.hasPrefix("2023-11-14T22:13:20") == true)
  }

  @Test("18: a precondition sees the earlier writes of its own commit")
  func preconditionWithinCommit() throws {
    let name = try emulator.documentName("c/a")
    let both = [
      Write.create(name, ["n": .integer(1)]),
      Write(name, .update(fields: ["n": .integer(2)], mask: nil), currentDocument: .exists(true)),
    ]
    #expect(try emulator.commit(both).code == 200)
    let again = [Write.delete(name), .create(name, ["n": .integer(3)]), .delete(name), .set(name, ["n": .integer(2)])]
    #expect(try emulator.commit(again).code == 200)
    let gone = [Write.delete(name), Write(name, .update(fields: [:], mask: nil), currentDocument: .exists(true))]
    let refused = try emulator.commit(gone)
    #expect(refused.status == "INVALID_ARGUMENT")
    #expect(refused.message == "Cannot delete then update an entity in the same request.")
    #expect(try emulator.fields("c/a") == ["n": .integer(2)])
  }

  @Test("20: aggregates have the right types")
  func aggregates() throws {
    try emulator.set("c/a", ["i": .integer(1), "d": .double(1.5), "s": .string("x")])
    try emulator.set("c/b", ["i": .integer(2), "d": .integer(1), "s": .integer(.max)])
    try emulator.set("c/c", ["i": .integer(3)])
    let query = StructuredQuery(collection: "c")
    func run(_ operation: AggregationQuery.Operation) throws -> FirestoreValue? {
      try emulator.aggregate(AggregationQuery(query, [.init(alias: "x", operation)]))["x"]
    }
    #expect(try run(.count(upTo: nil)) == .integer(3))
    #expect(try run(.count(upTo: 2)) == .integer(2))
    #expect(try run(.sum(field("i"))) == .integer(6))
    #expect(try run(.average(field("i"))) == .double(2))
    #expect(try run(.sum(field("d"))) == .double(2.5))
    #expect(try run(.sum(field("s"))) == .integer(.max))
    #expect(try run(.sum(field("none"))) == .integer(0))
    #expect(try run(.average(field("none"))) == .null)
    let together = AggregationQuery(
      query, [.init(alias: "n", .count(upTo: nil)), .init(alias: "s", .sum(try field("d")))])
    #expect(try emulator.aggregate(together) == ["n": .integer(2), "s": .double(2.5)])
  }

  @Test("21: a body of ten megabytes is accepted")
  func largeBody() throws {
    let text = FirestoreValue.string(String(repeating: "x", count: 1_000_000))
    let writes = try (0..<10).map { Write.set(try emulator.documentName("c/d\($0)"), ["s": text]) }
    #expect(try emulator.commit(writes).code == 200)
  }

  @Test("22: streaming answers are one JSON list without anything after it")
  func streamForm() throws {
    #expect(try emulator.query(.init(collection: "empty")).json.arrayValue?.count == 1)
    try emulator.set("c/a")
    let answer = try emulator.query(.init(collection: "c"))
    #expect(answer.json[0]?["document"] != nil && answer.json[0]?["readTime"] != nil && answer.json[1] == nil)
  }

  @Test("23: 1 equals 1.0 in filters, in arrays and in transforms")
  func numberEquality() throws {
    try emulator.set("c/a", ["n": .integer(1), "l": .array([.double(1)])])
    let filters: [QueryFilter] = [
      .field(try field("n"), .equal, .double(1)), .field(try field("n"), .in, .array([.double(1)])),
      .field(try field("l"), .arrayContains, .integer(1)), .field(try field("l"), .equal, .array([.integer(1)])),
    ]
    for filter in filters { #expect(try emulator.paths(.init(collection: "c", filter: filter)) == ["c/a"]) }
    let union = FieldTransform(try field("l"), .appendMissingElements([.integer(1), .integer(2)]))
    _ = try emulator.commit([Write(emulator.documentName("c/a"), .transform, transforms: [union])])
    #expect(try emulator.fields("c/a")?["l"] == .array([.double(1), .integer(2)]))
  }

  @Test("24: a cursor may give values for the first orders only")
  func prefixCursor() throws {
    for (id, a, b) in [("1", 1, 1), ("2", 1, 2), ("3", 2, 1), ("4", 2, 2)] {
      try emulator.set("c/\(id)", ["a": .integer(Int64(a)), "b": .integer(Int64(b))])
    }
    var query = StructuredQuery(collection: "c", orderBy: [.init(try field("a")), .init(try field("b"))])
    query.startAt = .init([.integer(2)], before: true)
    #expect(try emulator.paths(query) == ["c/3", "c/4"])
    query.startAt = .init([.integer(1)], before: false)
    #expect(try emulator.paths(query) == ["c/3", "c/4"])
    query.startAt = .init([.integer(1), .integer(2)], before: true)
    query.endAt = .init([.integer(2)], before: true)
    #expect(try emulator.paths(query) == ["c/2"])
    query.startAt = .init([.integer(1), .integer(2), .reference(emulator.name("c/2")), .null], before: true)
    #expect(try emulator.query(query).status == "INVALID_ARGUMENT")
  }
}
