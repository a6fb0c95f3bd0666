// What a row costs on each path, in microseconds, measured on two cores with PostgreSQL 15 over a local socket. They only
// have to rank the paths: these differ by factors, not by percents.

/// Estimates what the paths of a reference take.
struct CostModel: Sendable {
  let referrer: RelationFacts
  /// Rows or documents that keys may refer to.
  var referentRows = 0.0
  var referentKeyBytes = 0.0

  /// A row of a COPY with one small column, read by one client.
  private static let copiedRow = 0.17
  /// An entry of an index that is skipped as equal to the one before, when the visibility map vouches for it.
  private static let skippedEntry = 0.09
  /// A look from an index entry into the table.
  private static let heapFetch = 1.4
  /// A row of a COPY that is found through the index of the primary key.
  private static let orderedRow = 0.4
  /// A key of a page that is kept and compared.
  private static let mergedKey = 0.4
  /// A gap probed in an index.
  private static let probedGap = 3.0
  /// A key grouped by the server without the help of an index.
  private static let groupedRow = 0.5
  /// A key sent to a server and looked up there.
  private static let lookedUpKey = 6.0
  /// A key looked up by batchGet.
  private static let fetchedDocument = 60.0
  /// A document in a page, read with a field.
  private static let pagedDocument = 10.0
  /// A thousand documents counted.
  private static let countedThousand = 300.0
  /// A document in a stream of names.
  static let streamedDocument = 3.0
  /// Bytes of a document of which a field or the name is asked for.
  static let documentBytes = 250.0
  /// Bytes of the batches that are looked up.
  private static let lookupMemory = 8.0 * 1024 * 1024
  /// Bytes of the pages that are merged.
  private static let mergeMemory = 4.0 * 1024 * 1024
  /// A unit of the costs that PostgreSQL's own planner tells, in which a row costs a hundredth (`cpu_tuple_cost`).
  static let serverCost = 10.0
  /// What a row of a COPY has beside its values.
  private static let frame = 11.0

  /// Every key looked up in another PostgreSQL.
  func lookup() -> Estimate {
    let keys = referrer.keys
    let seconds = (enumeration + keys * Self.lookedUpKey) / 1e6
    return Estimate(seconds: seconds, bytes: keys * (referrer.keyBytes * 2 + 2 * Self.frame), memory: Self.lookupMemory)
  }

  /// Every key looked up in Firestore.
  func documentLookup() -> Estimate {
    let keys = referrer.keys
    return Estimate(
      seconds: (enumeration + keys * Self.fetchedDocument) / 1e6, bytes: keys * (referrer.keyBytes + 400),
      firestoreReads: keys, memory: Self.lookupMemory)
  }

  /// The gaps between the keys of an integer referent with an index, probed one after the other.
  func gaps(_ referent: RelationFacts) -> Estimate {
    // Neighbours that are both missing share a gap, so this is the most there can be.
    let gaps = min(max(0, (referent.span ?? 0) - referent.rows), referent.rows) + 1
    return Estimate(
      seconds: (referent.rows * Self.copiedRow + gaps * Self.probedGap) / 1e6,
      bytes: referent.rows * (4 + Self.frame) + gaps * 24, memory: gaps * Double(IntegerGaps.bytesPerGap))
  }

  /// A bit for each integer.
  func bitmap(_ order: ScanOrder) -> Estimate {
    Estimate(
      seconds: (scan(order) + referentRows * Self.copiedRow) / 1e6,
      bytes: scannedRows(order) * (4 + Self.frame) + referentRows * (4 + Self.frame),
      // Twice, because growing needs both the old and the new. Without an index nobody knows the span.
      memory: (referrer.span ?? referrer.rows) / 8 * 2)
  }

  /// Every document of a collection read, page by page, and its key looked up; in a collection, of which `referents` is
  /// the number of documents, no key is looked up twice.
  static func documents(_ count: Double, lookedUpAmong referents: Double?, remembering memory: Int = 0) -> Estimate {
    let keys = referents.map { min(count, $0) } ?? count
    let perKey = referents == nil ? lookedUpKey : fetchedDocument
    return Estimate(
      seconds: (count * pagedDocument + keys * perKey) / 1e6,
      bytes: count * documentBytes + (referents == nil ? 0 : keys * documentBytes),
      firestoreReads: count + (referents == nil ? 0 : keys), memory: lookupMemory + Double(memory))
  }

