package import FirestoreModel

/// A query's answer, still to be read.
package struct QueryAnswer: Sendable {
  package let openedTransaction: [UInt8]?
  package let readTime: StoreTime
  package var results: QueryResults
}

/// Results of an aggregation.
package struct AggregationAnswer: Sendable {
  package let openedTransaction: [UInt8]?
  package let readTime: StoreTime
  package let values: [(alias: String, value: FirestoreValue)]
}

extension FirestoreEngine {
  /// Runs a query below a document, or at the root.
  package func query(
    _ query: StructuredQuery, below parent: DocumentPath?, in database: DatabaseName, _ moment: ReadMoment
  ) throws(EmulatorError) -> QueryAnswer {
    let plan = try QueryPlan(query, below: parent, in: database)
    let reading = try read(moment, in: database)
    try note(reading, in: database, query: plan)
    return QueryAnswer(
      openedTransaction: reading.opened, readTime: reading.snapshot.time,
      results: QueryResults(plan, on: reading.snapshot))
  }

  /// Counts, sums and averages the documents of a query.
  package func aggregate(
    _ aggregation: AggregationQuery, below parent: DocumentPath?, in database: DatabaseName, _ moment: ReadMoment
  ) throws(EmulatorError) -> AggregationAnswer {
    let aggregator = try Aggregator(aggregation, below: parent, in: database)
    let reading = try read(moment, in: database)
    try note(reading, in: database, query: aggregator.plan)
    return AggregationAnswer(
      openedTransaction: reading.opened, readTime: reading.snapshot.time,
      values: aggregator.run(on: reading.snapshot))
  }

  /// Names that divide the documents of a collection group into about equal parts, in order.
  ///
  /// - Throws: INVALID_ARGUMENT unless the query is a collection group ordered by name and nothing else.
  package func partition(
    _ query: StructuredQuery, into count: Int, below parent: DocumentPath?, in database: DatabaseName,
    _ moment: ReadMoment
  ) throws(EmulatorError) -> (cursors: [DocumentName], readTime: StoreTime) {
    guard count > 0 else { throw .invalid("partition_count must be positive.") }
    guard query.from?.allDescendants == true, query.orderBy.allSatisfy({ $0 == .init(.documentID) }),
      query.filter == nil,
      query.startAt == nil, query.endAt == nil, query.offset == 0, query.limit == nil
    else {
      throw .invalid(
        "A partition query needs a collection group ordered by __name__, without filters, cursors or limits.")
    }
    let plan = try QueryPlan(query, below: parent, in: database)
    let reading = try read(moment, in: database)
    var results = QueryResults(plan, on: reading.snapshot)
    let documents = results.rest()
    let parts = min(count + 1, documents.count)
    let cursors = stride(from: 1, to: max(parts, 1), by: 1).compactMap { part -> DocumentName? in
      let document = documents[part * documents.count / parts]
      return (try? document.collection.document(document.id)).map(database.name(of:))
    }
    return (cursors, reading.snapshot.time)
  }
}
