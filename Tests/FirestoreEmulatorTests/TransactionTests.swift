import FirestoreModel
import JSON
import RFC3339
import Testing

@Suite("Transactions and read times")
struct TransactionTests {
  let emulator = EmulatorUnderTest()

  private func write(_ path: String, _ n: Int64) throws -> Write {
    .set(try emulator.documentName(path), ["n": .integer(n)])
  }

  @Test("reads of a transaction see one snapshot, not later commits and not its own writes")
  func snapshot() throws {
    try emulator.set("c/a", ["n": .integer(1)])
    let transaction = try emulator.begin(["readOnly": [:]])
    let first = try emulator.read("c/a", in: transaction)
    try emulator.set("c/a", ["n": .integer(2)])
    try emulator.set("c/b", ["n": .integer(2)])
    let second = try emulator.read("c/a", in: transaction)
    #expect(second.json == first.json)
    #expect(try emulator.paths(.init(collection: "c"), ["transaction": transaction]) == ["c/a"])
    #expect(try emulator.count(.init(collection: "c"), ["transaction": transaction]) == .integer(1))
    #expect(try emulator.paths(.init(collection: "c")) == ["c/a", "c/b"])
  }

  @Test("a change to a document that was read aborts, also when it was missing")
  func readConflict() throws {
    let transaction = try emulator.begin()
    #expect(try emulator.read("c/new", in: transaction).json[0]?["missing"] != nil)
    try emulator.set("c/new")
    let answer = try emulator.commit([write("d/x", 1)], transaction: transaction)
    #expect(answer.code == 409 && answer.status == "ABORTED")
    #expect(try emulator.fields("d/x") == nil)
  }

  @Test("a document that comes to match a query that was read aborts, one that does not match does not")
  func phantom() throws {
    let filter = QueryFilter.field(try field("n"), .equal, .integer(1))
    for (n, isAborted) in [(2, false), (1, true)] as [(Int64, Bool)] {
      let transaction = try emulator.begin()
      _ = try emulator.paths(.init(collection: "c", filter: filter), ["transaction": transaction])
      _ = try emulator.commit([write("c/other\(n)", n)])
      _ = try emulator.commit([write("elsewhere/x\(n)", 1)])
      let answer = try emulator.commit([write("d/x", n)], transaction: transaction)
      #expect((answer.status == "ABORTED") == isAborted)
    }
  }

  @Test("a transaction that read nothing that changed commits, and only once")
  func success() throws {
    try emulator.set("c/a", ["n": .integer(1)])
    let transaction = try emulator.begin()
    _ = try emulator.read("c/a", in: transaction)
    try emulator.set("c/b")
    #expect(try emulator.commit([write("c/a", 2)], transaction: transaction).code == 200)
    #expect(try emulator.fields("c/a") == ["n": .integer(2)])
    #expect(try emulator.commit([write("c/a", 3)], transaction: transaction).status == "INVALID_ARGUMENT")
    #expect(try emulator.read("c/a", in: transaction).status == "INVALID_ARGUMENT")
    #expect(try emulator.post(":rollback", ["transaction": transaction]).code == 200)
  }

  @Test("unknown transactions are refused everywhere")
  func unknown() throws {
    for verb in [":commit", ":rollback"] {
      #expect(try emulator.post(verb, ["transaction": "AAAA"]).status == "INVALID_ARGUMENT")
    }
    #expect(try emulator.read("c/a", in: "AAAA").status == "INVALID_ARGUMENT")
    let transaction = try emulator.begin()
    let other = try emulator.send(
      "POST", "/v1/projects/q/databases/(default)/documents:rollback", ["transaction": transaction])
    #expect(other.status == "INVALID_ARGUMENT")
  }

