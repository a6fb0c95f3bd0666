/// The changes that history still remembers, oldest first.
///
/// It has two uses: a transaction asks it what changed since its snapshot, and the oldest record says which superseded
/// version of which document can be forgotten next, so that history is bounded by age, number and bytes without a scan.
struct ChangeLog: Sendable {
  /// What history may hold.
  struct Limits: Sendable {
    /// Microseconds that a superseded version stays readable; production keeps one hour.
    var age: Int64 = 3_600_000_000
    var records = 1_000_000
    /// Of superseded documents, as Firestore counts them.
    var bytes = 256 << 20
  }

  struct Record: Sendable {
    let time: StoreTime
    let change: DocumentChange
  }

  /// Index of the first record that is still remembered; the array is compacted when half of it is forgotten.
  private var head = 0
  private var records: [Record?] = []
  private var bytes = 0
  /// The last forgotten change: conflicts cannot be judged for snapshots before it.
  private(set) var forgottenUntil: StoreTime

  init(forgottenUntil: StoreTime = StoreTime(microseconds: .min)) {
    self.forgottenUntil = forgottenUntil
  }

  var count: Int { records.count - head }

  mutating func append(_ record: Record) {
    records.append(record)
    bytes += record.change.before?.size ?? 0
  }

  /// Removes and returns the oldest record when a limit is exceeded.
  mutating func removeExpired(now: StoreTime, limits: Limits) -> Record? {
    guard head < records.count, let oldest = records[head] else { return nil }
    let isExpired = oldest.time.microseconds < now.microseconds - limits.age
    guard isExpired || count > limits.records || bytes > limits.bytes else { return nil }
    records[head] = nil
    head += 1
    bytes -= oldest.change.before?.size ?? 0
    forgottenUntil = oldest.time
    if head > 1_024, head > records.count / 2 {
      records.removeSubrange(..<head)
      head = 0
    }
    return oldest
  }

  /// Whether a remembered change later than `time` matches; nil when changes later than `time` were forgotten.
  func anyChange(since time: StoreTime, _ matches: (DocumentChange) -> Bool) -> Bool? {
    if forgottenUntil > time { return nil }
    var index = records.count - 1
    while index >= head, let record = records[index], record.time > time {
      if matches(record.change) { return true }
      index -= 1
    }
    return false
  }
}
