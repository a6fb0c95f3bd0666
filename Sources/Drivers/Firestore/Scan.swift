import FirestoreModel
internal import JSON
import RFC3339

/// How far a scan came: what the next request must ask for.
struct Scan {
  /// Why a page was not handed out to its end.
  enum Interruption: Error {
    case transport(FirestoreError)
    case receiver(any Error)
  }

  /// What is handed out: a document, or its id where nothing else is wanted.
  enum Element {
    case document(FirestoreDocument)
    case id(ArraySlice<UInt8>)
  }

  /// Where the scan stands.
  private enum Position {
    case start
    case behind(DocumentName)
    /// Behind the id that is kept apart, so that its buffer is used again and again.
    case behindID
  }

  let pageSize: Int
  /// Reads ids from the bytes of answers; nil when whole documents are wanted.
  let ids: DocumentIDReader?
  /// In the first answer the read time may grow from document to document; those before are then guaranteed unchanged
  /// up to the later time (google/firestore/v1/firestore.proto, RunQueryResponse.read_time), so the last one is kept.
  var result: ScanResult
  private let query: StructuredQuery
  private var position = Position.start
  private var lastID: [UInt8] = []

  init(
    _ query: StructuredQuery, pageSize: Int, readTime: Timestamp?, ids: DocumentIDReader?
  ) throws(FirestoreError) {
    let order = [StructuredQuery.Order(.documentID)]
    guard query.orderBy.isEmpty || query.orderBy == order, query.limit == nil, query.offset == 0, pageSize > 0 else {
      throw FirestoreError(
        status: .invalidArgument,
        message: "A scan is ordered by __name__ and has neither limit nor offset; its pages have at least one document."
      )
    }
    self.pageSize = pageSize
    self.ids = ids
    var query = query
    query.orderBy = order
    query.limit = pageSize
    self.query = query
    result = ScanResult(count: 0, readTime: readTime)
  }

  /// The body of the next request: what is left of the query, at the time of the first answer.
  var request: JSONValue {
    var page = query
    let last: String? =
      switch position {
      case .start: nil
      case .behind(let name): name.description
      case .behindID: ids.map { $0.name(ofID: lastID) }
      }
    if let last { page.startAt = StructuredQuery.Cursor([.reference(last)], before: false) }
    var request: JSONObject = ["structuredQuery": page.json]
    if let time = result.readTime { request["readTime"] = .string(time.rfc3339Microseconds) }
    return .object(request)
  }

  /// Notes a document that is about to be handed out.
  ///
  /// A server that ignored the cursor would make the scan go round for ever, or hand documents out twice.
  mutating func advance(to name: DocumentName) throws(FirestoreError) {
    switch position {
    case .start: break
    case .behind(let last): if name.path <= last.path { throw Self.disorder("\(name.path)", "\(last.path)") }
    case .behindID:
      let id = Array(name.path.id.utf8)
      if !lastID.lexicographicallyPrecedes(id) { throw Self.disorder("\(name.path)", lastIDText) }
    }
    position = .behind(name)
    result.count += 1
  }

  /// Notes a document of which only the id was read.
  mutating func advance(to id: ArraySlice<UInt8>) throws(FirestoreError) {
    if case .behind(let name) = position { lastID = Array(name.path.id.utf8) }
    let isFirst = if case .start = position { true } else { false }
    guard isFirst || lastID.lexicographicallyPrecedes(id) else {
      throw Self.disorder(String(decoding: id, as: UTF8.self), lastIDText)
    }
    lastID.replaceSubrange(0..<lastID.count, with: id)
    position = .behindID
    result.count += 1
  }

  private var lastIDText: String { String(decoding: lastID, as: UTF8.self) }

  private static func disorder(_ name: String, _ last: String) -> FirestoreError {
    .malformedAnswer("\(name) came behind \(last), which is not the order of names.")
  }
}
