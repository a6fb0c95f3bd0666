package import RFC3339

/// How an emulator runs.
package struct EmulatorConfiguration: Sendable {
  /// The project that Auth calls with an API key belong to; Firestore serves every project that is named.
  package var project: String
  package var clock: any WallClock
  package var random: any RandomSource
  /// Whether errors of streaming methods come in a list, as production sends them.
  package var wrapsStreamErrors = false

  /// The defaults of a development machine.
  package init(
    project: String = "demo-project", clock: any WallClock = SystemWallClock(),
    random: any RandomSource = SystemRandomSource()
  ) {
    self.project = project
    self.clock = clock
    self.random = random
  }
}
