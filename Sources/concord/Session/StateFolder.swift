import Audit
import FoundationEssentials
import Glibc
import RunModel

/// Files under `reports/state` that an audit leaves for the next one; they hold ids of documents, and are its user's alone.
struct StateFolder: StateKeeper {
  /// Path of the folder.
  let path: String
  /// What the names of the files begin with: the stack and its dataset.
  let prefix: String

  func state(of rule: RuleID) -> [UInt8]? {
    (try? Data(contentsOf: URL(filePath: file(of: rule)))).map { Array($0) }
  }

  func keep(_ state: [UInt8], of rule: RuleID) {
    let target = file(of: rule)
    let temporary = "\(target).new"
    let manager = FileManager.default
    // Without it the next audit reads everything: slower, and as right.
    do {
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
      try? manager.removeItem(atPath: temporary)
      guard manager.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600]) else { return }
      try Data(state).write(to: URL(filePath: temporary))
      if rename(temporary, target) != 0 { try? manager.removeItem(atPath: temporary) }
    } catch {
      try? manager.removeItem(atPath: temporary)
    }
  }

  private func file(of rule: RuleID) -> String { "\(path)/\(prefix).\(rule.text).keys" }
}
