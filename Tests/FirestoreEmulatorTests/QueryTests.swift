import FirestoreModel
import JSON
import Testing

@Suite("Queries")
struct QueryTests {
  let emulator = EmulatorUnderTest()

  private func fill() throws {
    let values: [(String, FirestoreValue)] = [
      ("a", .integer(1)), ("b", .integer(2)), ("c", .double(2.5)), ("d", .null), ("e", .double(.nan)),
      ("f", .string("1")),
      ("g", .array([.integer(1), .integer(2)])),
    ]
    for (id, value) in values { try emulator.set("v/\(id)", ["n": value]) }
    try emulator.set("v/h", ["m": .integer(1)])
  }

  private func matches(_ comparison: QueryFilter.FieldOperator, _ value: FirestoreValue) throws -> String {
    let filter = QueryFilter.field(try field("n"), comparison, value)
    return try emulator.paths(.init(collection: "v", filter: filter)).map { String($0.dropFirst(2)) }.joined()
  }

  @Test("each operator matches what Firestore matches")
  func operators() throws {
    try fill()
    #expect(try matches(.equal, .integer(2)) == "b")
    #expect(try matches(.equal, .null) == "")
    #expect(try matches(.notEqual, .integer(2)) == "eacfg")
    #expect(try matches(.notEqual, .null) == "")
    #expect(try matches(.greaterThan, .integer(1)) == "bc")
    #expect(try matches(.greaterThanOrEqual, .double(2)) == "bc")
    #expect(try matches(.lessThan, .integer(2)) == "a")
    #expect(try matches(.lessThanOrEqual, .string("2")) == "f")
    #expect(try matches(.lessThan, .double(.nan)) == "")
    #expect(try matches(.in, .array([.integer(1), .string("1"), .null])) == "af")
    #expect(try matches(.notIn, .array([.integer(1), .string("1")])) == "ebcg")
    #expect(try matches(.notIn, .array([.null])) == "")
    #expect(try matches(.arrayContains, .double(2)) == "g")
    #expect(try matches(.arrayContainsAny, .array([.integer(7), .integer(1)])) == "g")
  }

  @Test("unary operators find null and NaN, and what is neither")
  func unary() throws {
    try fill()
    func matches(_ test: QueryFilter.UnaryOperator) throws -> String {
      let query = StructuredQuery(collection: "v", filter: .unary(try field("n"), test))
      return try emulator.paths(query).map { String($0.dropFirst(2)) }.joined()
    }
    #expect(try matches(.isNull) == "d")
    #expect(try matches(.isNaN) == "e")
    #expect(try matches(.isNotNull) == "eabcfg")
    #expect(try matches(.isNotNaN) == "abcfg")
  }

  @Test("and binds conditions of one document, or joins without repeating")
  func composite() throws {
    for (id, a, b) in [("1", 1, 1), ("2", 1, 2), ("3", 2, 2)] {
      try emulator.set("c/\(id)", ["a": .integer(Int64(a)), "b": .integer(Int64(b))])
    }
    let one = QueryFilter.field(try field("a"), .equal, .integer(1))
    let two = QueryFilter.field(try field("b"), .equal, .integer(2))
    #expect(try emulator.paths(.init(collection: "c", filter: .all([one, two]))) == ["c/2"])
    #expect(try emulator.paths(.init(collection: "c", filter: .any([one, two]))) == ["c/1", "c/2", "c/3"])
    #expect(try emulator.paths(.init(collection: "c", filter: .all([.any([one, two]), two]))) == ["c/2", "c/3"])
  }

  @Test("the result is sorted by inequality fields, then by name, in the last direction")
  func implicitOrder() throws {
    for (id, n) in [("a", 2), ("b", 1), ("c", 2), ("d", 1)] { try emulator.set("c/\(id)", ["n": .integer(Int64(n))]) }
    let filter = QueryFilter.field(try field("n"), .greaterThan, .integer(0))
    #expect(try emulator.paths(.init(collection: "c", filter: filter)) == ["c/b", "c/d", "c/a", "c/c"])
    let descending = StructuredQuery(collection: "c", orderBy: [.init(try field("n"), .descending)])
    #expect(try emulator.paths(descending) == ["c/c", "c/a", "c/d", "c/b"])
  }