  /// Every key of a referent kept as a digest, and every document of a collection read past them, in several ranges.
  static func membership(_ count: Double, of referents: Double, keyBytes: Double, isInFirestore: Bool) -> Estimate {
    Estimate(
      seconds: (referents * (isInFirestore ? streamedDocument : copiedRow * 2) + count * pagedDocument / 2) / 1e6,
      bytes: count * documentBytes + referents * (isInFirestore ? documentBytes : keyBytes + frame),
      firestoreReads: count + (isInFirestore ? referents : 0), memory: referents * 16 * 3)
  }

  /// A digest for each key, against another PostgreSQL, in as many passes as `memory` asks for.
  func digests(_ order: ScanOrder, in memory: Int) -> Estimate {
    let passes = passes(in: memory)
    return Estimate(
      seconds: passes * (2 * scan(order) + referentRows * 2 * Self.copiedRow) / 1e6,
      bytes: passes
        * (scannedRows(order) * (referrer.keyBytes + Self.frame) + referentRows * (referentKeyBytes + Self.frame)),
      memory: min(digestMemory, Double(memory)))
  }

  /// A digest for each key, against all documents of a collection, in as many passes as `memory` asks for.
  func documentDigests(_ order: ScanOrder, in memory: Int) -> Estimate {
    let passes = passes(in: memory)
    return Estimate(
      seconds: passes * (2 * scan(order) + referentRows * Self.streamedDocument) / 1e6,
      bytes: passes
        * (scannedRows(order) * (referrer.keyBytes + Self.frame) + referentRows * Self.documentBytes),
      firestoreReads: passes * referentRows, memory: min(digestMemory, Double(memory)))
  }

  /// Both sides in one order, merged.
  func merge() -> Estimate {
    Estimate(
      seconds: (scan(.distinct) + referrer.keys * Self.mergedKey + referentRows * (Self.copiedRow + Self.mergedKey))
        / 1e6,
      bytes: referrer.keys * (referrer.keyBytes + Self.frame) + referentRows * (referentKeyBytes + Self.frame),
      memory: Self.mergeMemory)
  }

  /// Keys and documents in one order, merged.
  func documentMerge() -> Estimate {
    Estimate(
      seconds: (scan(.distinct) + referrer.keys * Self.mergedKey + referentRows * Self.pagedDocument) / 1e6,
      bytes: referrer.keys * (referrer.keyBytes + Self.frame) + referentRows * Self.documentBytes,
      firestoreReads: referentRows, memory: Self.mergeMemory)
  }

  /// The documents of a collection counted, and the referrer read in an order or, when nil, only where it is new.
  func countedDocuments(_ order: ScanOrder?, bytes: Double) -> Estimate {
    let reads = (referentRows / 1000).rounded(.up)
    return Estimate(
      seconds: ((order.map(scan) ?? 0) + reads * Self.countedThousand) / 1e6,
      bytes: order.map { scannedRows($0) * (referrer.keyBytes + Self.frame) } ?? 0, firestoreReads: reads,
      memory: bytes + (order == nil ? 0 : digestMemory))
  }

  /// A digest for each key, against a list of another table's keys that is kept.
  func listing(_ order: ScanOrder, in memory: Int) -> Estimate {
    var estimate = digests(order, in: memory)
    estimate.seconds += referentRows * Self.mergedKey / 1e6
    estimate.memory += referentRows * (referentKeyBytes + 4)
    return estimate
  }

  /// The keys of another table compared with those of before, and the referrer read only where it is new.
  func changedKeys(bytes: Double) -> Estimate {
    Estimate(
      seconds: referentRows * (Self.copiedRow + Self.mergedKey) / 1e6,
      bytes: referentRows * (referentKeyBytes + Self.frame), memory: 2 * bytes)
  }

  /// A slot of 16 bytes for each key, in a table that is half full on average and needs as much again to grow.
  private var digestMemory: Double { referrer.keys * 16 * 3 }

  /// How often everything is read until all keys had their turn.
  private func passes(in memory: Int) -> Double { max(1, (digestMemory / Double(max(1, memory))).rounded(.up)) }

  private func scannedRows(_ order: ScanOrder) -> Double { order == .distinct ? referrer.keys : referrer.rows }

  private func scan(_ order: ScanOrder) -> Double {
    switch order {
    case .heap, .index: return referrer.rows * Self.copiedRow
    case .rows: return referrer.rows * Self.orderedRow
    case .distinct:
      let fetches = referrer.heapFetches * Self.heapFetch
      return referrer.rows * (Self.skippedEntry + fetches) + referrer.keys * Self.copiedRow
    }
  }

  /// What it takes the server to tell each key once.
  private var enumeration: Double {
    !referrer.isIndexed ? referrer.rows * Self.groupedRow : scan(.distinct) + referrer.keys * 0.5
  }
}
