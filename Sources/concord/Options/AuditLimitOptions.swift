import ArgumentParser
import Audit
import YAMLSource

/// What an audit may take from this machine and from the stores.
struct AuditLimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Memory for the keys of all rules together.", valueName: "MiB"))
  var maxMemory = 256

  @Option(
    help: ArgumentHelp(
      "Documents that Firestore may be asked for; beyond, rules that need more are errors.", valueName: "number"))
  var maxFirestoreReads: Int?

  @Option(
    help: ArgumentHelp(
      "Time for the whole audit; rules that are not decided by then are errors.", valueName: "duration"),
    transform: { text in
      guard let duration = Duration(text), duration > .zero else {
        throw ValidationError("a duration is a whole number and a unit: 500ms, 10s, 1m")
      }
      return duration
    })
  var maxDuration: Duration?

  @Option(
    help: ArgumentHelp("Rows per second that one PostgreSQL store may be asked for, at least 100.", valueName: "rows"))
  var rate: Int?

  @Option(
    help: ArgumentHelp(
      "Sessions of one PostgreSQL server that may be at work beside the audit; with more, reads wait.",
      valueName: "sessions"))
  var maxLoad: Int?

  /// The limits as the audit understands them.
  var limits: AuditLimits {
    AuditLimits(
      memory: maxMemory << 20, firestoreReads: maxFirestoreReads, duration: maxDuration, rowsPerSecond: rate,
      activeSessions: maxLoad)
  }

  func validate() throws {
    if !(1...1_048_576).contains(maxMemory) { throw ValidationError("--max-memory is a number of MiB, at least 1") }
    if let maxFirestoreReads, maxFirestoreReads < 0 { throw ValidationError("--max-firestore-reads is at least 0") }
    // Slower, a batch of keys would take longer than a server lets a transaction idle.
    if let maxLoad, maxLoad < 1 { throw ValidationError("--max-load is at least 1 session") }
    if let rate, rate < 100 { throw ValidationError("--rate is at least 100 rows per second") }
  }
}
