import FirestoreModel
import JSON
import RFC3339
import SeededRandomness

/// A repeatable mix of requests over a few documents, rich in what servers get wrong.
struct RequestMix {
  private var random: SplitMix64
  let database: DatabaseName

  init(seed: UInt64, database: DatabaseName) {
    random = SplitMix64(seed: seed)
    self.database = database
  }

  /// Requests whose refusal matters, sent once each.
  func fixed() throws -> [DifferentialRequest] {
    let reference: JSONValue = .string(name("c/a"))
    func filtered(_ label: String, _ filter: JSONValue) -> DifferentialRequest {
      DifferentialRequest(label, ":runQuery", ["structuredQuery": ["from": [["collectionId": "c"]], "where": filter]])
    }
    func compare(_ field: String, _ operation: String, _ value: JSONValue) -> JSONValue {
      ["fieldFilter": ["field": ["fieldPath": .string(field)], "op": .string(operation), "value": value]]
    }
    func write(_ label: String, _ path: String, _ fields: JSONValue) -> DifferentialRequest {
      DifferentialRequest(
        label, ":commit", ["writes": [["update": ["name": .string(name(path)), "fields": fields]]]])
    }
    let count: JSONValue = ["count": [:]]
    let from: JSONValue = ["from": [["collectionId": "c"]]]
    func aggregate(_ label: String, _ list: [JSONValue]) -> DifferentialRequest {
      DifferentialRequest(
        label, ":runAggregationQuery",
        ["structuredAggregationQuery": ["structuredQuery": from, "aggregations": .array(list)]])
    }
    return [
      filtered("empty IN", compare("n", "IN", ["arrayValue": [:]])),
      filtered(
        "31 values IN",
        compare(
          "n", "IN", ["arrayValue": ["values": .array((0..<31).map { ["integerValue": .number(JSONNumber($0))] })]])),
      filtered(
        "11 values NOT_IN",
        compare(
          "n", "NOT_IN", ["arrayValue": ["values": .array((0..<11).map { ["integerValue": .number(JSONNumber($0))] })]])
      ),
      filtered("name is text", compare("__name__", "EQUAL", ["stringValue": "a"])),
      filtered(
        "name is a collection", compare("__name__", "EQUAL", ["referenceValue": .string(database.documentsRoot + "/c")])
      ),
      filtered("name contains", compare("__name__", "ARRAY_CONTAINS", ["referenceValue": reference])),
      filtered("empty composite filter", ["compositeFilter": ["op": "AND", "filters": []]]),
      filtered(
        "two inequalities of not",
        [
          "compositeFilter": [
            "op": "AND",
            "filters": [
              compare("n", "NOT_EQUAL", ["integerValue": 1]), compare("m", "NOT_EQUAL", ["integerValue": 1]),
            ],
          ]
        ]),
      filtered("unknown operator", compare("n", "LIKE", ["integerValue": 1])),
      write("nested array", "c/bad", ["a": ["arrayValue": ["values": [["arrayValue": [:]]]]]]),
      write("reserved field", "c/bad", ["__a__": ["integerValue": 1]]),
      write("reserved id", "c/__bad__", [:]), write("reserved collection", "__bad__/a", [:]),
      write("numeric id", "c/__id7__", ["n": ["integerValue": 1]]),
      write("empty field name", "c/bad", ["": ["integerValue": 1]]),
      write("bad reference", "c/bad", ["r": ["referenceValue": "nonsense"]]),
      write("value without type", "c/bad", ["v": [:]]),
      DifferentialRequest("empty write", ":commit", ["writes": [[:]]]),
      DifferentialRequest("unknown transaction", ":commit", ["transaction": "AAAA"]),
      DifferentialRequest("rollback of unknown", ":rollback", ["transaction": "AAAA"]),
      DifferentialRequest(
        "read time in the future", ":runQuery", ["structuredQuery": from, "readTime": "2099-01-01T00:00:00Z"]),
      DifferentialRequest(
        "read time too old", ":runQuery", ["structuredQuery": from, "readTime": "2020-01-01T00:00:00Z"]),
      DifferentialRequest("unknown member", ":runQuery", ["structuredQuery": from, "bogus": 1]),
      DifferentialRequest("slash in collection", ":runQuery", ["structuredQuery": ["from": [["collectionId": "a/b"]]]]),
      DifferentialRequest("query below a collection", "/c:runQuery", ["structuredQuery": from]),
      DifferentialRequest("create with a name", "/c", ["name": "x"]),
      DifferentialRequest("create below a document", "/c/a", [:]),
      DifferentialRequest("list", method: "GET", "/c?showMissing=true&mask.fieldPaths=none"),
      DifferentialRequest(
        "descending names", ":runQuery",
        [
          "structuredQuery": [
            "from": [["collectionId": "c"]],
            "orderBy": [["field": ["fieldPath": "__name__"], "direction": "DESCENDING"]],
          ]
        ]),
      DifferentialRequest("get missing", method: "GET", "/c/none"),
      DifferentialRequest("delete missing", method: "DELETE", "/c/none"),
      DifferentialRequest("unknown query parameter", method: "GET", "/c/none?bogus=1"),
      aggregate("duplicate alias", [["alias": "x", "count": [:]], ["alias": "x", "count": [:]]]),
      aggregate("no aggregation", []), aggregate("six aggregations", [count, count, count, count, count, count]),
      aggregate("sum of names", [["sum": ["field": ["fieldPath": "__name__"]]]]),
      DifferentialRequest(
        "partitions", ":partitionQuery",
        ["structuredQuery": ["from": [["collectionId": "c", "allDescendants": true]]], "partitionCount": "2"]),
    ]
  }

