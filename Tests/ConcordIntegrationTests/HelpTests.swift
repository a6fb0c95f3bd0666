import FoundationEssentials
import Goldens
import Testing

/// What the command says of itself, byte for byte.
@Suite("Help") struct HelpTests {
  @Test(
    "every command explains itself",
    arguments: [
      "", "run", "contracts", "audit", "up", "lint", "checks", "replay", "strength", "import", "import openapi",
      "import postman", "baseline", "baseline update", "baseline check",
      "suggest",
    ])
  func help(command: String) async throws {
    let arguments = command.split(separator: " ").map(String.init) + ["--help"]
    let result = try await ConcordProcess.run(arguments, environment: ["COLUMNS": "100"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    try expectGolden(result.output, "help\(command.isEmpty ? "" : "-\(command.replacing(" ", with: "-"))").txt")
  }

  @Test("the checks are listed with what they promise")
  func checks() async throws {
    let result = try await ConcordProcess.run(["checks"])
    #expect(result.status == 0)
    try expectGolden(result.output, "checks.txt")
  }

  @Test("the version is a number and nothing else")
  func version() async throws {
    let result = try await ConcordProcess.run(["--version"])
    #expect(result.status == 0)
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
