import RFC3339

/// Brings a list of all keys of a referent up to date.
protocol KeyRefresher: Sendable {
  /// How keys are written in the list.
  var codec: KeyCodec { get }

  /// Looks for what has become of the keys that a state lists.
  ///
  /// Throws ``SearchExhausted`` when reading everything would cost no more.
  func refresh(_ state: ReferenceState) async throws -> RefreshedKeys

  /// How the referent is read, one line for people.
  func plan(since state: ReferenceState) -> String
}

/// What has become of a list of keys.
struct RefreshedKeys: Sendable {
  let ids: SortedKeys
  let readTime: Timestamp
  /// What was counted for the table before its keys were read.
  var counted: TableCounts?
  /// Keys that are gone.
  let deleted: [Key]
}
