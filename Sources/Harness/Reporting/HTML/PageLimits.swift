/// How much of a run the page shows, so that it opens quickly whatever happened; `run.json` has the rest.
///
/// Whatever is left out is counted in its place. With these limits a run of 10,000 cases makes a page of about a
/// megabyte, and one in which all of them fail stays under five.
enum PageLimits {
  /// Troubled cases that are unfolded at the start.
  static let openCases = 5
  /// Troubled cases that are shown with exchanges and logs.
  static let detailedCases = 100
  /// Further troubled cases that are listed by name.
  static let listedCases = 200
  /// Rules that are unfolded at the start.
  static let openRules = 12
  /// Rows of a suite's table.
  static let rowsPerSuite = 200
  /// Rows of all suites' tables together.
  static let rows = 3000
  /// Suites and operations of a service that are listed.
  static let groups = 500
  /// Findings of a rule that are shown at once; more are folded beneath.
  static let visibleFindings = 10
  /// Findings of a rule that are on the page at all.
  static let findings = 100
  /// Mismatches of a case.
  static let mismatches = 50
  /// Exchanges of a case, counted from the last.
  static let exchanges = 5
  /// Characters of a value in a table.
  static let cell = 300
  /// Characters of a command, a body or a reason.
  static let text = 8000
  /// Lines of a body.
  static let bodyLines = 150
  /// Lines of a log, counted from its end.
  static let logLines = 20
}
