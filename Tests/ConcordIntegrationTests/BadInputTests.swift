import FoundationEssentials
import Testing

/// What a user gets for input that cannot be used: everything at once, with positions, exit 2, nothing started.
@Suite("Bad input") struct BadInputTests {
  private func brokenStack(_ folder: String, _ edit: (inout String) -> Void) throws -> String {
    try SlowStack.write(to: folder)
    let file = "\(folder)/stack/contracts/stack.yaml"
    var text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
    edit(&text)
    try Data(text.utf8).write(to: URL(filePath: file))
    return file
  }

  private func edit(_ file: String, _ old: String, _ new: String) throws {
    let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
    #expect(text.contains(old), "\(file) has changed")
    try Data(text.replacing(old, with: new).utf8).write(to: URL(filePath: file))
  }

  @Test("mistakes in several files are all told at once, with suggestions, and nothing is started")
  func manyMistakes() async throws {
    try await withTemporaryFolder { folder in
      let stack = try brokenStack(folder) { _ in }
      let contracts = "\(folder)/stack/contracts"
      try edit("\(contracts)/workflows/slow.arazzo.yaml", "getHealth", "getHelth")
      try edit(
        "\(contracts)/data/order-service.odcs.yaml", "schema/users/properties/uid", "schema/users/properties/uidd")
      try edit("\(contracts)/apis/user-service.openapi.yaml", "/schemas/Registration'", "/schemas/Registratoin'")
      let result = try await ConcordProcess.run(["run", "--stack", stack, "--reports", "\(folder)/reports"])
      #expect(result.status == 2)
      for text in [
        "slow.arazzo.yaml:", "did you mean 'getHealth'?", "order-service.odcs.yaml:", "did you mean 'uid'?",
        "user-service.openapi.yaml:", "Registratoin", "nothing was started",
      ] { #expect(result.errors.contains(text), "\(text) is missing in:\n\(result.errors)") }
      #expect(result.output == "")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/reports"))

      // What an audit does not need, it does not read.
      let audit = try await ConcordProcess.run(["audit", "--stack", stack, "--reports", "\(folder)/reports"])
      #expect(audit.status == 2)
      #expect(
        audit.errors.contains("order-service.odcs.yaml:") && audit.errors.contains("1 error; nothing was started"))
      #expect(!audit.errors.contains("arazzo") && !audit.errors.contains("openapi"), "\(audit.errors)")
    }
  }

  @Test("a mistake in the stack description is told with line, column and suggestion")
  func stackMistake() async throws {
    try await withTemporaryFolder { folder in
      let file = try brokenStack(folder) { $0 = $0.replacing("kind: firestore", with: "kind: firestor") }
      let result = try await ConcordProcess.run(["lint", "--stack", file])
      #expect(result.status == 2)
      #expect(result.errors.contains(#/stack\.yaml:\d+:\d+: error: /#), "\(result.errors)")
      #expect(result.errors.contains("did you mean 'firestore'?"), "\(result.errors)")
    }
  }

  @Test("a file that is not there, or is none, is told in words, with what to do")
  func missingFiles() async throws {
    try await withTemporaryFolder { folder in
      let file = try brokenStack(folder) { _ in }
      let contracts = "\(folder)/stack/contracts"
      let similar = try await ConcordProcess.run(["lint", "--stack", "\(contracts)/stack.yml"])
      #expect(similar.status == 2)
      #expect(
        similar.errors == """
          error: there is no file '\(contracts)/stack.yml'
            did you mean '\(file)'?
          1 error; nothing was started

          """)
      let missing = try await ConcordProcess.run(["audit", "--stack", "\(folder)/none/at-all.yaml"])
      #expect(missing.errors.contains("start concord in the folder above 'contracts', or name the stack description"))
      let isFolder = try await ConcordProcess.run(["lint", "--stack", contracts])
      #expect(isFolder.status == 2 && isFolder.errors.contains("cannot be read: Is a directory"), "\(isFolder.errors)")
    }
  }

  @Test("an unknown dataset is told with a suggestion")
  func unknownDataset() async throws {
    let result = try await ConcordProcess.run(["run", "--dataset", "drifed"])
    #expect(result.status == 2)
    #expect(result.errors.contains("the stack has no dataset 'drifed'"))
    #expect(result.errors.contains("did you mean 'drifted'?"))
  }

  @Test("a reports folder that cannot be written is refused before anything boots")
  func unwritableReports() async throws {
    try await withTemporaryFolder { folder in
      try Data("in the way".utf8).write(to: URL(filePath: "\(folder)/reports"))
      let result = try await ConcordProcess.run(["run", "--reports", "\(folder)/reports"])
      #expect(result.status == 2)
      #expect(result.errors.contains("reports cannot be written to"))
      #expect(result.output == "")
    }
  }

  @Test("a machine without PostgreSQL is told which package it lacks")
  func noPostgreSQL() async throws {
    try await withTemporaryFolder { folder in
      let result = try await ConcordProcess.run(
        ["audit", "--reports", "\(folder)/reports"],
        environment: ["CONCORD_PG_BIN": "\(folder)/nowhere", "TMPDIR": folder])
      #expect(result.status == 3)
      #expect(result.output.contains("postgresql") || result.errors.contains("postgresql"), "\(result.output)")
    }
  }

  @Test(
    "wrong usage is exit 64",
    arguments: [
      ["run", "--sed", "1"], ["frobnicate"], ["run", "--seed", "x"], ["audit", "--max-load", "0"],
      ["audit", "--explain", "--repair-plan", "plan"],
    ])
  func usage(arguments: [String]) async throws {
    let result = try await ConcordProcess.run(arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains("Usage:") || result.errors.contains("USAGE:"), "\(result.errors)")
  }

  @Test("the bundled contracts are sound")
  func soundContracts() async throws {
    let result = try await ConcordProcess.run(["lint"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("marketplace: 4 stores, 4 services, "))
    #expect(result.errors == "")
  }

  @Test("contracts are compared with the stores on request: differences are errors, and nothing stays up")
  func live() async throws {
    try await withTemporaryFolder { folder in
      let leftOvers = LeftOvers(temporary: folder)
      let sound = try await ConcordProcess.run(["lint", "--live"], environment: leftOvers.environment)
      #expect(sound.status == 0, "\(sound.output)\(sound.errors)")
      #expect(sound.output.hasSuffix("the stores hold what the contracts say: as promised\n"), "\(sound.errors)")
      #expect(leftOvers.processes() == [])
      let stack = try brokenStack(folder) { _ in }
      try edit(
        "\(folder)/stack/contracts/data/order-service.odcs.yaml", "name: shipping_method", "name: shiping_method")
      let broken = try await ConcordProcess.run(
        ["lint", "--live", "--stack", stack], environment: leftOvers.environment)
      #expect(broken.status == 2, "\(broken.output)\(broken.errors)")
      #expect(broken.errors.contains("'orders' in order-db has no column 'shiping_method'"))
      #expect(broken.errors.contains("did you mean 'shipping_method'?"))
      #expect(broken.errors.hasSuffix("1 error; the contracts are not what the stores hold\n"), "\(broken.errors)")
      #expect(leftOvers.processes() == [])
    }
  }
}