  @Test("names are filtered, sorted both ways and bounded by cursors")
  func names() throws {
    for id in ["a", "b", "c", "d", "e"] { try emulator.set("k/\(id)") }
    try emulator.set("k/b/sub/x")
    func reference(_ id: String) -> FirestoreValue { .reference(emulator.name("k/\(id)")) }
    func find(_ change: (inout StructuredQuery) -> Void) throws -> String {
      var query = StructuredQuery(collection: "k")
      change(&query)
      return try emulator.paths(query).map { String($0.dropFirst(2)) }.joined()
    }
    let up = StructuredQuery.Order(.documentID)
    let down = StructuredQuery.Order(.documentID, .descending)
    #expect(try find { $0.filter = .field(.documentID, .equal, reference("b")) } == "b")
    #expect(try find { $0.filter = .field(.documentID, .greaterThan, reference("b")) } == "cde")
    #expect(try find { $0.filter = .field(.documentID, .notEqual, reference("b")) } == "acde")
    #expect(try find { $0.filter = .field(.documentID, .in, .array([reference("e"), reference("a")])) } == "ae")
    #expect(try find { $0.orderBy = [down] } == "edcba")
    #expect(
      try find {
        $0.orderBy = [up]
        $0.startAt = .init([reference("b")], before: false)
        $0.endAt = .init([reference("d")], before: false)
      } == "cd")
    #expect(
      try find {
        $0.orderBy = [down]
        $0.startAt = .init([reference("d")], before: true)
        $0.endAt = .init([reference("b")], before: true)
      } == "dc")
    // A position inside a subcollection lies just after the document above it.
    #expect(
      try find {
        $0.orderBy = [up]
        $0.startAt = .init([reference("b/sub/x")], before: true)
      } == "cde")
    #expect(
      try find {
        $0.orderBy = [up]
        $0.endAt = .init([reference("b/sub/x")], before: true)
      } == "ab")
    #expect(
      try find {
        $0.orderBy = [up]
        $0.startAt = .init([.reference(emulator.name("a/z"))], before: true)
      } == "abcde")
    #expect(
      try find {
        $0.orderBy = [up]
        $0.startAt = .init([.reference(emulator.name("z/a"))], before: true)
      } == "")
  }

  @Test("limit and offset cut, and skipped documents are counted")
  func limitAndOffset() throws {
    for index in 0..<5 { try emulator.set("c/\(index)", ["n": .integer(Int64(-index))]) }
    var query = StructuredQuery(collection: "c", limit: 2)
    query.offset = 2
    #expect(try emulator.paths(query) == ["c/2", "c/3"])
    #expect(try emulator.query(query).json[0]?["skippedResults"]?.intValue == 2)
    query.orderBy = [.init(try field("n"))]
    #expect(try emulator.paths(query) == ["c/2", "c/1"])
    query.limit = 0
    #expect(try emulator.paths(query) == [])
    #expect(try emulator.count(StructuredQuery(from: .init(collectionID: "c"), offset: 1, limit: 3)) == .integer(3))
    #expect(try emulator.count(StructuredQuery(from: .init(collectionID: "c"), offset: 4)) == .integer(1))
  }

  @Test("a projection returns the chosen fields, or only names")
  func projection() throws {
    try emulator.set("c/a", ["x": .integer(1), "m": .map(["y": .integer(2), "z": .integer(3)])])
    var query = StructuredQuery(collection: "c")
    query.select = [try field("m.y")]
    let nested = try emulator.query(query).json[0]?["document"]?["fields"]
    #expect(nested == ["m": ["mapValue": ["fields": ["y": ["integerValue": "2"]]]]])
    query.select = [.documentID]
    let bare = try #require(try emulator.query(query).json[0]?["document"])
    #expect(bare["fields"] == nil && bare["updateTime"] != nil)
  }

  @Test("all collections at once: directly below, or at any depth, bounded by name")
  func kindless() throws {
    for path in ["a/1", "a/1/b/2", "a/1/b/2/c/3", "z/9"] { try emulator.set(path) }
    let deep = StructuredQuery(from: .init(collectionID: nil, allDescendants: true))
    #expect(try emulator.paths(deep) == ["a/1", "a/1/b/2", "a/1/b/2/c/3", "z/9"])
    #expect(try emulator.paths(.init(from: .init(collectionID: nil))) == ["a/1", "z/9"])
    #expect(try emulator.paths(deep, below: "/a/1") == ["a/1/b/2", "a/1/b/2/c/3"])
    var bounded = deep
    bounded.filter = .all([
      .field(.documentID, .greaterThanOrEqual, .reference(emulator.name("a/__id-9223372036854775808__"))),
      .field(.documentID, .lessThan, .reference(emulator.name("a\u{0}/__id-9223372036854775808__"))),
    ])
    #expect(try emulator.paths(bounded) == ["a/1", "a/1/b/2", "a/1/b/2/c/3"])
    bounded.filter = .field(try field("n"), .equal, .integer(1))
    #expect(try emulator.query(bounded).status == "INVALID_ARGUMENT")
  }

  @Test("illegal queries are refused")
  func refused() throws {
    let n = try field("n")
    let name = FirestoreValue.reference(emulator.name("c/a"))
    let many = FirestoreValue.array((0..<31).map { .integer($0) })
    let six = FirestoreValue.array((0..<6).map { .integer($0) })
    let filters: [QueryFilter] = [
      .field(n, .in, .array([])), .field(n, .in, many), .field(n, .in, .integer(1)),
      .field(n, .arrayContainsAny, .array([])),
      .field(n, .notIn, .array((0..<11).map { .integer($0) })),
      .all([.field(n, .notEqual, .null), .field(n, .notEqual, .null)]),
      .all([.field(n, .notIn, six), .field(n, .in, six)]),
      .all([.field(n, .in, six), .field(try field("m"), .in, six)]),
      .all([.field(n, .arrayContains, .null), .field(try field("m"), .arrayContainsAny, six)]),
      .any([.field(n, .notIn, six), .field(n, .equal, .null)]), .field(.documentID, .equal, .string("a")),
      .field(.documentID, .arrayContains, name), .unary(.documentID, .isNull),
      .all((0..<101).map { .field(n, .equal, .integer($0)) }),
      .all([.field(.documentID, .equal, name), .field(n, .greaterThan, .integer(1))]),
      .all(try (0..<11).map { .field(try field("f\($0)"), .greaterThan, .integer(1)) }),
    ]
    for filter in filters {
      let answer = try emulator.query(.init(collection: "c", filter: filter))
      #expect(answer.code == 400 && answer.status == "INVALID_ARGUMENT", "\(filter)")
    }
    let orders: [[StructuredQuery.Order]] = [[.init(n), .init(n, .descending)], [.init(.documentID), .init(n)]]
    for order in orders { #expect(try emulator.query(.init(collection: "c", orderBy: order)).code == 400) }
    #expect(try emulator.query(.init(collection: "a/b")).code == 400)
    let twice: QueryFilter = .any([.field(n, .arrayContains, .null), .field(try field("m"), .arrayContains, .null)])
    #expect(try emulator.query(.init(collection: "c", filter: twice)).code == 200)
  }

  @Test("aggregations of a limited query look at the smallest values, as an index gives them")
  func limitedAggregation() throws {
    for n in [5, 1, 4, 2, 3] { try emulator.set("c/\(9 - n)", ["n": .integer(Int64(n))]) }
    let query = StructuredQuery(collection: "c", limit: 2)
    let sum = AggregationQuery(query, [.init(alias: "s", .sum(try field("n")))])
    #expect(try emulator.aggregate(sum) == ["s": .integer(3)])
  }

  @Test("aggregations that no index can answer are refused")
  func refusedAggregations() throws {
    let n = try field("n")
    let sum = AggregationQuery.Aggregation(alias: "s", .sum(n))
    var queries = [StructuredQuery(collection: "c"), .init(collection: "c", orderBy: [.init(.documentID)])]
    queries[0].select = [n]
    queries.append(.init(collection: "c", filter: .field(.documentID, .greaterThan, .reference(emulator.name("c/a")))))
    for query in queries {
      let body = AggregationQuery(query, [sum]).json
      #expect(
        try emulator.post(":runAggregationQuery", ["structuredAggregationQuery": body]).status == "INVALID_ARGUMENT")
    }
    let sorted = StructuredQuery(collection: "c", orderBy: [.init(n), .init(.documentID)])
    #expect(try emulator.aggregate(AggregationQuery(sorted, [sum])) == ["s": .integer(0)])
  }

  @Test("sums leave 64 bits as doubles")
  func overflow() throws {
    for id in ["a", "b"] { try emulator.set("c/\(id)", ["n": .integer(.max)]) }
    let sum = AggregationQuery(.init(collection: "c"), [.init(alias: "s", .sum(try field("n")))])
    #expect(try emulator.aggregate(sum) == ["s": .double(0x1p64)])
  }

  @Test("partitions are in order and their parts cover a collection group once", arguments: [1, 3, 10, 100])
  func partitions(count: Int) throws {
    for index in 0..<40 { try emulator.set("u/\(index % 7)/o/\(index)") }
    let group = StructuredQuery(from: .init(collectionID: "o", allDescendants: true), orderBy: [.init(.documentID)])
    var cursors: [FirestoreValue] = []
    var token = ""
    repeat {
      let answer = try emulator.post(
        ":partitionQuery",
        [
          "structuredQuery": group.json, "partitionCount": .string(String(count)), "pageSize": 4,
          "pageToken": .string(token),
        ])
      for cursor in answer.json["partitions"]?.arrayValue ?? [] {
        cursors.append(try FirestoreValue(json: #require(cursor["values"]?[0])))
      }
      token = answer.json["nextPageToken"]?.stringValue ?? ""
    } while !token.isEmpty
    #expect(cursors.count == min(count, 39))
    var paths: [String] = []
    for part in 0...cursors.count {
      var query = group
      if part > 0 { query.startAt = .init([cursors[part - 1]], before: true) }
      if part < cursors.count { query.endAt = .init([cursors[part]], before: true) }
      paths += try emulator.paths(query)
    }
    #expect(try paths == emulator.paths(group))
    #expect(paths.count == 40)
  }
}
