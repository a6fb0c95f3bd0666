package import RFC3339

/// A key that is missing, without proof that anything is wrong: what refers to it may only be on its way, in or out.
package struct Suspect: Sendable, Hashable {
  /// The missing key, masked as in findings.
  package let key: [Finding.Field]
  /// Rows that use it.
  package let rowCount: Int
  /// Why it is no finding, or none yet.
  package let reason: String
  /// When it was seen first, where that decides when it becomes a finding.
  package let firstSeen: Timestamp?

  /// Suspects.
  package init(key: [Finding.Field], rowCount: Int, reason: String, firstSeen: Timestamp? = nil) {
    self.key = key
    self.rowCount = rowCount
    self.reason = reason
    self.firstSeen = firstSeen
  }
}
