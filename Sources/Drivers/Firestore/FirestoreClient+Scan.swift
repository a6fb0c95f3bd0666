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
    var scan = try Scan(query, pageSize: pageSize, readTime: readTime?.truncatedToMicroseconds())
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
    of scan: inout Scan, _ parent: DocumentPath?, _ body: (FirestoreDocument) throws -> Void
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
      let document: FirestoreDocument?
      do throws(FirestoreError) {
        guard let element = try await stream.next() else { return count >= scan.pageSize }
        if !isPinned, let time = try Answer.time(element["readTime"]) { scan.result.readTime = time }
        document = if let json = element["document"] { try Answer.document(json) } else { nil }
        if let document { try scan.advance(to: document.name) }
      } catch {
        throw .transport(error)
      }
      guard let document else { continue }
      count += 1
      do {
        try body(document)
      } catch {
        throw .receiver(error)
      }
    }
  }
}

/// How far a scan came: what the next request must ask for.
private struct Scan {
  /// Why a page was not handed out to its end.
  enum Interruption: Error {
    case transport(FirestoreError)
    case receiver(any Error)
  }

  let pageSize: Int
  /// The query for what is left.
  private(set) var page: StructuredQuery
  /// In the first answer the read time may grow from document to document; those before are then guaranteed unchanged
  /// up to the later time (google/firestore/v1/firestore.proto, RunQueryResponse.read_time), so the last one is kept.
  var result: ScanResult
  private var last: DocumentName?

  /// The body of the next request.
  var request: JSONValue {
    var request: JSONObject = ["structuredQuery": page.json]
    if let time = result.readTime { request["readTime"] = .string(time.rfc3339Microseconds) }
    return .object(request)
  }

  init(_ query: StructuredQuery, pageSize: Int, readTime: Timestamp?) throws(FirestoreError) {
    let order = [StructuredQuery.Order(.documentID)]
    guard query.orderBy.isEmpty || query.orderBy == order, query.limit == nil, query.offset == 0, pageSize > 0 else {
      throw FirestoreError(
        status: .invalidArgument,
        message: "A scan is ordered by __name__ and has neither limit nor offset; its pages have at least one document."
      )
    }
    self.pageSize = pageSize
    page = query
    page.orderBy = order
    page.limit = pageSize
    result = ScanResult(count: 0, readTime: readTime)
  }

  /// Notes a document that is about to be handed out.
  ///
  /// A server that ignored the cursor would make the scan go round for ever, or hand documents out twice.
  mutating func advance(to name: DocumentName) throws(FirestoreError) {
    if let last, name.path <= last.path {
      throw .malformedAnswer("\(name.path) came behind \(last.path), which is not the order of names.")
    }
    last = name
    result.count += 1
    page.startAt = StructuredQuery.Cursor([.reference(name.description)], before: false)
  }
}
