package import RFC3339

/// A stack that is up: addresses, logs, data, and the way to end it.
package final class RunningStack: Sendable {
  /// Stores by name.
  package let stores: [String: RunningStore]
  /// When the stack was complete.
  package let readyAt: Timestamp

  private let services: [String: HTTPAddress]
  private let board: ComponentBoard
  private let loader: DatasetLoader
  private let description: StackDescription

  init(
    description: StackDescription, stores: [String: StoreRun], services: [String: HTTPAddress], board: ComponentBoard,
    clock: any WallClock
  ) {
    self.description = description
    self.stores = stores.mapValues(\.store)
    self.services = services
    self.board = board
    self.readyAt = clock.now()
    self.loader = DatasetLoader(stores: stores, http: board.http, clock: clock)
  }

  /// Where a service is reached, without a slash at its end; the description must have a service of that name.
  package func baseURL(of service: String) -> String {
    guard let address = services[service] else { preconditionFailure("the stack has no service '\(service)'") }
    return address.url
  }

  /// The first component that died since the stack was complete; nil while all of them live.
  package var failure: StackError? { board.failure.value ?? nil }

  /// Waits for a component to die; nil when the waiting task is cancelled or the stack is stopped first.
  package func waitForFailure() async -> StackError? { await board.failure.wait() ?? nil }

  /// What a component logged within a span of time; empty for one that we do not run.
  package func logs(_ component: String, from start: Timestamp, to end: Timestamp) -> [String] {
    board.log(of: component)?.lines(from: start, to: end).map(\.text) ?? []
  }

  /// The last lines that a component logged.
  package func lastLogs(_ component: String, count: Int = 20) -> [String] {
    board.log(of: component)?.tail(count) ?? []
  }

  /// Loads a dataset of the description into the stores, all of them at once.
  ///
  /// - Throws: `StackError` with the line of the dataset that was refused, or the unknown name.
  package func loadDataset(_ name: String) async throws(StackError) {
    try await loader.load(name, of: description)
  }

  /// Ends every process of the stack and removes all it left; does nothing the second time.
  package func stop() async { await board.stop() }
}
