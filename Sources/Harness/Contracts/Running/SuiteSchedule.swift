/// The order in which suites may start: each when all that it builds on is done, and what removes things when nobody
/// can miss them any more.
struct SuiteSchedule {
  /// What is known of the suites that one builds on.
  struct Progress: Sendable {
    var values: [String: WorkflowValues] = [:]
    /// Those that did not reach their goal.
    var failed: [String] = []

    /// Why the suite cannot run; nil when it can.
    var reasonToSkip: String? {
      guard !failed.isEmpty else { return nil }
      return "builds on \(failed.map { "'\($0)'" }.joined(separator: ", ")), which did not succeed"
    }
  }

  private let suites: [RunnableSuite]
  private var ready: [Int] = []
  private var nextReady = 0
  /// Number of suites that each one still waits for.
  private var waitsFor: [Int]
  private var dependents: [String: [Int]] = [:]
  private var finished: [String: WorkflowOutcome] = [:]
  /// Suites that are ready, and remove things.
  private var removing: [Int] = []
  private let removingIDs: Set<String>
  /// Suites that remove nothing, and are not done.
  private var openCount: Int
  private var started: Set<Int> = []

  init(_ suites: [RunnableSuite]) {
    self.suites = suites
    let known = Set(suites.map(\.id))
    waitsFor = Array(repeating: 0, count: suites.count)
    removingIDs = Set(suites.filter(\.removesThings).map(\.id))
    openCount = suites.count - removingIDs.count
    for (index, suite) in suites.enumerated() {
      // What is no suite is only run when it is called; the loader refuses to depend on it.
      for prerequisite in suite.prerequisites where known.contains(prerequisite) {
        waitsFor[index] += 1
        dependents[prerequisite, default: []].append(index)
      }
      if waitsFor[index] == 0 { makeReady(index) }
    }
  }

  private mutating func makeReady(_ index: Int) {
    if suites[index].removesThings { removing.append(index) } else { ready.append(index) }
  }

  /// The next suite that may start; nil when all that are left wait for running ones.
  mutating func next() -> RunnableSuite? {
    if nextReady == ready.count, openCount == 0 {
      ready += removing
      removing = []
    }
    guard nextReady < ready.count else { return nil }
    defer { nextReady += 1 }
    started.insert(ready[nextReady])
    return suites[ready[nextReady]]
  }

  /// What the suites that one builds on came to.
  func progress(for suite: RunnableSuite) -> Progress {
    var progress = Progress()
    for id in suite.prerequisites {
      guard let outcome = finished[id] else { continue }
      progress.values[id] = outcome.values
      if outcome.failure != nil { progress.failed.append(id) }
    }
    return progress
  }

  /// Takes note that a suite is done, which lets others start.
  mutating func finish(_ id: String, _ outcome: WorkflowOutcome) {
    // Of the records, which have been reported, nothing is needed any more.
    finished[id] = WorkflowOutcome(values: outcome.values, failure: outcome.failure)
    if !removingIDs.contains(id) { openCount -= 1 }
    for index in dependents[id] ?? [] {
      waitsFor[index] -= 1
      if waitsFor[index] == 0 { makeReady(index) }
    }
  }

  /// Suites that could never start, as they wait for each other; the loader refuses them.
  var unreachable: [RunnableSuite] { suites.indices.filter { !started.contains($0) }.map { suites[$0] } }
}
