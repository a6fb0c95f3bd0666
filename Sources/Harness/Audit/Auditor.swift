// One task per rule, a few at a time: rules wait for different stores, and a store must not feel the audit. A rule
// that cannot be decided is an error with its reason; it never stops the others, and it is never green.

import Postgres
package import RFC3339
package import RunModel
import Synchronization

/// Evaluates rules against stores and reports what they show.
package struct Auditor: Sendable {
  let rules: AuditRules
  let stores: [String: AuditedStore]
  private let events: EventStream
  let clock: any WallClock
  let sampleLimit: Int
  let limits: AuditLimits
  private let baseline: Baseline
  private let history: AuditHistory
  let engine: AuditEngine
  private let repairs: RepairBook?
  private let journal: WriteJournal?
  let kept: IncrementalState?
  /// Rules evaluated at the same time.
  let width = 4
  /// How often a rule is tried when a store goes away under it, and how long to wait before the next time.
  private let attempts = 3
  private let pause = Duration.milliseconds(300)

  /// Prepares an audit.
  ///
  /// `sampleLimit` bounds the findings kept per rule, all are counted; what `baseline` accepts does not fail the gate.
  /// `repairs` is told what would mend what is found; `journal` knows what contract cases of the same run wrote, `kept` what
  /// the audit before has seen.
  package init(
    rules: AuditRules, stores: [String: AuditedStore], events: EventStream, clock: any WallClock,
    sampleLimit: Int = 100, limits: AuditLimits = AuditLimits(), baseline: Baseline = Baseline(),
    history: AuditHistory = AuditHistory(of: ""), engine: AuditEngine = .native, repairs: RepairBook? = nil,
    journal: WriteJournal? = nil, kept: IncrementalState? = nil
  ) {
    self.rules = rules
    self.stores = stores
    self.events = events
    self.clock = clock
    self.sampleLimit = max(1, sampleLimit)
    self.limits = limits
    self.baseline = baseline
    self.history = history
    self.engine = engine
    self.repairs = repairs
    self.journal = journal
    self.kept = kept
  }

  /// Evaluates every rule; a cancelled audit reports the rest as skipped, one that ran out of time as errors.
  ///
  /// - Returns: the history from now on; of rules that were not decided, it is what it was.
  @discardableResult
  package func run() async -> AuditHistory {
    let memory = Memory(history)
    events.emit(.auditPlanned(rules.plan))
    let access = StoreAccess(stores: stores, rulesAtOnce: width, limits: limits) { store, sessions in
      events.emit(.noted(busy(store, sessions)))
    }
    let deadline = Deadline()
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await evaluateAll(access, deadline, memory)
        return true
      }
      if let duration = limits.duration {
        group.addTask {
          try? await Task.sleep(for: duration)
          return false
        }
      }
      if await group.next() == false, !Task.isCancelled { deadline.pass() }
      group.cancelAll()
    }
    for (store, duration) in access.held {
      events.emit(
        .noted(
          Notice(
            .info, "reads of \(store) waited for \(Int((duration / .seconds(1)).rounded(.up))) s because of its load")))
    }
    await access.close()
    return memory.history(of: Set(rules.rules.map(\.description.id)))
  }

  private func busy(_ store: String, _ sessions: Int) -> Notice {
    let limit = limits.activeSessions ?? 0
    return Notice(.info, "\(store) has \(sessions) sessions at work, more than \(limit): reads of it wait")
  }

  /// Lets findings name the requests that wrote their rows; where that cannot be told, they do without.
  private func readRequestLogs(_ access: StoreAccess) async {
    guard let journal, !journal.requestIDs.isEmpty else { return }
    for log in rules.requestLogs {
      do {
        try await log.read(for: journal, access)
      } catch  where Task.isCancelled {
        return
      } catch {
        let reason = RuleError.reason(of: error)
        events.emit(.noted(Notice(.info, "which requests wrote the rows of '\(log.object)' is not known: \(reason)")))
      }
    }
  }

  private func evaluateAll(_ access: StoreAccess, _ deadline: Deadline, _ memory: Memory) async {
    await readRequestLogs(access)
    let searches: SparkEngine.Searches? =
      if case .spark(let runner, let settings) = engine {
        await SparkEngine(runner: runner, settings: settings, access: access, clock: clock).searches(for: rules.rules)
      } else {
        nil
      }
    let work = Work(access: access, deadline: deadline, memory: memory, searches: searches)
    await withTaskGroup { group in
      var waiting = rules.rules[...]
      for rule in waiting.prefix(width) { group.addTask { await evaluate(rule, work) } }
      waiting = waiting.dropFirst(width)
      while await group.next() != nil {
        guard let rule = waiting.popFirst() else { continue }
        group.addTask { await evaluate(rule, work) }
      }
    }
  }

  /// What the rules of one run have in common.
  private struct Work: Sendable {
    let access: StoreAccess
    let deadline: Deadline
    let memory: Memory
    let searches: SparkEngine.Searches?
  }

  private func evaluate(_ rule: AuditRule, _ work: Work) async {
    let id = rule.description.id
    guard !Task.isCancelled else {
      events.emit(
        .ruleFinished(
          work.deadline.hasPassed
            ? .undecided(id, reason: outOfTime, after: .zero) : .notRun(id, reason: "the run was stopped before")))
      return
    }
    events.emit(.ruleStarted(id))
    let stopwatch = ContinuousClock()
    let start = stopwatch.now
    var result: RuleResult
    do {
      let decision = try await decide(rule, work)
      work.memory.remember(decision.seen, of: id)
      result = decision.result(after: stopwatch.now - start)
    } catch  where Task.isCancelled && work.deadline.hasPassed {
      result = .undecided(id, reason: outOfTime, after: stopwatch.now - start)
    } catch  where Task.isCancelled {
      result = .notRun(id, reason: "the run was stopped while the rule was evaluated")
    } catch {
      result = .undecided(id, reason: RuleError.reason(of: error), after: stopwatch.now - start)
    }
    events.emit(.ruleFinished(result))
  }

  private var outOfTime: String {
    "the audit took longer than the \(limits.duration.map { "\($0)" } ?? "") that it may take"
  }

  /// Evaluates a rule, from the start again when a connection is lost: it only reads, so nothing is done twice.
  ///
  /// Firestore's client repeats its own requests.
  private func decide(_ rule: AuditRule, _ work: Work) async throws -> RuleDecision {
    let id = rule.description.id
    let evaluation = RuleEvaluation(
      rule: rule, access: work.access, clock: clock, sampleLimit: sampleLimit,
      baseline: baseline.entries(of: id, on: ExpiryDay(clock.now())), history: history.rule(id, at: clock.now()),
      memory: limits.memory / width, searches: work.searches, repairs: repairs,
      journal: journal, kept: kept)
    var attempt = 1
    while true {
      do {
        return try await evaluation.run { events.emit(.ruleProgressed(id, rows: $0)) }
      } catch let error as PostgresError where error.isPassing && attempt < attempts {
        attempt += 1
        try await Task.sleep(for: pause)
      } catch let error as PostgresError where error.sqlState == "40001" {
        // Nothing that only reads fails to serialize but on a replica ("Handling Query Conflicts").
        throw RuleError(
          message:
            "\(error); the replica ends reads that keep it from replaying: set hot_standby_feedback = on there, or "
            + "a longer max_standby_streaming_delay")
      }
    }
  }
}

