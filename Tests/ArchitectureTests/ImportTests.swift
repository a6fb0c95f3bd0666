import Testing

@Suite("Imports") struct ImportTests {
  let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test("imports point one way between the wings")
  func oneWay() {
    let wings = Dictionary(tree.modules.map { ($0.name, $0.wing) }, uniquingKeysWith: { first, _ in first })
    #expect(wings.count > 20, "the tree must have been found")
    for file in tree.files {
      for name in file.imports {
        guard let wing = wings[name], wing != file.module.wing else { continue }
        #expect(
          file.module.wing.foundations.contains(wing),
          "\(file.path) imports \(name): \(file.module.wing.rawValue) must not lean on \(wing.rawValue)")
      }
    }
  }

  @Test("engines and reports do not know each other")
  func reportsOnlyListen() {
    let engines: Set = ["Stack", "Contracts", "Audit"]
    for file in tree.files where file.module.name == "Reporting" {
      #expect(engines.isDisjoint(with: file.imports), "\(file.path) must consume events only")
    }
    for file in tree.files where engines.contains(file.module.name) {
      #expect(!file.imports.contains("Reporting"), "\(file.path) must emit events only")
    }
  }

  @Test("no service knows of faults: only the program that runs them does")
  func innocentServices() {
    for file in tree.files where file.module.wing == .marketplace {
      guard !["/Faults/", "/Executable/"].contains(where: { file.path.contains("Marketplace\($0)") }) else { continue }
      #expect(!file.imports.contains("Faults"), "\(file.path)")
      #expect(!file.lines.contains { $0.contains("MARKETPLACE_FAULTS") }, "\(file.path)")
    }
  }

  @Test(
    "each outside library is imported by the one module that wraps it",
    arguments: [
      ("Yams", ["YAMLSource"]), ("Hummingbird", ["ServiceKit"]), ("CLibPQ", ["Postgres"]), ("CLibCurl", ["HTTP"]),
      ("CPCRE2", ["ECMARegex"]), ("Subprocess", ["Stack"]), ("NIOCore", ["FirestoreEmulator", "ServiceKit"]),
      ("JWTKit", ["GoogleIdentity"]),
    ])
  func wrapped(library: String, modules: [String]) {
    for file in tree.files where file.imports.contains(library) {
      #expect(modules.contains(file.module.name), "\(file.path) imports \(library)")
    }
  }

  @Test("the command line links no cryptography: only the marketplace verifies signatures")
  func leanCommandLine() {
    for file in tree.files where [.harness, .concord].contains(file.module.wing) {
      #expect(!file.imports.contains("GoogleIdentity"), "\(file.path)")
    }
  }

  @Test("no module drags in the whole of Foundation, its networking or its XML")
  func leanFoundation() {
    for file in tree.files {
      for name in ["Foundation", "FoundationNetworking", "FoundationXML"] {
        #expect(!file.imports.contains(name), "\(file.path) imports \(name); FoundationEssentials at most")
      }
    }
  }

  @Test("formats know no C library, no process and no socket")
  func standardsAreValues() {
    let outside: Set = ["Glibc", "SystemPackage", "NIOCore", "Dispatch"]
    for file in tree.files where file.module.wing == .standards && file.module.name != "RFC3339" {
      #expect(outside.isDisjoint(with: file.imports), "\(file.path)")
    }
  }
}
