private import HTTP
private import JSON

/// One thing a service needs before it can answer: its store, or another service.
package struct ReadinessCheck: Sendable {
  /// The name that `/ready` reports.
  package let dependency: String

  let probe: @Sendable () async throws -> Void

  /// Creates a check; the probe throws when the dependency does not answer.
  package init(_ dependency: String, _ probe: @escaping @Sendable () async throws -> Void) {
    self.dependency = dependency
    self.probe = probe
  }
}

/// The routes every service has: `/health` says that the process is up, `/ready` that its dependencies answer.
struct HealthRoutes: Sendable {
  let service: String
  let checks: [ReadinessCheck]
  let patience: Duration
  let clock: any MonotonicClock
  let log: @Sendable (_ message: String) -> Void

  func add(to router: inout Router) {
    router.get("/health", operation: "getHealth") { [service] _ in
      .json(["status": "up", "service": .string(service)])
    }
    router.get("/ready", operation: "getReadiness") { [self] _ in try await readiness() }
  }

  private func readiness() async throws -> ServiceResponse {
    let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
      for (index, check) in checks.enumerated() {
        group.addTask { (index, await answers(check)) }
      }
      return await group.reduce(into: [Bool](repeating: false, count: checks.count)) { $0[$1.0] = $1.1 }
    }
    let dependencies = JSONValue.array(
      zip(checks, outcomes).map { ["name": .string($0.dependency), "ready": .bool($1)] })
    let missing = zip(checks, outcomes).filter { !$1 }.map(\.0.dependency)
    guard missing.isEmpty else {
      throw Problem(
        status: 503, kind: "not-ready", detail: "Not answering: \(missing.joined(separator: ", ")).",
        headers: ["Retry-After": "1"], extensions: ["dependencies": dependencies])
    }
    return .json(["status": "ready", "service": .string(service), "dependencies": dependencies])
  }

  /// Whether the probe succeeds before patience ends.
  private func answers(_ check: ReadinessCheck) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          try await check.probe()
          return true
        } catch {
          if !Task.isCancelled { log("\(check.dependency) is not ready: \(error)") }
          return false
        }
      }
      group.addTask {
        try? await clock.sleep(for: patience)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }
}