  @Test("a read-only transaction cannot write")
  func readOnly() throws {
    let transaction = try emulator.begin(["readOnly": [:]])
    #expect(try emulator.commit([write("c/a", 1)], transaction: transaction).status == "INVALID_ARGUMENT")
    #expect(try emulator.commit([], transaction: emulator.begin(["readOnly": [:]])).code == 200)
  }

  @Test("idle transactions end after 60 s, all after 270 s")
  func expiry() throws {
    try emulator.set("c/a")
    let idle = try emulator.begin()
    let busy = try emulator.begin()
    for _ in 0..<5 {
      emulator.clock.advance(seconds: 50)
      #expect(try emulator.read("c/a", in: busy).code == 200)
    }
    #expect(try emulator.read("c/a", in: idle).status == "INVALID_ARGUMENT")
    emulator.clock.advance(seconds: 21)
    #expect(try emulator.read("c/a", in: busy).status == "INVALID_ARGUMENT")
  }

  @Test("a read can open the transaction that it is part of")
  func newTransaction() throws {
    try emulator.set("c/a", ["n": .integer(1)])
    let answer = try emulator.post(
      ":batchGet", ["documents": [.string(emulator.name("c/a"))], "newTransaction": ["readWrite": [:]]])
    let id = try #require(answer.json[0]?["transaction"])
    #expect(answer.json[0]?["found"] == nil && answer.json[1]?["found"] != nil)
    try emulator.set("c/a", ["n": .integer(2)])
    #expect(try emulator.commit([write("c/a", 3)], transaction: id).status == "ABORTED")
    let query = try emulator.query(.init(collection: "c"), ["newTransaction": [:]])
    let reading = try #require(query.json[0]?["transaction"])
    #expect(try emulator.commit([write("c/a", 3)], transaction: reading).status == "INVALID_ARGUMENT")
  }

  @Test("a read time shows what was there, for an hour")
  func readTime() throws {
    try emulator.set("c/a", ["n": .integer(1)])
    let time = try emulator.updateTime("c/a")
    emulator.clock.advance(seconds: 10)
    try emulator.set("c/a", ["n": .integer(2)])
    try emulator.set("c/b")
    _ = try emulator.commit([.delete(emulator.documentName("c/a"))])
    let then: JSONObject = ["readTime": time]
    let answer = try emulator.query(.init(collection: "c"), then)
    #expect(answer.json.arrayValue?.count == 1 && answer.json[0]?["readTime"] == time)
    #expect(answer.json[0]?["document"]?["fields"] == ["n": ["integerValue": "1"]])
    #expect(try emulator.count(.init(collection: "c"), then) == .integer(1))
    #expect(try emulator.paths(.init(collection: "c")) == ["c/b"])
    let get = try emulator.get("c/a?readTime=\(try #require(time.stringValue))")
    #expect(get.json["fields"] == ["n": ["integerValue": "1"]])
    let ids = try emulator.post(":listCollectionIds", ["readTime": time])
    #expect(ids.json["collectionIds"] == ["c"])
    emulator.clock.advance(seconds: 3_600)
    #expect(try emulator.query(.init(collection: "c"), then).status == "FAILED_PRECONDITION")
  }

  @Test("read times in the future or finer than microseconds are refused")
  func badReadTimes() throws {
    for text in ["2100-01-01T00:00:00Z", "2023-11-14T22:13:19.000000001Z"] {
      let answer = try emulator.query(.init(collection: "c"), ["readTime": .string(text)])
      #expect(answer.code == 400 && answer.status == "INVALID_ARGUMENT")
    }
  }

  @Test("a read time that was answered can be read again with the same result")
  func repeatable() throws {
    try emulator.set("c/a", ["n": .integer(1)])
    let first = try emulator.query(.init(collection: "c"))
    let time = try #require(first.json[0]?["readTime"])
    // The clock stands still: the commit must nevertheless be later than the read.
    try emulator.set("c/a", ["n": .integer(2)])
    #expect(try emulator.query(.init(collection: "c"), ["readTime": time]).json == first.json)
  }
}
