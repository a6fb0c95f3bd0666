import Synchronization

/// Keys that scans, of which there may be several at once, add to and take from.
///
/// Scans come with thousands of keys at a time, so a lock for each batch costs nothing, and nothing is ever copied.
final class ScanState<Keys: Sendable>: Sendable {
  private let state: Mutex<(keys: Keys, progress: ScanProgress)>

  init(_ keys: Keys, _ reading: @escaping @Sendable (Int) -> Void) {
    state = Mutex((keys, ScanProgress(reading)))
  }

  /// The keys as they are.
  var keys: Keys { state.withLock { $0.keys } }

  /// Changes the keys; `rows` that were read for it are told to whoever listens.
  func change<Failure: Error>(rows: Int = 0, _ body: (inout Keys) throws(Failure) -> Void) throws(Failure) {
    try state.withLock { state throws(Failure) in
      try body(&state.keys)
      state.progress.add(rows)
    }
  }
}

/// Tells now and then how many rows a scan has read.
struct ScanProgress: Sendable {
  private let tell: @Sendable (Int) -> Void
  private var rows = 0
  private var told = 0
  /// Rows between two tellings: a few times a second at full speed.
  private static let interval = 1 << 20

  init(_ tell: @escaping @Sendable (Int) -> Void) { self.tell = tell }

  /// Counts rows.
  mutating func add(_ count: Int) {
    rows += count
    guard rows - told >= Self.interval else { return }
    told = rows
    tell(rows)
  }
}
