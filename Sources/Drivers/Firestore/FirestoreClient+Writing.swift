package import FirestoreModel
internal import JSON
package import RFC3339

extension FirestoreClient {
  /// Creates a document and returns when; fails with `alreadyExists` when there is one.
  @discardableResult
  package func create(
    _ path: DocumentPath, _ fields: [String: FirestoreValue]
  ) async throws(FirestoreError) -> Timestamp {
    try await write(.create(name(of: path), fields))
  }

  /// Creates or replaces a document and returns when.
  @discardableResult
  package func set(_ path: DocumentPath, _ fields: [String: FirestoreValue]) async throws(FirestoreError) -> Timestamp {
    try await write(.set(name(of: path), fields))
  }

  /// Changes some fields of a document and returns when; a field in the mask that has no value is deleted.
  ///
  /// Without a mask the given fields are changed and all others stay. Fails with `notFound` when the document does not
  /// exist, unless another precondition is given.
  @discardableResult
  package func update(
    _ path: DocumentPath, _ fields: [String: FirestoreValue], mask: [FieldPath]? = nil,
    precondition: Precondition? = .exists(true)
  ) async throws(FirestoreError) -> Timestamp {
    let mask = if let mask { mask } else { try Self.mask(of: fields) }
    return try await write(
      Write(name(of: path), .update(fields: fields, mask: mask), currentDocument: precondition))
  }

  /// Deletes a document and returns when; one that does not exist is no failure unless the precondition says so.
  @discardableResult
  package func delete(_ path: DocumentPath, precondition: Precondition? = nil) async throws(FirestoreError) -> Timestamp
  {
    try await write(.delete(name(of: path), currentDocument: precondition))
  }

  /// Applies all writes in order, or none; without writes it only ends the transaction.
  ///
  /// Outside a transaction a failed commit is sent again when the server surely did nothing, or when doing it twice is
  /// the same as doing it once.
  package func commit(
    _ writes: [Write], transaction: FirestoreTransaction? = nil
  ) async throws(FirestoreError) -> CommitResult {
    var body: JSONObject = ["writes": .array(writes.map(\.json))]
    if let transaction { body["transaction"] = .string(transaction.id) }
    let repetition: FirestoreTransport.Repetition =
      transaction != nil ? .never : writes.allSatisfy(\.isRepeatable) ? .always : .whenUndone
    let answer = try await transport.call(":commit", .object(body), repetition: repetition)
    let commitTime = try Answer.time(answer["commitTime"])
    guard commitTime != nil || writes.isEmpty else { throw .malformedAnswer("the commit time is missing.") }
    var results: [WriteResult] = []
    for json in answer["writeResults"]?.arrayValue ?? [] {
      var transforms: [FirestoreValue] = []
      for value in json["transformResults"]?.arrayValue ?? [] { transforms.append(try Answer.value(value)) }
      results.append(
        WriteResult(updateTime: try Answer.time(json["updateTime"]), transformResults: transforms))
    }
    guard results.count == writes.count else {
      throw .malformedAnswer("\(results.count) results for \(writes.count) writes.")
    }
    return CommitResult(commitTime: commitTime, writes: results)
  }

  /// Opens a transaction; end it with `commit` or `rollback`.
  package func beginTransaction(
    _ mode: FirestoreTransactionMode = .readWrite(retrying: nil)
  ) async throws(FirestoreError) -> FirestoreTransaction {
    let options: JSONValue
    switch mode {
    case .readWrite(let retried):
      options = ["readWrite": retried.map { ["retryTransaction": .string($0.id)] } ?? [:]]
    case .readOnly(let time):
      let time = time?.truncatedToMicroseconds().rfc3339Microseconds
      options = ["readOnly": time.map { ["readTime": .string($0)] } ?? [:]]
    }
    let answer = try await transport.call(":beginTransaction", ["options": options], repetition: .always)
    guard let id = answer["transaction"]?.stringValue, !id.isEmpty else {
      throw .malformedAnswer("the transaction's id is missing.")
    }
    return FirestoreTransaction(id: id)
  }

  /// Ends a transaction without writing.
  package func rollback(_ transaction: FirestoreTransaction) async throws(FirestoreError) {
    _ = try await transport.call(":rollback", ["transaction": .string(transaction.id)], repetition: .always)
  }

  private func write(_ write: Write) async throws(FirestoreError) -> Timestamp {
    guard let time = try await commit([write]).commitTime else {
      throw .malformedAnswer("the commit time is missing.")
    }
    return time
  }

  private static func mask(of fields: [String: FirestoreValue]) throws(FirestoreError) -> [FieldPath] {
    var mask: [FieldPath] = []
    for name in fields.keys {
      do throws(FirestoreFormatError) {
        mask.append(try FieldPath([name]))
      } catch {
        throw FirestoreError(status: .invalidArgument, message: "\(error)")
      }
    }
    return mask.sorted()
  }
}

extension Write {
  /// Whether writing twice leaves the same as writing once, and the second time cannot fail because of the first.
  fileprivate var isRepeatable: Bool {
    let transformsRepeat = transforms.allSatisfy { transform in
      switch transform.operation {
      case .increment: false
      case .requestTime, .maximum, .minimum, .appendMissingElements, .removeAllFromArray: true
      }
    }
    switch currentDocument {
    case nil: return transformsRepeat
    case .exists(true): return transformsRepeat && operation != .delete
    case .exists(false), .updateTime: return false
    }
  }
}