  /// The next random request.
  mutating func next() throws -> DifferentialRequest {
    switch below(12) {
    case 0, 1, 2, 3:
      return DifferentialRequest(
        "commit", ":commit", ["writes": .array(try (0...below(3)).map { _ in try write().json })])
    case 4:
      return DifferentialRequest(
        "batchGet", ":batchGet", ["documents": .array((0..<3).map { _ in .string(name(path())) })])
    case 5:
      let id: JSONObject = ["structuredQuery": try query().json]
      let list: [JSONValue] = [
        ["count": [:]], ["sum": ["field": ["fieldPath": "n"]]], ["avg": ["field": ["fieldPath": "n"]]],
      ]
      var aggregation = id
      aggregation["aggregations"] = .array(Array(list.prefix(1 + below(3))))
      return DifferentialRequest(
        "aggregation", ":runAggregationQuery", ["structuredAggregationQuery": .object(aggregation)])
    case 6:
      return DifferentialRequest(
        "collection ids", pick([":listCollectionIds", "/c/a:listCollectionIds", "/c/ghost:listCollectionIds"]), [:])
    case 7:
      return DifferentialRequest(
        "list", method: "GET",
        pick([
          "/c?pageSize=100", "/c?pageSize=2", "/c?showMissing=true&pageSize=100", "/c?orderBy=n%20desc&pageSize=100",
          "/c/a/s?pageSize=3",
        ]))
    case 8: return DifferentialRequest("get", method: "GET", "/\(path())?mask.fieldPaths=n&mask.fieldPaths=m.x")
    case 9:
      var seen: Set<DocumentName> = []
      let writes = try (0..<3).map { _ in try write() }.filter { seen.insert($0.document).inserted }
      return DifferentialRequest("batchWrite", ":batchWrite", ["writes": .array(writes.map(\.json))])
    default:
      let parent = pick(["", "", "", "/c/a"])
      return DifferentialRequest("query", "\(parent):runQuery", ["structuredQuery": try query().json])
    }
  }

  // MARK: Parts

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  private func name(_ path: String) -> String { "\(database.documentsRoot)/\(path)" }

  private mutating func path() -> String {
    pick([
      "c/a", "c/b", "c/z", "c/é", "c/😀", "c/\u{FFFD}", "c/__id7__", "c/__id12__", "c/a/s/x", "c/a/s/y", "c/ghost/s/x",
      "s/x", "d/a",
    ])
  }

