// The official suites are other people's work and no part of this package. Where they are not at hand, the tests that
// need them are skipped, and the test report says so with the reason; nothing passes in silence.

internal import FoundationEssentials
package import Testing

/// The official conformance suites and schemas: `$CONCORD_CONFORMANCE`, else `../shared/conformance` beside the package.
package enum ConformanceSuites {
  /// The folder that holds them.
  package static let folder: String = {
    if let folder = ProcessInfo.processInfo.environment["CONCORD_CONFORMANCE"] { return folder }
    // …/Tests/Support/ConformanceSuites/ConformanceSuites.swift: the package is four levels up.
    let package = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(package)/../shared/conformance"
  }()

  /// Whether a file or folder of the suites is there.
  package static func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(path)") }

  /// The bytes of a file.
  package static func bytes(of file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(file)")))
  }

  /// The names of what a folder holds, sorted.
  package static func files(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)").sorted()
  }

  /// The paths of all that stands below a folder, relative to it, sorted.
  package static func files(below path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(path)").sorted()
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, with the reason in the report, where a file or folder of the suites is absent.
  package static func needsConformanceSuite(
    _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> ConditionTrait {
    .enabled(
      if: ConformanceSuites.has(path), "SKIPPED: \(path) is absent; set CONCORD_CONFORMANCE to the suites' folder",
      sourceLocation: sourceLocation)
  }
}
