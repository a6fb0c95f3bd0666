package import FirestoreModel
internal import JSON
package import RFC3339

extension FirestoreClient {
  /// Hands every document of a query to a function, in the order of names, as a picture of one time.
  ///
  /// Each request asks for one page and continues behind the last document that was handed out, at the time of the
  /// first answer, so a connection that breaks costs neither documents nor the scan. Memory holds one network buffer
  /// and one document: a slow function slows the server down.
  ///
  /// The query may filter, select fields and bound the names by cursors; its order is by `__name__`, its limit and
  /// offset must be unset. Throws what the function throws, or a `FirestoreError`.
  @discardableResult
  package func scan(
    _ query: StructuredQuery, parent: DocumentPath? = nil, pageSize: Int = 5_000, readTime: Timestamp? = nil,
    _ body: (FirestoreDocument) throws -> Void
  ) async throws -> ScanResult {
    try await scan(query, parent: parent, pageSize: pageSize, readTime: readTime, reading: nil) { element in
      if case .document(let document) = element { try body(document) }
    }
  }

  /// Hands the id of every document of a collection to a function, in order, as a picture of one time.
  ///
  /// Like `scan`, but of each answer only the bytes of the id are looked at, which takes a fraction of the time. The
  /// buffer is valid during the call only.
  @discardableResult
  package func scanIDs(
    of collection: CollectionPath, from start: String? = nil, to end: String? = nil, pageSize: Int = 5_000,
    readTime: Timestamp? = nil, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) async throws -> ScanResult {
    let query = StructuredQuery(
      from: .init(collectionID: collection.id), select: [.documentID],
      startAt: try start.map { try cursor(before: $0, in: collection) },
      endAt: try end.map { try cursor(before: $0, in: collection) })
    let names = try DocumentIDReader(collection: collection, client: self)
    return try await scan(query, parent: collection.parent, pageSize: pageSize, readTime: readTime, reading: names) {
      switch $0 {
      case .document(let document):
        var id = document.name.path.id
        try id.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
      case .id(let bytes): try bytes.withUnsafeBytes(body)
      }
    }
  }

  /// The position just before a document of a collection in the order of names.
  package func cursor(before id: String, in collection: CollectionPath) throws -> StructuredQuery.Cursor {
    .init([reference(to: try collection.document(id))], before: true)
  }

  private func scan(
    _ query: StructuredQuery, parent: DocumentPath?, pageSize: Int, readTime: Timestamp?,
    reading ids: DocumentIDReader?, _ body: (Scan.Element) throws -> Void
  ) async throws -> ScanResult {
    var scan = try Scan(query, pageSize: pageSize, readTime: readTime?.truncatedToMicroseconds(), ids: ids)
    var attempt = 1
    while true {
      let countBefore = scan.result.count
      do throws(Scan.Interruption) {
        guard try await handOutPage(of: &scan, parent, body) else { return scan.result }
        attempt = 1
      } catch {
        switch error {
        case .receiver(let error): throw error
        case .transport(let error):
          // A page that came forward proves that the server is alive: the count of attempts starts anew.
          if scan.result.count > countBefore { attempt = 1 }
          guard attempt < transport.retry.attempts, transport.mayRepeat(after: error, .always) else { throw error }
          try await transport.pause(before: attempt, after: error)
          attempt += 1
        }
      }
    }
  }

  /// Requests one page and hands out its documents; false when it was the last.
  private func handOutPage(
    of scan: inout Scan, _ parent: DocumentPath?, _ body: (Scan.Element) throws -> Void
  ) async throws(Scan.Interruption) -> Bool {
    let isPinned = scan.result.readTime != nil
    var count = 0
    var stream: AnswerStream
    do throws(FirestoreError) {
      stream = try await transport.open(":runQuery", at: parent, scan.request)
    } catch {
      throw .transport(error)
    }
    while true {
      let element: Scan.Element?
      do throws(FirestoreError) {
        guard let bytes = try await stream.nextBytes() else { return count >= scan.pageSize }
        // Until the time is known, every answer must be read for it.
        if isPinned, let id = scan.ids?.id(in: bytes) {
          try scan.advance(to: id)
          element = .id(id)
        } else {
          let json = try stream.parsed(bytes)
          if !isPinned, let time = try Answer.time(json["readTime"]) { scan.result.readTime = time }
          element = try json["document"].map { json throws(FirestoreError) in .document(try Answer.document(json)) }
          if case .document(let document) = element { try scan.advance(to: document.name) }
        }
      } catch {
        throw .transport(error)
      }
      guard let element else { continue }
      count += 1
      do {
        try body(element)
      } catch {
        throw .receiver(error)
      }
    }
  }
}
