import FirestoreModel
import JSON
import RFC3339
import Testing

@Suite("Commits")
struct CommitTests {
  let emulator = EmulatorUnderTest()

  @Test("a mask changes what it names, deletes what is missing, makes parents and overwrites scalars")
  func masks() throws {
    let name = try emulator.documentName("c/a")
    try emulator.set(
      "c/a", ["a": .integer(1), "m": .map(["x": .integer(1), "y": .integer(2)]), "s": .string("scalar")])
    let mask = try ["m.x", "m.z.deep", "s.inner", "gone", "a"].map { try field($0) }
    let fields: [String: FirestoreValue] = [
      "m": .map(["z": .map(["deep": .boolean(true)])]), "s": .map(["inner": .null]), "unmasked": .integer(9),
      "a": .integer(3),
    ]
    #expect(try emulator.commit([Write(name, .update(fields: fields, mask: mask))]).code == 200)
    #expect(
      try emulator.fields("c/a") == [
        "a": .integer(3), "m": .map(["y": .integer(2), "z": .map(["deep": .boolean(true)])]),
        "s": .map(["inner": .null]),
      ])
  }

  @Test("preconditions refuse with the statuses and texts of production")
  func preconditions() throws {
    try emulator.set("c/a")
    func refusal(_ path: String, _ precondition: Precondition) throws -> Answer {
      try emulator.commit([
        Write(emulator.documentName(path), .update(fields: [:], mask: nil), currentDocument: precondition)
      ])
    }
    let missing = try refusal("c/none", .exists(true))
    #expect(missing.code == 404 && missing.message == "No document to update: \(emulator.name("c/none"))")
    let existing = try refusal("c/a", .exists(false))
    #expect(existing.code == 409 && existing.status == "ALREADY_EXISTS")
    #expect(existing.message == "Document already exists: \(emulator.name("c/a"))")
    #expect(try refusal("c/a", .updateTime(Timestamp(seconds: 1))).status == "FAILED_PRECONDITION")
    #expect(try refusal("c/none", .updateTime(Timestamp(seconds: 1))).status == "FAILED_PRECONDITION")
    #expect(try refusal("c/a", .updateTime(emulator.clock.now().adding(seconds: 60))).status == "INVALID_ARGUMENT")
    let time = try #require(Timestamp(rfc3339: emulator.updateTime("c/a").stringValue ?? ""))
    #expect(try refusal("c/a", .updateTime(time)).code == 200)
  }

  @Test("a write that changes nothing keeps the update time, a commit's time still grows")
  func unchanged() throws {
    try emulator.set("c/a", ["n": .double(.nan)])
    let first = try emulator.updateTime("c/a")
    let answer = try emulator.commit([.set(emulator.documentName("c/a"), ["n": .double(.nan)])])
    #expect(answer.json["writeResults"]?[0]?["updateTime"] == first)
    #expect(answer.json["commitTime"] != first)
    #expect(try emulator.updateTime("c/a") == first)
    try emulator.set("c/a", ["n": .integer(1)])
    let second = try emulator.updateTime("c/a")
    try emulator.set("c/a", ["n": .double(1)])
    #expect(try emulator.updateTime("c/a") != second)
  }

  @Test("commit times rise strictly although the clock stands still")
  func strictlyIncreasing() throws {
    var last = ""
    for index in 0..<50 {
      let time = try #require(
        emulator.commit([.set(emulator.documentName("c/a"), ["n": .integer(Int64(index))])]).json["commitTime"]?
          .stringValue)
      let earlier = Timestamp(rfc3339: last) ?? .distantPast
      #expect(try #require(Timestamp(rfc3339: time)) > earlier)
      last = time
    }
  }

  @Test("increments saturate, mix numbers and replace what is none")
  func increments() throws {
    try emulator.set("c/a", ["max": .integer(.max - 1), "min": .integer(.min), "d": .double(1.5), "s": .string("x")])
    let transforms = [
      FieldTransform(try field("max"), .increment(.integer(5))), .init(try field("min"), .increment(.integer(-1))),
      .init(try field("d"), .increment(.integer(1))), .init(try field("s"), .increment(.integer(7))),
      .init(try field("new.deep"), .increment(.double(0.5))),
    ]
    _ = try emulator.commit([Write(emulator.documentName("c/a"), .transform, transforms: transforms)])
    #expect(
      try emulator.fields("c/a") == [
        "max": .integer(.max), "min": .integer(.min), "d": .double(2.5), "s": .integer(7),
        "new": .map(["deep": .double(0.5)]),
      ])
  }

  @Test("maximum and minimum keep the stored value on ties and give NaN to NaN")
  func extremes() throws {
    try emulator.set(
      "c/a", ["tie": .integer(3), "up": .integer(3), "down": .double(3), "nan": .integer(3), "text": .string("x")])
    let transforms = [
      FieldTransform(try field("tie"), .maximum(.double(3))), .init(try field("up"), .maximum(.double(3.5))),
      .init(try field("down"), .minimum(.integer(-1))), .init(try field("nan"), .minimum(.double(.nan))),
      .init(try field("text"), .maximum(.integer(1))),
    ]
    _ = try emulator.commit([Write(emulator.documentName("c/a"), .transform, transforms: transforms)])
    #expect(
      try emulator.fields("c/a") == [
        "tie": .integer(3), "up": .double(3.5), "down": .integer(-1), "nan": .double(.nan), "text": .integer(1),
      ])
  }

  @Test("the request time has milliseconds and is one for the whole commit")
  func requestTime() throws {
    let stamp = FieldTransform(try field("t"), .requestTime)
    let names = try ["c/a", "c/b"].map { try emulator.documentName($0) }
    _ = try emulator.commit(names.map { Write($0, .transform, transforms: [stamp]) })
    let (a, b) = (try emulator.fields("c/a"), try emulator.fields("c/b"))
    #expect(a != nil && a == b)
    guard case .timestamp(let time)? = a?["t"] else {
      Issue.record("a timestamp was expected")
      return
    }
    #expect(time.nanoseconds % 1_000_000 == 0)
  }

  @Test("batchWrite applies what it can and tells the rest by gRPC code")
  func batchWrite() throws {
    try emulator.set("c/a")
    let writes = [
      Write.create(try emulator.documentName("c/a"), [:]), .set(try emulator.documentName("c/b"), [:]),
      .delete(try emulator.documentName("c/none"), currentDocument: .exists(true)),
    ]
    let answer = try emulator.post(":batchWrite", ["writes": .array(writes.map(\.json)), "labels": ["k": "v"]])
    #expect(answer.code == 200)
    #expect(answer.json["status"]?.arrayValue?.map { $0["code"]?.intValue } == [6, nil, 5])
    #expect(answer.json["writeResults"]?[1]?["updateTime"] != nil)
    #expect(try emulator.fields("c/b") == [:])
    let twice = try emulator.post(":batchWrite", ["writes": [writes[1].json, writes[1].json]])
    #expect(twice.status == "INVALID_ARGUMENT")
  }

  @Test(
    "documents that Firestore cannot store are refused",
    arguments: [
      ["a": FirestoreValue.array([.array([])])], ["__reserved__": .null], ["": .null], ["r": .reference("nonsense")],
      ["m": .map(["__type__": .string("odd")])], [String(repeating: "x", count: 1_501): .null],
    ])
  func unstorable(_ fields: [String: FirestoreValue]) throws {
    let answer = try emulator.commit([.set(emulator.documentName("c/a"), fields)])
    #expect(answer.code == 400 && answer.status == "INVALID_ARGUMENT")
    #expect(try emulator.fields("c/a") == nil)
  }

  @Test("nesting is limited to 20 levels")
  func nesting() throws {
    func nested(_ levels: Int) -> FirestoreValue { levels == 0 ? .integer(1) : .map(["x": nested(levels - 1)]) }
    #expect(try emulator.commit([.set(emulator.documentName("c/a"), ["v": nested(20)])]).code == 200)
    #expect(try emulator.commit([.set(emulator.documentName("c/a"), ["v": nested(21)])]).status == "INVALID_ARGUMENT")
  }

  @Test(
    "ids that Firestore reserves are refused",
    arguments: ["c/__x__", "__c__/x", "c/.", "c/..", "c/" + String(repeating: "x", count: 1_501)])
  func reservedIDs(_ path: String) throws {
    #expect(try emulator.commit([.set(emulator.documentName(path), [:])]).status == "INVALID_ARGUMENT")
  }

  @Test("a document of another database is refused")
  func otherDatabase() throws {
    let name = try DocumentName(parsing: "projects/q/databases/(default)/documents/c/a")
    #expect(try emulator.commit([.set(name, [:])]).status == "INVALID_ARGUMENT")
  }

  @Test("a commit is all or nothing, whatever is in it", arguments: [1, 2, 3] as [UInt64])
  func atomicity(seed: UInt64) throws {
    let random = SeededRandom(seed)
    let paths = (0..<6).map { "c/d\($0)" }
    var model: [String: [String: FirestoreValue]] = [:]
    for round in 0..<120 {
      var writes: [Write] = []
      var next = model
      var isLegal = true
      for _ in 0...random.below(4) {
        let path = random.pick(paths)
        let name = try emulator.documentName(path)
        let fields: [String: FirestoreValue] = ["n": .integer(Int64(round)), "x": .integer(Int64(random.below(3)))]
        let requires = random.pick([nil, nil, true, false] as [Bool?])
        let isDeleted = random.below(3) == 0
        writes.append(
          Write(
            name, isDeleted ? .delete : .update(fields: fields, mask: nil),
            currentDocument: requires.map(Precondition.exists)))
        if let requires, requires != (next[path] != nil) { isLegal = false }
        next[path] = isDeleted ? nil : fields
      }
      let answer = try emulator.commit(writes)
      #expect((answer.code == 200) == isLegal, "\(answer.json)")
      if isLegal { model = next }
      for path in paths { #expect(try emulator.fields(path) == model[path]) }
    }
    #expect(try emulator.count(.init(collection: "c")) == .integer(Int64(model.count)))
  }
}
