import FirestoreModel

/// The answer of runQuery: a list with one element per document, written while documents are read.
struct QueryStream: ReplyStream {
  private static let pieceBytes = 65_536
  /// Stored documents that one piece may look at, so that a filter that matches little does not hold up other clients.
  private static let pieceBudget = 4_096

  private var answer: QueryAnswer
  private let root: String
  private let mask: [FieldPath]?
  private var isBegun = false
  private var isEmpty = true

  init(_ answer: QueryAnswer, root: String, mask: [FieldPath]?) {
    self.answer = answer
    self.root = root
    self.mask = mask
  }

  mutating func writePiece(to writer: inout JSONByteWriter) -> Bool {
    if !isBegun {
      isBegun = true
      writer.raw("[")
      if let id = answer.openedTransaction { writer.opened(id) }
    }
    var budget = Self.pieceBudget
    while writer.bytes.count < Self.pieceBytes {
      switch answer.results.next(budget: &budget) {
      case .document(let document): write(document, to: &writer)
      case .pause: return true
      case .end:
        if isEmpty {
          writer.raw("{\"readTime\":")
          writer.time(answer.readTime)
          writer.raw("}")
        }
        writer.raw("]")
        return false
      }
    }
    return true
  }

  private mutating func write(_ document: StoredDocument, to writer: inout JSONByteWriter) {
    writer.raw(isEmpty ? "{\"document\":" : ",{\"document\":")
    writer.document(document, root: root, mask: mask)
    writer.raw(",\"readTime\":")
    writer.time(answer.readTime)
    if isEmpty, answer.results.skipped > 0 {
      writer.raw(",\"skippedResults\":")
      writer.integer(Int64(answer.results.skipped))
    }
    writer.raw("}")
    isEmpty = false
  }
}

/// The answer of batchGet: a list with one element per document.
struct LookupStream: ReplyStream {
  private static let pieceBytes = 65_536

  private let answer: LookupAnswer
  private let root: String
  private let mask: [FieldPath]?
  private var index = 0

  init(_ answer: LookupAnswer, root: String, mask: [FieldPath]?) {
    self.answer = answer
    self.root = root
    self.mask = mask
  }

  mutating func writePiece(to writer: inout JSONByteWriter) -> Bool {
    if index == 0 {
      writer.raw("[")
      if let id = answer.openedTransaction {
        writer.opened(id)
        // The separator after it belongs to a document; with none, only the transaction is answered.
        if answer.documents.isEmpty { writer.dropSeparator() }
      }
    }
    while index < answer.documents.count, writer.bytes.count < Self.pieceBytes {
      if index > 0 { writer.raw(",") }
      let (name, document) = answer.documents[index]
      if let document {
        writer.raw("{\"found\":")
        writer.document(document, root: root, mask: mask)
      } else {
        writer.raw("{\"missing\":")
        writer.string(name.description)
      }
      writer.raw(",\"readTime\":")
      writer.time(answer.readTime)
      writer.raw("}")
      index += 1
    }
    guard index == answer.documents.count else { return true }
    writer.raw("]")
    return false
  }
}

extension JSONByteWriter {
  /// Writes the element that tells which transaction a read has opened, and the separator after it.
  mutating func opened(_ id: [UInt8]) {
    raw("{\"transaction\":")
    string(Base64.encode(id))
    raw("},")
  }
}