  private mutating func value(depth: Int = 0) -> FirestoreValue {
    switch below(depth == 0 ? 13 : 9) {
    case 0: .null
    case 1: .boolean(below(2) == 0)
    case 2, 3: .integer(pick([0, 1, 2, 3, -1, .max, .min, 9_007_199_254_740_993]))
    case 4: .double(pick([0, 1, 1.5, 2, -2.5, 9_007_199_254_740_992, .nan, .infinity, -.infinity]))
    case 5: .timestamp(Timestamp(seconds: 1_000_000_000 + Int64(below(3)), nanoseconds: Int32(below(3)) * 1_000))
    case 6: .string(pick(["", "a", "b", "é", "😀", "\u{FFFD}"]))
    case 7: .bytes(pick([[], [1], [1, 2]]))
    case 8: pick([.reference(name("c/a")), .reference(name("c/__id7__")), .geoPoint(latitude: 1, longitude: -2)])
    case 9, 10: .array((0..<below(3)).map { _ in value(depth: 1) })
    default: .map(Dictionary((0..<below(3)).map { _ in (pick(["x", "y"]), value(depth: 1)) }) { $1 })
    }
  }

  private mutating func fields() -> [String: FirestoreValue] {
    Dictionary((0...below(3)).map { _ in (pick(["n", "m", "l", "o"]), value()) }) { $1 }
  }

  private mutating func write() throws -> Write {
    let document = database.name(of: try DocumentPath(path()))
    let precondition = pick([nil, nil, nil, Precondition.exists(true), .exists(false)])
    switch below(6) {
    case 0: return .delete(document, currentDocument: precondition)
    case 1:
      let mask = try ["n", "m.x", "l"].filter { _ in below(2) == 0 }.map { try FieldPath(parsing: $0) }
      return Write(document, .update(fields: fields(), mask: mask), currentDocument: precondition)
    case 2:
      let transforms = try (0...below(2)).map { _ in try transform() }
      return Write(document, .update(fields: fields(), mask: []), transforms: transforms, currentDocument: precondition)
    default: return Write(document, .update(fields: fields(), mask: nil), currentDocument: precondition)
    }
  }

  private mutating func transform() throws -> FieldTransform {
    let field = try FieldPath(parsing: pick(["n", "m.x", "l", "fresh"]))
    let number: FirestoreValue = pick([.integer(1), .integer(.max), .double(0.5), .double(2)])
    switch below(6) {
    case 0: return FieldTransform(field, .increment(number))
    case 1: return FieldTransform(field, .maximum(number))
    case 2: return FieldTransform(field, .minimum(number))
    case 3: return FieldTransform(field, .appendMissingElements([value(depth: 1), value(depth: 1)]))
    case 4: return FieldTransform(field, .removeAllFromArray([value(depth: 1)]))
    default: return FieldTransform(field, .requestTime)
    }
  }

  private mutating func leaf() throws -> QueryFilter {
    let field = try FieldPath(parsing: pick(["n", "n", "m", "m.x", "l"]))
    switch below(8) {
    case 0: return .unary(field, pick([.isNull, .isNaN, .isNotNull, .isNotNaN]))
    case 1:
      return .field(field, pick([.in, .notIn, .arrayContainsAny]), .array((0...below(3)).map { _ in value(depth: 1) }))
    case 2: return .field(field, .arrayContains, value(depth: 1))
    case 3:
      return .field(
        .documentID, pick([.greaterThan, .lessThanOrEqual, .equal]), .reference(name(pick(["c/a", "c/b", "c/a/s/x"]))))
    default:
      return .field(
        field, pick([.equal, .equal, .notEqual, .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual]),
        value())
    }
  }

  private mutating func query() throws -> StructuredQuery {
    var query = StructuredQuery(from: .init(collectionID: pick(["c", "c", "s"]), allDescendants: below(3) == 0))
    switch below(5) {
    case 0: break
    case 1: query.filter = .all([try leaf(), try leaf()])
    case 2: query.filter = .any([try leaf(), try leaf()])
    default: query.filter = try leaf()
    }
    for field in ["n", "l"] where below(3) == 0 {
      query.orderBy.append(.init(try FieldPath(parsing: field), pick([.ascending, .descending])))
    }
    if query.orderBy.count == 1, below(2) == 0 {
      let cursor = StructuredQuery.Cursor([value()], before: below(2) == 0)
      if below(2) == 0 { query.startAt = cursor } else { query.endAt = cursor }
    }
    if below(4) == 0 { query.limit = below(5) }
    if below(6) == 0 { query.offset = below(3) }
    if below(4) == 0 {
      query.select = try [pick([FieldPath.documentID, FieldPath(parsing: "n"), FieldPath(parsing: "m.x")])]
    }
    return query
  }
}
