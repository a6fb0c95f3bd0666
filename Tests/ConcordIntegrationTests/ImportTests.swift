import FoundationEssentials
import Testing

/// First contracts from what a team has, and a stack that is nothing but a URL.
@Suite("Import", .enabled(if: FaultyService.hasPython, "python3 is not installed")) struct ImportTests {
  /// A running service that shows its document.
  private func withService(defect: String = "", _ body: (_ url: String) async throws -> Void) async throws {
    let stack = FaultyService.folder.appending(path: "stack.yaml").path
    let process = try ConcordProcess(["up", "--stack", stack, "--no-color"], environment: ["DEFECT": defect])
    var url: String?
    for _ in 0..<2_000 where url == nil {
      url = process.outputSoFar.firstMatch(of: /inventory ready in [^\n]*(http:\/\/[0-9.:]+)/).map { String($0.1) }
      if url == nil { try await Task.sleep(for: .milliseconds(10)) }
    }
    do {
      try await body(try #require(url, "\(process.outputSoFar)\(process.errorsSoFar)"))
    } catch {
      process.send(2)
      _ = await process.wait()
      throw error
    }
    process.send(2)
    _ = await process.wait()
  }

  @Test("a document that a service shows becomes suites that pass, and find what is planted")
  func fromURL() async throws {
    try await withService { url in
      try await withTemporaryFolder { folder in
        let arguments = ["import", "openapi", "\(url)/openapi.yaml", "--output", folder]
        let imported = try await ConcordProcess.run(arguments)
        #expect(imported.status == 0, "\(imported.output)\(imported.errors)")
        #expect(imported.output.contains("wrote      \(folder)/apis/inventory.openapi.yaml\n"))
        #expect(imported.output.contains("all sound"))
        let run = try await ConcordProcess.run(
          ["contracts", "--stack", "\(folder)/stack.yaml", "--reports", folder, "--seed", "1"],
          environment: ["INVENTORY_KEY": "letmein-please"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("7/7 operations, 18/18 statuses"))
        let again = try await ConcordProcess.run(arguments)
        #expect(again.status == 2)
        #expect(again.errors.contains("use --force to replace"))
      }
    }
  }

  @Test("a stack with only the URL of a document is enough to start", arguments: ["", "wrong-type"])
  func onlyURL(defect: String) async throws {
    try await withService(defect: defect) { url in
      try await withTemporaryFolder { folder in
        let stack = """
          concord: 1
          name: only
          services:
            inventory: {openapi: "\(url)/openapi.yaml", external: {url: "\(url)"}}
          """
        try Data(stack.utf8).write(to: URL(filePath: "\(folder)/stack.yaml"))
        let run = try await ConcordProcess.run(
          ["contracts", "--stack", "\(folder)/stack.yaml", "--reports", folder, "--seed", "1"])
        #expect(run.status == (defect.isEmpty ? 0 : 1), "\(run.output)\(run.errors)")
        #expect(run.output.contains("[response-body]") == !defect.isEmpty)
      }
    }
  }

  @Test("what cannot be had is told before anything starts")
  func problems() async throws {
    try await withTemporaryFolder { folder in
      let refused = try await ConcordProcess.run(["import", "openapi", "http://127.0.0.1:1/a.yaml", "--output", folder])
      #expect(refused.status == 2)
      #expect(refused.errors.contains("cannot fetch http://127.0.0.1:1/a.yaml"))
      try Data("concord: 1\nname: empty\nservices: {a: {external: {url: 'http://127.0.0.1:1'}}}\n".utf8)
        .write(to: URL(filePath: "\(folder)/stack.yaml"))
      let empty = try await ConcordProcess.run(["contracts", "--stack", "\(folder)/stack.yaml", "--reports", folder])
      #expect(empty.status == 2)
      #expect(empty.errors.contains("there is nothing to test"))
    }
  }
}
