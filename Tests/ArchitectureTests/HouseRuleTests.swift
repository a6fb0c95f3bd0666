import FoundationEssentials
import Testing

@Suite("Rules of the house") struct HouseRuleTests {
  let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test("every unchecked promise to the compiler says what keeps it")
  func uncheckedSendability() {
    for file in tree.files {
      for (index, line) in file.lines.enumerated() where Self.isUnchecked(line) {
        let above = index > 0 ? file.lines[index - 1].trimmingPrefix(while: \.isWhitespace) : ""
        #expect(above.hasPrefix("//"), "\(file.path):\(index + 1) needs a comment line above it")
      }
    }
  }

  private static func isUnchecked(_ line: Substring) -> Bool {
    !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
      && (line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)"))
  }

  @Test("folders and files have names of the field")
  func names() {
    let vague: Set = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Common", "Misc", "New"]
    for file in tree.files {
      let folders = file.path.split(separator: "/").dropLast().map(String.init)
      #expect(vague.isDisjoint(with: folders), "\(file.path)")
    }
  }

  @Test("every file can be read in one sitting")
  func fileLength() {
    for file in tree.files {
      #expect(file.lines.count <= 700, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test("nothing is public: the package has no library product")
  func access() {
    for file in tree.files {
      for (index, line) in file.lines.enumerated() {
        let code = line.trimmingPrefix(while: \.isWhitespace)
        let isPublic = ["public ", "open class ", "open func ", "open var "].contains { code.hasPrefix($0) }
        #expect(!isPublic, "\(file.path):\(index + 1)")
      }
    }
  }

  @Test("every target is declared through a helper that applies the strict settings")
  func strictSettings() throws {
    let manifest = try String(contentsOf: URL(filePath: "\(SourceTree.root)/Package.swift"), encoding: .utf8)
    let declarations = manifest.split(separator: "targets: [\n", maxSplits: 1)[1].split(
      separator: "swiftLanguageModes")[0]
    for plain in [" .target(", " .executableTarget(", " .testTarget("] {
      #expect(!declarations.contains(plain), "declare targets through the helpers below")
    }
  }

  @Test("the marketplace puts no text into SQL but constants, and says which")
  func statements() throws {
    for file in tree.files where file.module.wing == .marketplace {
      for (index, line) in file.lines.enumerated() {
        for way in ["unsafe:", "execute(script", "quoted(literal", "\\(literal:"] {
          #expect(!line.contains(way), "\(file.path):\(index + 1) has a way around parameters")
        }
        for constant in line.matches(of: /\\\(raw: ([^)]*)\)/).map(\.output.1) {
          // A list of columns, or one of the few words that SortColumn holds for an enum case.
          #expect(
            constant.wholeMatch(
              of: /([A-Z]\w*\.)?\w*[cC]olumns|order\.(expression|comparison|type|collation|direction)/) != nil,
            "\(file.path):\(index + 1) puts '\(constant)' into a statement")
          #expect(
            Self.saysWhatIsRaw(file.lines[..<index]), "\(file.path):\(index + 1) needs '// raw: …' in its function")
        }
      }
    }
  }

  /// Whether a comment stands between a line and the head of the function it is in.
  private static func saysWhatIsRaw(_ above: ArraySlice<Substring>) -> Bool {
    for line in above.reversed() {
      let code = line.trimmingPrefix(while: \.isWhitespace)
      if code.hasPrefix("// raw: ") { return true }
      if code.contains("func ") { return false }
    }
    return false
  }

  @Test("nothing of a build machine is written into the tree")
  func noMachinePaths() throws {
    let home = ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/"]
    for path in try SourceTree.swiftFiles(below: "Sources") + SourceTree.swiftFiles(below: "Tests") {
      let text = try String(contentsOf: URL(filePath: "\(SourceTree.root)/\(path)"), encoding: .utf8)
      for folder in home { #expect(!text.contains("\"\(folder)"), "\(path) names \(folder)") }
    }
  }
}
