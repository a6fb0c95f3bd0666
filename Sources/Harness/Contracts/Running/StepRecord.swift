import RFC3339
import RunModel

/// What a step showed in all its attempts and runs, secrets included: what becomes its case.
struct StepRecord: Sendable {
  let startedAt: Timestamp
  var duration = Duration.zero
  var checksPassed = 0
  /// Promises of the API that any exchange broke, also one that was repeated later.
  private(set) var brokenPromises: [CheckFailure] = []
  /// Criteria and outputs that were not met when the step was over.
  var unmet: [CheckFailure] = []
  /// Why the step could not be judged.
  var error: String?
  /// Why the step was not run, or not to its end.
  var skipReason: String?
  private(set) var exchanges: [RawExchange] = []

  /// Exchanges kept from the beginning and from the end of a step that polls for long.
  private static let keptAtBeginning = 10, keptAtEnd = 40
  private var known: Set<CheckFailure> = []

  init(startedAt: Timestamp) { self.startedAt = startedAt }

  /// Everything that speaks against the service.
  var failures: [CheckFailure] { brokenPromises + unmet }

  /// Adds broken promises; one that is broken again in the same way is told once.
  mutating func add(brokenPromises failures: [CheckFailure]) {
    brokenPromises += failures.filter { known.insert($0).inserted }
  }

  /// Adds exchanges; of very many, those in the middle are dropped.
  mutating func add(_ new: [RawExchange]) {
    exchanges += new
    let excess = exchanges.count - Self.keptAtBeginning - Self.keptAtEnd
    if excess > 0 { exchanges.removeSubrange(Self.keptAtBeginning..<Self.keptAtBeginning + excess) }
  }

  /// Adds what another step showed that ran on behalf of this one.
  mutating func absorb(_ other: StepRecord) {
    checksPassed += other.checksPassed
    add(brokenPromises: other.brokenPromises)
    add(other.exchanges)
    unmet += other.unmet
    error = error ?? other.error
  }

  /// Adds a later run of the same step, which a jump led back to.
  mutating func add(laterRun other: StepRecord) {
    absorb(other)
    duration += other.duration
    skipReason = other.skipReason
  }
}
