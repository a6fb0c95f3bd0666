import FoundationEssentials

/// Runs a body with a folder of its own, which is removed afterwards.
///
/// Bodies boot stacks of eight processes, and all tests start at once: at most four run at a time, so that none waits for
/// a processor longer than it waits for its stack.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  try await Turnstile.stacks.enter()
  defer { Task { await Turnstile.stacks.leave() } }
  // Short, because sockets below it have paths of at most 107 bytes.
  let path = "/tmp/ct-\(UUID().uuidString.prefix(8))"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}

/// Waits until a condition holds; false when it does not within two minutes.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  let deadline = ContinuousClock.now + .seconds(120)
  while ContinuousClock.now < deadline {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(20))
  }
  return try condition()
}

/// Lets a few in at a time; the others wait in their order.
actor Turnstile {
  /// The one for tests that boot stacks.
  static let stacks = Turnstile(width: 4)

  private var places: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(width: Int) { places = width }

  /// Waits for a place; every entrance is followed by ``leave()``.
  func enter() async throws {
    try Task.checkCancellation()
    if places > 0 {
      places -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Gives the place to the next one, if any waits.
  func leave() {
    if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
  }
}
