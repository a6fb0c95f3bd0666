/// Limits of Firestore: https://firebase.google.com/docs/firestore/quotas.
///
/// The old limit of 500 writes in a commit is no more; the one on transforms of a document remains.
enum FirestoreLimits {
  static let documentBytes = 1_048_576
  static let fieldValueBytes = 1_048_487
  static let fieldNameBytes = 1_500
  static let idBytes = 1_500
  static let nameBytes = 6_144
  static let pathDepth = 100
  static let nestingDepth = 20
  static let transformsPerDocument = 500
  static let requestBytes = 11_534_336
  static let filtersAndOrders = 100
  static let inequalityFields = 10
  static let disjunctions = 30
  static let notInValues = 10
  /// Microseconds that a transaction may stay open, and idle.
  static let transactionAge: Int64 = 270_000_000
  static let transactionIdle: Int64 = 60_000_000
  /// Ours, so that abandoned transactions cannot fill the memory.
  static let openTransactions = 10_000
}
