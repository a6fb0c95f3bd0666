/// What one look at a component told.
package enum ProbeOutcome: Sendable, Hashable {
  case ready
  /// Not yet, and what was seen instead: "connection refused", "answered 503".
  case notYet(String)
}

/// Waits for components to be ready: by asking them in their own protocol, often, and never by sleeping and hoping.
package enum Readiness {
  /// Pause between two looks.
  package static let interval = Duration.milliseconds(10)

  private enum Outcome: Sendable {
    case ready
    case exited(ProcessExit)
    case tooLate
    case cancelled
  }

  /// Returns when a probe finds the component ready.
  ///
  /// - Parameter process: the component's process, whose end ends the waiting; nil when it is not ours.
  /// - Throws: `StackError` with the last log lines when the process ended or the time is over.
  package static func wait(
    for process: ChildProcess?, within limit: Duration, probing probe: @escaping @Sendable () async -> ProbeOutcome
  ) async throws(StackError) {
    let lastSeen = LastSeen()
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask {
        while !Task.isCancelled {
          switch await probe() {
          case .ready: return .ready
          case .notYet(let what): lastSeen.set(what)
          }
          try? await Task.sleep(for: interval)
        }
        return .cancelled
      }
      group.addTask {
        do { try await Task.sleep(for: limit) } catch { return .cancelled }
        return .tooLate
      }
      if let process {
        group.addTask { await process.waitForExit().map(Outcome.exited) ?? .cancelled }
      }
      let first = await group.next() ?? .cancelled
      group.cancelAll()
      return first
    }
    let log = process?.log.tail(StackError.logLines) ?? []
    switch outcome {
    case .ready: return
    case .exited(let exit):
      throw StackError(.component, "ended with \(exit) before it was ready", log: log)
    case .tooLate:
      throw StackError(
        .component, "was not ready within \(limit.brief)\(lastSeen.text.map { "; the last look: \($0)" } ?? "")",
        log: log)
    case .cancelled:
      throw StackError(.interrupted, "stopped before it was ready")
    }
  }
}
