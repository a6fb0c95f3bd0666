import FirestoreModel
import JSON
import Testing

@testable import FirestoreEmulator

/// Random queries on random documents against a naive evaluation that shares no code with the engine but the
/// comparator.
@Suite("Queries against a naive oracle")
struct QueryOracleTests {
  private typealias Document = (path: String, fields: [String: FirestoreValue])

  @Test("results, counts and their order agree, also where an index answers", arguments: [1, 2, 3, 4] as [UInt64])
  func agree(seed: UInt64) throws {
    let random = SeededRandom(seed)
    let indexing = seed.isMultiple(of: 2) ? MemoryStore.Indexing(from: 0, parts: 1) : MemoryStore.Indexing()
    let emulator = EmulatorUnderTest(indexing: indexing)
    var documents: [Document] = []
    for index in 0..<80 {
      let path = random.pick(["c/", "c/p/c/", "d/q/c/", "e/"]) + "d\(index)"
      var fields: [String: FirestoreValue] = [:]
      for name in ["a", "b"] where random.below(4) > 0 { fields[name] = value(random) }
      try emulator.set(path, fields)
      documents.append((path, fields))
    }
    for _ in 0..<150 {
      let query = try query(random, emulator)
      let expected = expected(query, documents)
      let actual = try emulator.paths(query)
      #expect(actual == expected, "\(query.json)")
      #expect(try emulator.count(query) == .integer(Int64(expected.count)), "\(query.json)")
    }
  }

  private func value(_ random: SeededRandom) -> FirestoreValue {
    random.pick([
      .null, .boolean(true), .integer(0), .integer(1), .integer(2), .double(1), .double(1.5), .double(.nan),
      .string("x"),
      .string("y"), .array([.integer(1), .string("x")]), .array([]), .map(["k": .integer(1)]),
    ])
  }

  private func leaf(_ random: SeededRandom) throws -> QueryFilter {
    let path = try field(random.pick(["a", "b"]))
    let list = FirestoreValue.array((0...random.below(3)).map { _ in value(random) })
    switch random.below(10) {
    case 0: return .unary(path, random.pick([.isNull, .isNaN]))
    case 1: return .field(path, .in, list)
    case 2: return .field(path, .arrayContains, value(random))
    case 3, 4: return .field(path, .equal, value(random))
    default:
      return .field(path, random.pick([.lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual]), value(random))
    }
  }

  private func query(_ random: SeededRandom, _ emulator: EmulatorUnderTest) throws -> StructuredQuery {
    var query = StructuredQuery(from: .init(collectionID: "c", allDescendants: random.below(2) == 0))
    switch random.below(5) {
    case 0: break
    case 1: query.filter = .any([try leaf(random), .unary(try field("a"), .isNull)])
    case 2: query.filter = .field(try field("b"), random.pick([.notEqual, .equal]), value(random))
    case 3: query.filter = .field(try field("b"), .notIn, .array([value(random), value(random)]))
    default: query.filter = try leaf(random)
    }
    for name in ["a", "b"] where random.below(3) == 0 {
      query.orderBy.append(.init(try field(name), random.pick([.ascending, .descending])))
    }
    if random.below(3) == 0, let first = query.orderBy.first, query.orderBy.count == 1 {
      let cursor = StructuredQuery.Cursor([value(random)], before: random.below(2) == 0)
      if random.below(2) == 0 { query.startAt = cursor } else { query.endAt = cursor }
      _ = first
    }
    if random.below(3) == 0 { query.limit = random.below(6) }
    if random.below(4) == 0 { query.offset = random.below(4) }
    return query
  }

  // MARK: The oracle

  private func expected(_ query: StructuredQuery, _ documents: [Document]) -> [String] {
    var orders = query.orderBy
    let direction = orders.last?.direction ?? .ascending
    for path in query.filter?.inequalityFields ?? [] where !orders.contains(where: { $0.field == path }) {
      orders.append(.init(path, direction))
    }
    var found = documents.filter { document in
      let collection = document.path.split(separator: "/").dropLast()
      guard query.from?.allDescendants == true ? collection.last == "c" : collection.joined(separator: "/") == "c"
      else {
        return false
      }
      return orders.allSatisfy { document.fields[$0.field.segments[0]] != nil }
        && (query.filter.map { satisfies(document.fields, $0) } ?? true)
    }
    found.sort { left, right in
      for order in orders {
        let result = compare(left, right, order)
        if result != 0 { return result < 0 }
      }
      return direction == .ascending ? left.path < right.path : left.path > right.path
    }
    found = found.filter { document in
      func position(_ cursor: StructuredQuery.Cursor) -> Int {
        compare(document, ("", [query.orderBy[0].field.segments[0]: cursor.values[0]]), query.orderBy[0])
      }
      if let start = query.startAt { return position(start) > 0 || (position(start) == 0 && start.before) }
      if let end = query.endAt { return position(end) < 0 || (position(end) == 0 && !end.before) }
      return true
    }
    return Array(found.dropFirst(query.offset).prefix(query.limit ?? .max)).map(\.path)
  }

  private func compare(_ left: Document, _ right: Document, _ order: StructuredQuery.Order) -> Int {
    let name = order.field.segments[0]
    let result = FirestoreValue.compare(left.fields[name] ?? .null, right.fields[name] ?? .null)
    return order.direction == .ascending ? result : -result
  }

  private func satisfies(_ fields: [String: FirestoreValue], _ filter: QueryFilter) -> Bool {
    switch filter {
    case .all(let filters): return filters.allSatisfy { satisfies(fields, $0) }
    case .any(let filters): return filters.contains { satisfies(fields, $0) }
    case .unary(let path, let test):
      let value = fields[path.segments[0]]
      return test == .isNull ? value == .null : value?.isNaN == true
    case .field(let path, let comparison, let operand):
      guard let value = fields[path.segments[0]] else { return false }
      let order = FirestoreValue.compare(value, operand)
      let list: [FirestoreValue] = if case .array(let values) = operand { values } else { [] }
      let isRanged = value.typeRank == operand.typeRank && operand != .null && !value.isNaN && !operand.isNaN
      switch comparison {
      case .equal: return operand != .null && order == 0
      case .notEqual: return operand != .null && value != .null && order != 0
      case .lessThan: return isRanged && order < 0
      case .lessThanOrEqual: return isRanged && order <= 0
      case .greaterThan: return isRanged && order > 0
      case .greaterThanOrEqual: return isRanged && order >= 0
      case .in: return list.contains { $0 != .null && FirestoreValue.compare(value, $0) == 0 }
      case .notIn:
        return value != .null && !list.contains(.null) && !list.contains { FirestoreValue.compare(value, $0) == 0 }
      case .arrayContains:
        guard case .array(let elements) = value else { return false }
        return elements.contains { FirestoreValue.compare($0, operand) == 0 }
      case .arrayContainsAny: return false
      }
    }
  }
}
