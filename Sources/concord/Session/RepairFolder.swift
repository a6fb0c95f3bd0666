import ArgumentParser
import Audit
import FoundationEssentials
import RFC3339
import RunModel

/// The folder that a repair plan goes to; what is in it is as confidential as the stores.
struct RepairFolder {
  let path: String

  /// Takes a folder that is new or empty: files of another plan beside this one's would be taken for its own.
  ///
  /// Exits as documented when it is not, before anything is started.
  init(_ path: String) throws {
    self.path = path
    let manager = FileManager.default
    do {
      if let entries = try? manager.contentsOfDirectory(atPath: path), !entries.isEmpty {
        throw Problem(text: "the folder is not empty")
      }
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
      try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    } catch {
      StandardStreams.error.write(
        "error: a repair plan cannot be written to \(path): \(error)\n  name a new folder with --repair-plan\n")
      throw ArgumentParser.ExitCode(.badInput)
    }
  }

  private struct Problem: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  /// Writes the plan; answers what is to be said about it.
  func write(_ plan: RepairPlan, at time: Timestamp) -> Notice {
    do {
      for file in plan.files(at: time) {
        let target = "\(path)/\(file.name)"
        try Data(file.text.utf8).write(to: URL(filePath: target), options: .withoutOverwriting)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
      }
    } catch {
      return Notice(.error, "the repair plan cannot be written to \(path): \(error)")
    }
    let byHand = plan.byHandCount == 0 ? "" : ", \(plan.byHandCount) more are left to people"
    return Notice(
      .info, "\(path)/plan.md would repair \(plan.rowCount) rows and documents\(byHand); nothing was executed")
  }
}
