import FirestoreModel
import JSON
import RFC3339

// runQuery, runAggregationQuery, partitionQuery and listCollectionIds.
extension FirestoreREST {
  private static let collectionPageSize = 100

  func runQuery(
    below parent: DocumentPath?, in database: DatabaseName, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    let (query, moment) = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      (try structuredQuery(&object), try RequestBody.moment(&object))
    }
    let answer = try engine.query(query, below: parent, in: database, moment)
    return .stream(QueryStream(answer, root: database.documentsRoot, mask: query.select))
  }

  func runAggregation(
    below parent: DocumentPath?, in database: DatabaseName, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    let (aggregation, moment) = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      let aggregation = try object.read("structuredAggregationQuery") { (json) throws(FirestoreFormatError) in
        try AggregationQuery(json: json)
      }
      guard let aggregation else { throw FirestoreFormatError("a structuredAggregationQuery is needed.") }
      return (aggregation, try RequestBody.moment(&object))
    }
    let answer = try engine.aggregate(aggregation, below: parent, in: database, moment)
    return .json { writer in
      writer.raw("[")
      if let id = answer.openedTransaction { writer.opened(id) }
      writer.raw("{\"result\":{\"aggregateFields\":{")
      for (index, (alias, value)) in answer.values.enumerated() {
        if index > 0 { writer.raw(",") }
        writer.string(alias)
        writer.raw(":")
        writer.value(value)
      }
      writer.raw("}},\"readTime\":")
      writer.time(answer.readTime)
      writer.raw("}]")
    }
  }

  func partitionQuery(
    below parent: DocumentPath?, in database: DatabaseName, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    let (query, count, pageSize, token, time) = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      (
        try structuredQuery(&object), try object.read("partitionCount", ProtoObject.int64) ?? 0,
        try object.int32("pageSize") ?? 0, try object.string("pageToken") ?? "",
        try object.read("readTime", ProtoObject.timestamp)
      )
    }
    let continued = token.isEmpty ? nil : try PageToken(parsing: token)
    let moment = (continued?.readTime ?? time).map(FirestoreEngine.ReadMoment.at) ?? .now
    let wanted = Int(exactly: count).map { min($0, 10_000) } ?? 10_000
    let (cursors, readTime) = try engine.partition(query, into: wanted, below: parent, in: database, moment)
    let names = cursors.map(\.description)
    let first = continued.flatMap { token in names.firstIndex(of: token.last).map { $0 + 1 } } ?? 0
    let size = pageSize > 0 ? pageSize : names.count
    let page = Array(names[first...].prefix(size))
    return .json { writer in
      writer.raw("{")
      if !page.isEmpty {
        writer.raw("\"partitions\":")
        writer.list(page) { writer, name in
          writer.raw("{\"values\":[{\"referenceValue\":")
          writer.string(name)
          writer.raw("}]}")
        }
      }
      if let last = page.last, first + page.count < names.count {
        writer.raw(",\"nextPageToken\":")
        writer.string(PageToken(readTime: readTime.timestamp, last: last).text)
      }
      writer.raw("}")
    }
  }

  func listCollectionIDs(
    below parent: DocumentPath?, in database: DatabaseName, _ request: EmulatorRequest
  ) throws(EmulatorError) -> EmulatorReply {
    let (pageSize, token, time) = try RequestBody.read(request) { object throws(FirestoreFormatError) in
      (
        try object.int32("pageSize") ?? 0, try object.string("pageToken") ?? "",
        try object.read("readTime", ProtoObject.timestamp)
      )
    }
    guard pageSize >= 0 else { throw .invalid("page_size is negative.") }
    let continued = token.isEmpty ? nil : try PageToken(parsing: token)
    // Pages of different times would skip or repeat ids, so the first page fixes the time for all.
    var readTime = try engine.currentTime(of: database)
    if let chosen = continued?.readTime ?? time { readTime = chosen }
    var ids = try engine.collectionIDs(below: parent, in: database, .at(readTime))
    if let last = continued?.last { ids.removeAll { DocumentPath.compareSegments($0, last) <= 0 } }
    let page = Array(ids.prefix(pageSize > 0 ? pageSize : Self.collectionPageSize))
    return .json { writer in
      writer.raw("{")
      if !page.isEmpty {
        writer.raw("\"collectionIds\":")
        writer.list(page) { $0.string($1) }
      }
      if let last = page.last, page.count < ids.count {
        writer.raw(",\"nextPageToken\":")
        writer.string(PageToken(readTime: readTime, last: last).text)
      }
      writer.raw("}")
    }
  }

  private func structuredQuery(_ object: inout ProtoObject) throws(FirestoreFormatError) -> StructuredQuery {
    let query = try object.read("structuredQuery") { (json) throws(FirestoreFormatError) in
      try StructuredQuery(json: json)
    }
    guard let query else { throw FirestoreFormatError("a structuredQuery is needed.") }
    return query
  }
}
