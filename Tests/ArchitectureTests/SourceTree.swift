import FoundationEssentials
import Testing

/// The Swift sources of this package, read once for the tests that hold them to the rules of the house.
struct SourceTree {
  /// A source file with the module it belongs to.
  struct File {
    /// Path below the package, with `/`.
    let path: String
    let module: Module
    let lines: [Substring]

    /// Modules that the file imports, submodules by their first name.
    var imports: [String] {
      lines.compactMap { line in
        var words = line.split(separator: " ")
        while let first = words.first, first != "import" {
          guard ["package", "public", "internal", "private", "fileprivate"].contains(first) || first.hasPrefix("@")
          else { return nil }
          words.removeFirst()
        }
        guard words.count >= 2 else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "var", "let", "actor"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return String(name.split(separator: ".")[0])
      }
    }
  }

  /// A target of the package and the wing it stands in.
  struct Module: Hashable {
    let name: String
    let wing: Wing
  }

  /// The wings of the house, with what each may lean on.
  enum Wing: String, CaseIterable {
    case standards = "Standards"
    case drivers = "Drivers"
    case harness = "Harness"
    case firestoreEmulator = "FirestoreEmulator"
    case marketplace = "Marketplace"
    case concord = "concord"

    /// Wings whose modules may be imported besides the own one.
    var foundations: Set<Wing> {
      switch self {
      case .standards: []
      case .drivers: [.standards]
      case .harness: [.standards, .drivers]
      case .firestoreEmulator: [.standards]
      case .marketplace: [.standards, .drivers]
      case .concord: [.standards, .drivers, .harness]
      }
    }
  }

  /// Root of the package, found from this file.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  let files: [File]
  var modules: Set<Module> { Set(files.map(\.module)) }

  init() throws {
    files = try Self.swiftFiles(below: "Sources").map { path in
      let parts = path.split(separator: "/").map(String.init)
      let wing = try #require(Wing(rawValue: parts[1]), "\(path) stands in no wing of the house")
      let module = wing == .concord ? "concord" : Self.moduleName(wing, folder: parts[2])
      let text = try String(contentsOf: URL(filePath: "\(Self.root)/\(path)"), encoding: .utf8)
      return File(
        path: path, module: Module(name: module, wing: wing),
        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  /// Paths of the Swift files below a folder of the package.
  static func swiftFiles(below folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
      .filter { $0.hasSuffix(".swift") }.map { "\(folder)/\($0)" }.sorted()
  }

  private static func moduleName(_ wing: Wing, folder: String) -> String {
    switch (wing, folder) {
    case (.firestoreEmulator, "Library"): "FirestoreEmulator"
    case (.firestoreEmulator, "Process"): "firestore-emulator"
    case (.marketplace, "Executable"): "marketplace"
    default: folder
    }
  }
}
