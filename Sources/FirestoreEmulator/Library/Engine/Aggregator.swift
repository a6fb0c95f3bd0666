import FirestoreModel

/// Counts, sums and averages the documents of a query.
///
/// Several aggregations together look only at documents that have every summed or averaged field, counts included, as
/// in production. Source: https://firebase.google.com/docs/firestore/query-data/aggregation-queries.
struct Aggregator {
  private struct Total {
    var integers: Int64 = 0
    var doubles = 0.0
    var isDouble = false
    var numbers = 0

    mutating func add(_ value: FirestoreValue?) {
      switch value {
      case .integer(let number)?:
        let (sum, overflow) = integers.addingReportingOverflow(number)
        if overflow {
          isDouble = true
          doubles += Double(integers)
          integers = number
        } else {
          integers = sum
        }
        numbers += 1
      case .double(let number)?:
        isDouble = true
        doubles += number
        numbers += 1
      default: break
      }
    }

    var sum: FirestoreValue { isDouble ? .double(doubles + Double(integers)) : .integer(integers) }

    var average: FirestoreValue {
      numbers == 0 ? .null : .double((doubles + Double(integers)) / Double(numbers))
    }
  }

  let plan: QueryPlan
  private let aggregations: [AggregationQuery.Aggregation]
  private let fields: [FieldPath]

  init(
    _ aggregation: AggregationQuery, below parent: DocumentPath?, in database: DatabaseName
  ) throws(EmulatorError) {
    aggregations = aggregation.aggregations
    fields = aggregations.compactMap { aggregation in
      switch aggregation.operation {
      case .count: nil
      case .sum(let field), .average(let field): field
      }
    }
    guard !fields.contains(.documentID) else {
      throw .invalid("Aggregations are not supported for the property: __name__")
    }
    plan = try QueryPlan(aggregation.query, aggregating: fields, below: parent, in: database)
  }

  /// One value per aggregation, in order.
  func run(on snapshot: any StoreSnapshot) -> [(alias: String, value: FirestoreValue)] {
    if fields.isEmpty, let count = knownCount(on: snapshot) {
      return aggregations.map { ($0.alias, value(of: $0, count: count, totals: [:])) }
    }
    var count = 0
    var totals: [FieldPath: Total] = [:]
    for field in fields { totals[field] = Total() }
    forEachDocument(on: snapshot) { document in
      let values = fields.map { FirestoreValue.value(at: $0, in: document.fields) }
      guard !values.contains(where: { $0 == nil }) else { return true }
      count += 1
      // A field named by several aggregations is added once.
      for (index, field) in fields.enumerated() where fields.firstIndex(of: field) == index {
        totals[field]?.add(values[index])
      }
      return !fields.isEmpty || count < enough
    }
    return aggregations.map { ($0.alias, value(of: $0, count: count, totals: totals)) }
  }

  /// When only bounded counts are asked for, how many documents settle them all.
  private var enough: Int {
    var most = 0
    for case .count(let limit) in aggregations.map(\.operation) {
      most = max(most, limit.flatMap { Int(exactly: $0) } ?? .max)
    }
    return most
  }

  private func value(
    of aggregation: AggregationQuery.Aggregation, count: Int, totals: [FieldPath: Total]
  ) -> FirestoreValue {
    switch aggregation.operation {
    case .count(let limit): .integer(min(Int64(count), limit ?? .max))
    case .sum(let field): totals[field]?.sum ?? .integer(0)
    case .average(let field): totals[field]?.average ?? .null
    }
  }

  /// The count of a collection, or of names between cursors, without reading documents.
  private func knownCount(on snapshot: any StoreSnapshot) -> Int? {
    guard plan.query.filter == nil, plan.isOrderedByName, let collection = plan.singleCollection else { return nil }
    let count = plan.range(in: collection).map { snapshot.count(of: collection, within: $0) } ?? 0
    return min(max(0, count - plan.query.offset), plan.query.limit ?? .max)
  }

  private func forEachDocument(on snapshot: any StoreSnapshot, _ body: (StoredDocument) -> Bool) {
    // Without offset and limit the order does not matter, so nothing is sorted.
    guard plan.query.offset > 0 || plan.query.limit != nil else { return MatchScan(plan, on: snapshot).forEach(body) }
    var results = QueryResults(plan, on: snapshot)
    var budget = Int.max
    while case .document(let document) = results.next(budget: &budget) {
      guard body(document) else { return }
    }
  }
}
