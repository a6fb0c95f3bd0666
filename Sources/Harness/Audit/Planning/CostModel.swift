// What a row costs on each path, in microseconds, measured on two cores with PostgreSQL 15 over a local socket. They only
// have to rank the paths: these differ by factors, not by percents.

/// Estimates what the paths of a reference take.
struct CostModel: Sendable {
  let referrer: RelationFacts
  /// Rows or documents that keys may refer to.
  let referentRows: Double
  let referentKeyBytes: Double

  /// A row of a COPY with one small column, read by one client.
  private static let copiedRow = 0.17
  /// An entry of an index that is skipped as equal to the one before, when the visibility map vouches for it.
  private static let skippedEntry = 0.09
  /// A look from an index entry into the table.
  private static let heapFetch = 1.4
  /// A gap probed in an index.
  private static let probedGap = 3.0
  /// A key grouped by the server without the help of an index.
  private static let groupedRow = 0.5
  /// A key sent to a server and looked up there.
  private static let lookedUpKey = 6.0
  /// A key looked up by batchGet.
  private static let fetchedDocument = 60.0
  /// A document in a stream of names.
  static let streamedDocument = 3.0
  /// Bytes of the batches that are looked up.
  private static let lookupMemory = 8.0 * 1024 * 1024
  /// A row that a server judges by itself.
  static let judgedRow = 0.15
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

  /// The gaps between `referent` keys probed; nil when there may be too many.
  func gaps(_ missing: Double) -> Estimate {
    // Neighbours that are both missing share a gap, so this is the most there can be.
    let gaps = min(missing, referentRows) + 1
    return Estimate(
      seconds: (referentRows * Self.copiedRow + gaps * Self.probedGap) / 1e6,
      bytes: referentRows * (4 + Self.frame) + gaps * 24, memory: gaps * 16)
  }

  /// A bit for each integer.
  func bitmap(_ order: ScanOrder, span: Double?) -> Estimate {
    Estimate(
      seconds: (scan(order) + referentRows * Self.copiedRow) / 1e6,
      bytes: scannedRows(order) * (4 + Self.frame) + referentRows * (4 + Self.frame),
      memory: (span ?? referentRows) / 8)
  }

  /// A digest for each key, against another PostgreSQL.
  func digests(_ order: ScanOrder) -> Estimate {
    Estimate(
      seconds: (2 * scan(order) + referentRows * 2 * Self.copiedRow) / 1e6,
      bytes: scannedRows(order) * (referrer.keyBytes + Self.frame) + referentRows * (referentKeyBytes + Self.frame),
      memory: digestMemory)
  }

  /// A digest for each key, against all documents of a collection.
  func documentDigests(_ order: ScanOrder) -> Estimate {
    Estimate(
      seconds: (2 * scan(order) + referentRows * Self.streamedDocument) / 1e6,
      bytes: scannedRows(order) * (referrer.keyBytes + Self.frame) + referentRows * 250,
      firestoreReads: referentRows, memory: digestMemory)
  }

  /// A slot of 16 bytes for each key, in a table that is three quarters full at most and grows by doubling.
  private var digestMemory: Double { referrer.keys * 16 * 2 }

  private func scannedRows(_ order: ScanOrder) -> Double { order == .distinct ? referrer.keys : referrer.rows }

  private func scan(_ order: ScanOrder) -> Double {
    switch order {
    case .heap, .index: return referrer.rows * Self.copiedRow
    case .distinct:
      let fetches = (referrer.heapFetches ?? 0) * Self.heapFetch
      return referrer.rows * (Self.skippedEntry + fetches) + referrer.keys * Self.copiedRow
    }
  }

  /// What it takes the server to tell each key once.
  private var enumeration: Double {
    referrer.index == nil ? referrer.rows * Self.groupedRow : scan(.distinct) + referrer.keys * 0.5
  }
}
