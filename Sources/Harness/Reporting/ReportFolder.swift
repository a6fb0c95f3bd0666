// Reports are promised even when a run dies, so the folder is proved writable before anything boots, and each
// file is replaced atomically: a reader never sees half a report, and a failed write keeps the previous one.

import FoundationEssentials
package import RunModel

/// The folder that receives a run's reports.
package struct ReportFolder: Sendable {
  /// A report that cannot be written.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String {
      "reports cannot be written to \(path): \(reason); choose a writable folder with --reports"
    }
  }

  /// Path of the folder.
  package let path: String

  /// Creates the folder if needed and proves that files can be written into it.
  package init(preparing path: String) throws(Failure) {
    self.path = path
    do {
      let manager = FileManager.default
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
      let probe = file(named: ".concord-probe-\(UInt64.random(in: .min ... .max))")
      try Data().write(to: probe)
      try manager.removeItem(at: probe)
    } catch {
      throw Failure(path: path, reason: Self.reason(of: error))
    }
  }

  /// Writes every report of the run; all are tried, the first failure is thrown at the end.
  package func write(_ record: RunRecord, as reports: [any Report]) throws(Failure) {
    var firstFailure: Failure?
    for report in reports {
      do {
        try write(named: report.fileName) { sink throws(Failure) in try report.write(record, to: sink) }
      } catch {
        firstFailure = firstFailure ?? error
      }
    }
    if let firstFailure { throw firstFailure }
  }

  /// Writes a file.
  package func write(_ text: String, named name: String) throws(Failure) {
    try write(named: name) { sink throws(Failure) in try sink(text) }
  }

  /// Writes a file in parts, beside the old one, which it then replaces.
  private func write(
    named name: String, _ body: ((String) throws(Failure) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    let target = file(named: name).path
    do {
      var output = try AtomicFile(replacing: target)
      try body { text throws(Failure) in
        do throws(AtomicFile.Problem) {
          try output.append(text)
        } catch {
          throw Failure(path: target, reason: error.reason)
        }
      }
      try output.commit()
    } catch let problem as AtomicFile.Problem {
      throw Failure(path: target, reason: problem.reason)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(path: target, reason: "\(error)")
    }
  }

  /// Path of a report in this folder.
  package func path(of report: any Report) -> String { "\(path)/\(report.fileName)" }

  private func file(named name: String) -> URL { URL(filePath: path).appending(path: name) }

  private static func reason(of error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .some(.fileWriteNoPermission): "no permission"
    case .some(.fileWriteOutOfSpace): "no space left"
    case .some(.fileWriteVolumeReadOnly): "the file system is read-only"
    case .some(.fileWriteFileExists): "a file is in the way"
    default: "\(error)"
    }
  }
}
