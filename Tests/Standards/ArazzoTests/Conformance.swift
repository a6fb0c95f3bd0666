import FoundationEssentials

/// The public conformance material, which is not part of the project: tests that need it are skipped where it is absent.
enum Conformance {
  /// The folder: `$CONCORD_CONFORMANCE`, or `../shared/conformance` beside the project.
  static let folder: String = {
    if let folder = ProcessInfo.processInfo.environment["CONCORD_CONFORMANCE"] { return folder }
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(root)/../shared/conformance"
  }()

  /// Whether a file or folder of the material is there.
  static func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + path) }

  /// The bytes of a file of the material, or nothing.
  static func bytes(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: folder + "/" + path).map { Array($0) }
  }

  /// The names of the files in a folder of the material, sorted.
  static func files(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + path)) ?? []).sorted()
  }
}
