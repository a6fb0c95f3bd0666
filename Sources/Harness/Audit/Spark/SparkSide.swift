/// One side of a reference as Spark reads it.
struct SparkSide: Sendable, Hashable {
  /// What defines the view over the store: the end of `CREATE TEMPORARY VIEW name …`.
  let definition: String
  /// Expressions over the view that give the parts of the key as text.
  let keys: [String]
  /// Expression that gives the number of rows behind one of the view's.
  var rowCount = "1"
  /// Expression that gives the path of the document, where rows are found again by it.
  var document: String?
  /// Which rows of the view count; all when nil.
  var condition: String?
  /// How the side is read, one line for people.
  let plan: String
  /// Values that the script takes from Spark's environment, so that no file holds them.
  var environment: [String: String] = [:]
}

/// A reference as Spark reads it.
struct SparkReference: Sendable, Hashable {
  /// The rule, for people.
  let name: String
  let from: SparkSide
  let to: SparkSide
}
