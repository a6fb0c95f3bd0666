import FoundationEssentials

/// The public conformance material: `$CONCORD_CONFORMANCE`, else `../shared/conformance` beside the repository.
enum ConformanceFolder {
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["CONCORD_CONFORMANCE"] { return path }
    let root = URL(filePath: #filePath).appending(path: "../../../..")
    return root.appending(path: "../shared/conformance").standardized.path()
  }()

  /// Whether the folder has the given entry; its tests are skipped, and say so, when it has not.
  static func has(_ entry: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(entry)") }

  static func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  static func filesRecursively(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  static func bytes(of file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(path)/\(file)")))
  }
}
