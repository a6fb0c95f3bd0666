import JSON
import RunModel

/// What a quality rule showed.
struct QualityOutcome: Sendable {
  /// An offending row or document.
  struct Violation: Sendable {
    let identity: [Finding.Field]
    let values: [Finding.Field]
    /// Fields that hold text of any kind, so that nobody knows what is in it unless the contract names them.
    var freeText: Set<String> = []
    /// A query that shows this row.
    var query: String?
  }

  /// The measured value.
  let value: JSONValue
  /// Whether the value is what it must be.
  let isSatisfied: Bool
  /// Offending rows, where the rows are to blame; zero when the object as a whole is.
  var offendingRows = 0
  /// The first of them.
  var violations: [Violation] = []
  /// Rows that were examined, where that is known.
  var rowsExamined = 0
  /// How it was measured, one line per access.
  let plan: [String]
  /// A query that shows the measured value.
  let query: String?
  /// When and where the store was read.
  let position: ReadPosition
}
