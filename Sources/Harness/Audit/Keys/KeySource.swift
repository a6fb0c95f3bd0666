import RunModel

/// The side of a reference that points: reads the keys it uses, and finds the rows behind a key again.
protocol KeySource: Sendable {
  /// Reads every non-null key in batches of bounded size; returns when all were handed over.
  func readKeys(_ receive: (KeyBatch) async throws -> Void) async throws

  /// Reads the rows that still use the keys, in one picture: how many per key, and the first `limit` of those that are
  /// old enough to be judged.
  func rows(of uses: [KeyUse], limit: Int) async throws -> KeyedRows

  /// How the keys are read, one line for people.
  var plan: String { get }

  /// Whether reading the keys may keep the store from showing what happens meanwhile: a replica whose replay would
  /// remove rows that an open snapshot sees waits for its end, or ends it (PostgreSQL 15, "Handling Query Conflicts").
  var holdsReplayBack: Bool { get }

  /// A query that a person can run to see the rows behind a key.
  func query(showing key: Key) -> String

  /// A query that a person can run to see the one row that has these values.
  func query(showing identity: [Finding.Field]) -> String
}

extension KeySource {
  var holdsReplayBack: Bool { false }
}

/// The side of a reference that is pointed at: tells which keys it lacks.
protocol KeyTarget: Sendable {
  /// The keys among `keys` that do not exist now.
  func absent(among keys: [Key]) async throws -> AbsentKeys

  /// The keys that the store shows not to exist, which a replica may show late; never waits for it.
  func absentAsShown(among keys: [Key]) async throws -> AbsentKeys

  /// Waits until the store shows whatever was done before this was called.
  func catchUp() async throws

  /// How keys are looked up, one line for people.
  var plan: String { get }

  /// Why nothing is proved of a key whose versions differed at each look, for people.
  var unsettled: String { get }

  /// What the existing keys tell about missing ones: look-alikes, numbers never given out, keys of another form.
  func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess]
}

extension KeyTarget {
  var unsettled: String { Self.changing }

  /// Why nothing is proved of what has versions of its own.
  static var changing: String { "what it refers to changed each time it was looked at" }

  func absentAsShown(among keys: [Key]) async throws -> AbsentKeys { try await absent(among: keys) }
  func catchUp() async throws {}
}

/// Keys that a referent was seen to lack.
struct AbsentKeys: Sendable {
  let keys: [Key]
  let position: ReadPosition
  /// Of keys that may come back (rows that are there and are marked as deleted, or what a query derives), the version of
  /// what they rest on.
  ///
  /// Only one version at both ends of a time proves that they were not there in between.
  var versions: [Key: String] = [:]
}

/// Rows found behind keys, all in one picture of the store.
struct KeyedRows: Sendable {
  /// A row with what identifies it and the key it uses.
  struct Row: Sendable, Hashable {
    let identity: [Finding.Field]
    let key: Key
  }

  var counts: [Key: Int] = [:]
  /// How many more there are that were written so lately that nothing is held against them.
  var recent: [Key: Int] = [:]
  var sample: [Row] = []
  let position: ReadPosition
}
