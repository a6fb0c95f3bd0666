package import FirestoreModel
internal import JSON
package import RFC3339

extension FirestoreClient {
  /// The most documents that are asked for in one request; larger lists are split.
  package static let batchGetLimit = 300

  /// Reads one document; nil when it does not exist.
  package func get(
    _ path: DocumentPath, mask: [FieldPath]? = nil, readTime: Timestamp? = nil,
    transaction: FirestoreTransaction? = nil
  ) async throws(FirestoreError) -> FirestoreDocument? {
    try await batchGet([path], mask: mask, readTime: readTime, transaction: transaction).found.first
  }

  /// Reads many documents as of one time: the given one, or the time of the first answer.
  ///
  /// Paths may repeat. Throws when the server leaves one unanswered.
  package func batchGet(
    _ paths: [DocumentPath], mask: [FieldPath]? = nil, readTime: Timestamp? = nil,
    transaction: FirestoreTransaction? = nil
  ) async throws(FirestoreError) -> BatchGetResult {
    var seen: Set<DocumentPath> = []
    let unique = paths.filter { seen.insert($0).inserted }
    var result = BatchGetResult(found: [], missing: [], readTime: readTime?.truncatedToMicroseconds())
    for start in stride(from: 0, to: unique.count, by: Self.batchGetLimit) {
      let chunk = unique[start..<min(start + Self.batchGetLimit, unique.count)]
      let part = try await batchGet(chunk: chunk, mask, result.readTime, transaction)
      result.found += part.found
      result.missing += part.missing
      if transaction == nil || result.readTime == nil { result.readTime = part.readTime ?? result.readTime }
    }
    return result
  }

  private func batchGet(
    chunk: ArraySlice<DocumentPath>, _ mask: [FieldPath]?, _ readTime: Timestamp?,
    _ transaction: FirestoreTransaction?
  ) async throws(FirestoreError) -> BatchGetResult {
    var body: JSONObject = ["documents": .array(chunk.map { .string(name(of: $0).description) })]
    if let mask { body["mask"] = Write.json(mask: mask) }
    body.setConsistency(readTime, transaction)
    return try await transport.repeating(transaction == nil ? .always : .never) { () async throws(FirestoreError) in
      var result = BatchGetResult(found: [], missing: [], readTime: nil)
      var open = Set(chunk)
      var stream = try await transport.open(":batchGet", .object(body))
      while let element = try await stream.next() {
        result.readTime = try Answer.time(element["readTime"]) ?? result.readTime
        if let json = element["found"] {
          let document = try Answer.document(json)
          open.remove(document.name.path)
          result.found.append(document)
        } else if let missing = element["missing"] {
          let path = try Answer.name(missing).path
          open.remove(path)
          result.missing.append(path)
        }
      }
      guard let forgotten = open.first else { return result }
      throw .cutAnswer("\(open.count) documents were neither found nor missing, among them \(forgotten).")
    }
  }

  /// Runs a query below a document, or at the root, and returns all its documents.
  ///
  /// For results that may not fit into memory there is `scan`.
  package func runQuery(
    _ query: StructuredQuery, parent: DocumentPath? = nil, readTime: Timestamp? = nil,
    transaction: FirestoreTransaction? = nil
  ) async throws(FirestoreError) -> QueryResult {
    var body: JSONObject = ["structuredQuery": query.json]
    body.setConsistency(readTime?.truncatedToMicroseconds(), transaction)
    return try await transport.repeating(transaction == nil ? .always : .never) { () async throws(FirestoreError) in
      var result = QueryResult(documents: [], readTime: nil)
      var stream = try await transport.open(":runQuery", at: parent, .object(body))
      while let element = try await stream.next() {
        result.readTime = try Answer.time(element["readTime"]) ?? result.readTime
        if let json = element["document"] { result.documents.append(try Answer.document(json)) }
      }
      return result
    }
  }

  /// Counts the documents of a query on the server.
  package func count(
    _ query: StructuredQuery, parent: DocumentPath? = nil, readTime: Timestamp? = nil,
    transaction: FirestoreTransaction? = nil
  ) async throws(FirestoreError) -> Int64 {
    let aggregation = AggregationQuery(query, [.init(alias: "count", .count(upTo: nil))])
    var body: JSONObject = ["structuredAggregationQuery": aggregation.json]
    body.setConsistency(readTime?.truncatedToMicroseconds(), transaction)
    return try await transport.repeating(transaction == nil ? .always : .never) { () async throws(FirestoreError) in
      var count: Int64?
      var stream = try await transport.open(":runAggregationQuery", at: parent, .object(body))
      while let element = try await stream.next() {
        guard let json = element["result"]?["aggregateFields"]?["count"] else { continue }
        guard case .integer(let value) = try Answer.value(json) else {
          throw .malformedAnswer("the count is not an integer.")
        }
        count = value
      }
      guard let count else { throw .cutAnswer("the count is missing.") }
      // The element itself was one read; the rest is by the thousand.
      try transport.meter?.add(Int(count) / 1000)
      return count
    }
  }

  /// Lists the collections below a document, or at the root, in order of their ids.
  package func listCollectionIDs(
    parent: DocumentPath? = nil, readTime: Timestamp? = nil
  ) async throws(FirestoreError) -> [String] {
    var ids: [String] = []
    var pageToken: String?
    repeat {
      var body: JSONObject = ["pageSize": 300]
      body.setConsistency(readTime?.truncatedToMicroseconds(), nil)
      if let pageToken { body["pageToken"] = .string(pageToken) }
      let answer = try await transport.call(":listCollectionIds", at: parent, .object(body), repetition: .always)
      for id in answer["collectionIds"]?.arrayValue ?? [] {
        guard let id = id.stringValue else { throw .malformedAnswer("a collection id is not a string.") }
        ids.append(id)
      }
      let next = answer["nextPageToken"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
      guard next == nil || next != pageToken else { throw .malformedAnswer("the same page token came twice.") }
      pageToken = next
    } while pageToken != nil
    return ids
  }
}

extension JSONObject {
  /// Says as of when a request reads: in a transaction, at a time, or now.
  fileprivate mutating func setConsistency(_ readTime: Timestamp?, _ transaction: FirestoreTransaction?) {
    if let transaction {
      self["transaction"] = .string(transaction.id)
    } else if let readTime {
      self["readTime"] = .string(readTime.rfc3339Microseconds)
    }
  }
}
