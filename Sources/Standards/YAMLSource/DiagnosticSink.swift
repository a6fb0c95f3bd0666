/// Collects the problems of one reading, so that a reader can go on after the first and report all at once.
///
/// A class because the readers of nested mappings share it; it is not `Sendable` and lives as long as one load.
package final class DiagnosticSink {
  /// Everything reported so far, in the order of reporting.
  package private(set) var diagnostics: [Diagnostic] = []
  private var known: Set<Diagnostic> = []

  /// Starts empty.
  package init() {}

  /// Whether an error was reported.
  package var hasErrors: Bool { diagnostics.hasErrors }

  /// Takes a problem; one that was reported already (two ways led to the same node) is not repeated.
  package func report(_ diagnostic: Diagnostic) {
    if known.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
  }

  /// Takes an error at a place.
  package func error(_ message: String, at location: SourceLocation?, remedy: String? = nil) {
    report(Diagnostic(severity: .error, location: location, message: message, remedy: remedy))
  }

  /// Takes a warning at a place.
  package func warning(_ message: String, at location: SourceLocation?, remedy: String? = nil) {
    report(Diagnostic(severity: .warning, location: location, message: message, remedy: remedy))
  }

  /// Takes a remark at a place, which nobody needs to do anything about.
  package func note(_ message: String, at location: SourceLocation?, remedy: String? = nil) {
    report(Diagnostic(severity: .note, location: location, message: message, remedy: remedy))
  }

  /// Takes all problems of another list.
  package func report(contentsOf others: some Sequence<Diagnostic>) {
    for diagnostic in others { report(diagnostic) }
  }
}
