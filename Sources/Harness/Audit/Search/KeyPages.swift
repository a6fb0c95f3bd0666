import Firestore
import FirestoreModel
import Postgres

/// One side of a reference, page by page in the order of the bytes that a codec makes of its keys.
protocol KeyPages: Sendable {
  var codec: KeyCodec { get }

  /// The next keys behind one, or the first.
  ///
  /// Throws ``SearchExhausted`` when they do not come in the order that was promised.
  func page(after last: Key?) async throws -> KeyPage

  /// How the side is read, one line for people.
  var plan: String { get }
}

/// Keys that were read in one go.
struct KeyPage: Sendable {
  var keys = SortedKeys()
  /// Whether there are no more.
  var isLast = false
}

/// Keys as bytes that are ordered as a store orders the keys.
struct KeyCodec: Sendable, Hashable {
  /// A part of a key.
  enum Part: Sendable, Hashable {
    case integer
    /// Text that is compared by its bytes, without a NUL.
    case text
  }

  let parts: [Part]

  /// The parts of keys that PostgreSQL orders by their bytes; nil for kinds of another order.
  ///
  /// A UUID is compared by its bytes, and so are its digits. Text is when `hasByteOrder` says so of its collation.
  init?(_ kinds: [ColumnKind], hasByteOrder: Bool) {
    var parts: [Part] = []
    for kind in kinds {
      switch kind {
      case .integer: parts.append(.integer)
      case .uuid: parts.append(.text)
      case .text where hasByteOrder: parts.append(.text)
      case .text, .looseText, .padded, .numeric, .other: return nil
      }
    }
    self.parts = parts
  }

  /// Keys of one text, such as ids of documents.
  init() { parts = [.text] }

  /// Appends a part of a key.
  ///
  /// A number is eight bytes, the highest first, with its sign turned over; a text ends with a NUL, which comes before
  /// all else, unless it is the last.
  func append(_ text: UnsafeRawBufferPointer, part: Int, to bytes: inout [UInt8]) throws {
    switch parts[part] {
    case .integer:
      guard let number = Int64(String(decoding: text, as: UTF8.self)) else {
        throw RuleError(message: "a key of integers has one that is none")
      }
      withUnsafeBytes(of: (UInt64(bitPattern: number) ^ (1 << 63)).bigEndian) { bytes.append(contentsOf: $0) }
    case .text:
      bytes.append(contentsOf: text)
      if part < parts.count - 1 { bytes.append(0) }
    }
  }

  /// Lends the bytes of a key; nil for one that is none of these.
  func withBytes<Value>(of key: Key, _ body: (UnsafeRawBufferPointer) throws -> Value) throws -> Value? {
    guard key.parts.count == parts.count else { return nil }
    var bytes: [UInt8] = []
    for (number, part) in key.parts.enumerated() {
      // "007" is no integer's text.
      if parts[number] == .integer, Int64(part).map({ String($0) }) != part { return nil }
      var part = part
      try part.withUTF8 { try append(UnsafeRawBufferPointer($0), part: number, to: &bytes) }
    }
    return try bytes.withUnsafeBytes(body)
  }

  /// Whether a list has a key.
  func isKey(_ key: Key, in list: SortedKeys) -> Bool {
    (try? withBytes(of: key) { list.index(of: $0) != nil }) == true
  }

  /// The key that bytes stand for.
  func key(_ bytes: UnsafeRawBufferPointer) -> Key {
    var texts: [String] = []
    var rest = bytes[...]
    for (number, part) in parts.enumerated() {
      switch part {
      case .integer:
        let value = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ^ (1 << 63)
        texts.append(String(Int64(bitPattern: value)))
        rest = rest.dropFirst(8)
      case .text:
        let text = number < parts.count - 1 ? rest.prefix { $0 != 0 } : rest
        texts.append(String(decoding: text, as: UTF8.self))
        rest = rest.dropFirst(text.count + 1)
      }
    }
    return Key(texts)
  }
}

/// The keys of a PostgreSQL relation, each once, by an index that has them in the order of their bytes.
struct SQLKeyPages: KeyPages {
  let side: SQLSide
  let codec: KeyCodec
  /// Keys of a page.
  var size = 20_000

  var plan: String {
    "\(RelationScan(side: side, order: .distinct).keyPlan), in ascending order, \(size) in one snapshot"
  }

  func page(after last: Key?) async throws -> KeyPage {
    let select = side.relation.keyTexts(side.kinds, .distinct, ScanPart(after: last, limit: size))
    let (page, count) = try await side.reader.scan(.distinct) { connection, _ in
      var page = KeyPage()
      var bytes: [UInt8] = []
      var isInOrder = true
      let count = try connection.copyRowsSync(select) { row in
        bytes.removeAll(keepingCapacity: true)
        for part in codec.parts.indices {
          try row.withBytes(part) { text in if let text { try codec.append(text, part: part, to: &bytes) } }
        }
        isInOrder = bytes.withUnsafeBytes { page.keys.append($0) } && isInOrder
      }
      guard isInOrder else { throw SearchExhausted.disorder(of: plan) }
      page.isLast = count < size
      return (page, count)
    }
    // When the snapshot is closed: this may be long.
    if let due = side.reader.pace.reserve(count) { try await Task.sleep(until: due, clock: .continuous) }
    return page
  }
}

/// The ids of a collection, which Firestore orders by their bytes
/// (<https://firebase.google.com/docs/firestore/manage-data/data-types>).
struct FirestoreKeyPages: KeyPages {
  let relation: FirestoreRelation
  let client: FirestoreClient
  /// Documents of a page.
  var size = 5_000

  let codec = KeyCodec()

  var plan: String { "\(relation.store): the name of every document of \(relation.collection), \(size) a page" }

  func page(after last: Key?) async throws -> KeyPage {
    var page = KeyPage()
    var place = try last.map { try client.name(of: relation.collection.document($0.parts[0])) }
    // A page of which no document counts says nothing of where it ended, so the next one belongs to it.
    while page.keys.isEmpty, !page.isLast {
      let query = relation.page(after: place, size: size)
      let documents = try await client.runQuery(query, parent: relation.collection.parent).documents
      for document in documents where relation.isLive(document) {
        guard page.keys.append(document.name.path.id) else { throw SearchExhausted.disorder(of: plan) }
      }
      page.isLast = documents.count < size
      place = documents.last?.name
    }
    return page
  }
}

extension SearchExhausted {
  fileprivate static func disorder(of plan: String) -> SearchExhausted {
    SearchExhausted(description: "the store does not keep the order of bytes (\(plan))")
  }
}
