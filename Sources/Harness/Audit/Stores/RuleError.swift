import Firestore
import Postgres

/// A rule that cannot be decided as it is written, or on the stores as they are.
struct RuleError: Error, CustomStringConvertible {
  let message: String

  var description: String { message }

  /// Any error in one sentence that quotes no stored data.
  static func reason(of error: any Error) -> String {
    // Both drivers keep what may quote data out of `description`.
    "\(error)"
  }
}
