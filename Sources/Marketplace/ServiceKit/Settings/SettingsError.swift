/// Everything that is wrong with the environment of a service, at once.
package struct SettingsError: Error, Sendable, CustomStringConvertible {
  /// One variable and what is wrong with it.
  package struct Issue: Sendable, Hashable {
    /// The environment variable.
    package let variable: String
    /// What is wrong and what to do.
    package let message: String
  }

  /// The service that cannot start.
  package let service: String

  /// Every problem, in the order the variables were read.
  package let issues: [Issue]

  /// All problems as text for standard error.
  package var description: String {
    "\(service) cannot start:\n" + issues.map { "  \($0.variable): \($0.message)" }.joined(separator: "\n")
  }
}