extension PostgresError {
  /// Whether the same may succeed in another moment: the connection was lost, or a replica ended the transaction to go on
  /// replaying (class 40, "Transaction Rollback").
  fileprivate var isPassing: Bool { isConnectionFailure || sqlState?.hasPrefix("40") == true }
}

/// Whether the time of the audit is up.
private final class Deadline: Sendable {
  private let flag = Atomic(false)

  var hasPassed: Bool { flag.load(ordering: .relaxed) }

  func pass() { flag.store(true, ordering: .relaxed) }
}

/// The history of the audit as rules add to it.
private final class Memory: Sendable {
  private let state: Mutex<AuditHistory>

  init(_ history: AuditHistory) { state = Mutex(history) }

  /// Takes what a rule has shown, by fingerprint with the time of the first sight.
  func remember(_ causes: [String: Timestamp], of rule: RuleID) {
    state.withLock { $0.remember(causes, of: rule) }
  }

  /// The history without rules that there are no more.
  func history(of rules: Set<RuleID>) -> AuditHistory {
    state.withLock { history in
      history.keep(only: rules)
      return history
    }
  }
}

extension RuleResult {
  /// A rule that was left out.
  fileprivate static func notRun(_ rule: RuleID, reason: String) -> RuleResult {
    RuleResult(
      rule: rule, status: .skipped(reason: reason), findingCount: 0, findings: [], rowsExamined: 0, keysCompared: 0,
      duration: .zero, plan: [])
  }

  /// A rule that could not be decided.
  fileprivate static func undecided(_ rule: RuleID, reason: String, after duration: Duration) -> RuleResult {
    RuleResult(
      rule: rule, status: .errored(reason: reason), findingCount: 0, findings: [], rowsExamined: 0, keysCompared: 0,
      duration: duration, plan: [])
  }
}
