import HTTP
import JSON
import RFC3339
import RunModel
import Synchronization

/// What all suites of a run share.
struct RunEnvironment: Sendable {
  let workflows: [String: WorkflowSuite]
  /// What workflows provide for generated cases.
  let provisions: [DataProvision]
  let inputs: [String: JSONValue]
  let patterns: PatternCache
  /// URLs of the services by name, without a slash at the end.
  let baseURLs: [String: String]
  let seed: UInt64
  let http: HTTPClient
  let clock: any WallClock
  let limits: ContractLimits
  let health: ServiceHealth
  /// Secrets that any suite has seen.
  let secrets: SecretCatalog
  let logs: LogReader
  let failures: FailureWatch
  let coverage = CoverageCollector()
  /// Where exchanges are kept to be judged again, if they are.
  let log: ExchangeLog?
  /// Where is noted what requests wrote, if anybody asks.
  let journal: WriteJournal?
  /// Asks a store of the stack.
  let rows: @Sendable (StoreQuery) async throws -> [JSONValue]
}

/// What all steps of one suite share, also those of the workflows that it calls.
final class SuiteRun: Sendable {
  let id: String
  let environment: RunEnvironment
  let secrets: SecretCatalog
  private let counts = Mutex((requests: 0, calls: 0, jumps: 0))

  /// Jumps and calls of workflows that a suite may make in all before it counts as endless.
  static let jumpLimit = 1_000

  init(_ id: String, _ environment: RunEnvironment) {
    self.id = id
    self.environment = environment
    secrets = SecretCatalog(within: environment.secrets)
  }

  /// Counts a jump or call; false when the suite has made too many to ever come to an end.
  func mayJump() -> Bool {
    counts.withLock { counts in
      counts.jumps += 1
      return counts.jumps <= Self.jumpLimit
    }
  }

  /// A name for a call of a workflow, unique in the run and the same in every run.
  func nextCall() -> String {
    "\(id)#"
      + counts.withLock { counts in
        counts.calls += 1
        return "\(counts.calls)"
      }
  }

  /// An id that leads from a service's log, or a row that it wrote, back to the case; no two requests share one.
  func nextRequestID(step: String) -> String {
    let number = counts.withLock { counts in
      counts.requests += 1
      return counts.requests
    }
    // On bytes, because every request gets one.
    let name = (Array(id.utf8) + [UInt8(ascii: "-")] + Array(step.utf8)).prefix(80).map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        byte
      default: UInt8(ascii: "-")
      }
    }
    return "\(Self.requestMark(seed: environment.seed))\(String(decoding: name, as: UTF8.self))-\(number)"
  }

  /// What the ids of all requests of a run begin with.
  static func requestMark(seed: UInt64) -> String { "concord-\(String(seed, radix: 36))-" }
}

/// One run of a workflow, by itself or called by a step.
struct CallFrame: Sendable {
  let suite: WorkflowSuite
  let run: SuiteRun
  /// Names this run of the workflow; generated inputs follow from it.
  let call: String
  /// Workflows that wait for this one to return.
  var depth = 0

  var environment: RunEnvironment { run.environment }
}
