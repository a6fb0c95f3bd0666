package import RunModel

/// A format in which a whole run can be written to a file.
///
/// A report sees the record of a run and nothing else, so equal records give equal bytes.
package protocol Report: Sendable {
  /// File name within the reports folder.
  var fileName: String { get }

  /// Renders the whole run.
  func render(_ record: RunRecord) -> String

  /// Hands the whole run to a sink, in parts where that keeps a large one out of memory.
  func write<Failure>(_ record: RunRecord, to sink: (String) throws(Failure) -> Void) throws(Failure)
}

extension Report {
  package func write<Failure>(_ record: RunRecord, to sink: (String) throws(Failure) -> Void) throws(Failure) {
    try sink(render(record))
  }
}

/// The reports that every run writes.
package enum ReportCatalog {
  /// One of each format, in the order in which they are named on the console.
  package static func all(junitDialect: JUnitReport.Dialect) -> [any Report] {
    [HTMLReport(), JUnitReport(dialect: junitDialect), JSONReport()]
  }
}
