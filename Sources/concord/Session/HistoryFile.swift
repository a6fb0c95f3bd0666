import Audit
import FoundationEssentials
import JSON
import Reporting
import RunModel

/// Where audits of one stack and dataset keep what they have seen: a small file beside the reports.
struct HistoryFile {
  private let folder: String
  private let name: String
  private let subject: String

  /// The file of a stack with a dataset, below the folder of reports.
  init(reports: String, stack: String, dataset: String?) {
    folder = "\(reports)/state"
    subject = dataset.map { "\(stack) with \($0)" } ?? stack
    name = Self.fileName(of: subject) + ".audit.json"
  }

  /// Where what single rules have seen is kept beside it.
  var rules: StateFolder { StateFolder(path: folder, prefix: String(name.dropLast(".audit.json".count))) }

  /// The history; a new one where there is none, or where the file is of no use.
  func read() -> (history: AuditHistory, notice: Notice?) {
    let path = "\(folder)/\(name)"
    let new = AuditHistory(of: subject)
    guard FileManager.default.fileExists(atPath: path) else { return (new, nil) }
    if let bytes = try? Data(contentsOf: URL(filePath: path)), let json = try? JSONValue(parsing: Array(bytes)),
      let history = AuditHistory(json, of: subject)
    {
      return (history, nil)
    }
    return (
      new,
      Notice(
        .warning, "\(path) cannot be used, so all findings count as seen for the first time",
        remedy: "It is written anew at the end of the audit.")
    )
  }

  /// Replaces the file; what cannot be kept is told.
  func write(_ history: AuditHistory) -> Notice? {
    do {
      try ReportFolder(preparing: folder).write(history.json.serialized(.compact) + "\n", named: name)
      return nil
    } catch {
      return Notice(
        .warning, "when findings were first seen cannot be kept: \(error.path): \(error.reason)",
        remedy: "Choose a writable folder with --reports.")
    }
  }

  /// Letters and digits of a name, so that it is a file name anywhere.
  private static func fileName(of text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "stack" : String(words.joined(separator: "-").prefix(100))
  }
}
