import Synchronization

/// A list that scripts and tests fill from any thread.
final class Recorded<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  /// All that was recorded, in order.
  var all: [Element] { elements.withLock { $0 } }

  func append(_ element: Element) {
    elements.withLock { $0.append(element) }
  }

  func append(contentsOf more: some Sequence<Element> & Sendable) {
    elements.withLock { $0.append(contentsOf: more) }
  }
}

/// Waits until a condition holds; false when it does not within two minutes.
func eventually(_ condition: () -> Bool) async throws -> Bool {
  let deadline = ContinuousClock.now.advanced(by: .seconds(120))
  while !condition() {
    guard ContinuousClock.now < deadline else { return false }
    try await Task.sleep(for: .milliseconds(2))
  }
  return true
}
