import Synchronization

/// Listens to a run and can hand out its record at any moment.
package final class RunRecorder: RunListener {
  private let record = Mutex<RunRecord?>(nil)

  /// Records nothing yet.
  package init() {}

  package func receive(_ event: RunEvent) {
    record.withLock { record in
      if case .runStarted(let header) = event { record = RunRecord(header: header) }
      record?.apply(event)
    }
  }

  /// The run so far; nil before it has started.
  package var snapshot: RunRecord? { record.withLock { $0 } }
}
