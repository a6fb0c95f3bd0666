private import Synchronization

/// Numbers the requests of a load, so that each can be found in the services' logs.
final class RequestNumbers: Sendable {
  private let prefix: String
  private let last = Atomic<Int>(0)

  init(prefix: String) { self.prefix = prefix }

  func next() -> String { "\(prefix)-\(last.add(1, ordering: .relaxed).newValue)" }
}
