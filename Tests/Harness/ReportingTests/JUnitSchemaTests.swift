import ConformanceSuites
import FoundationEssentials
import Reporting
import Testing

/// The strict dialect is held to the two public schemas with xmllint, where both are there.
@Suite("JUnit schemas") struct JUnitSchemaTests {
  private static let hasLinter = FileManager.default.fileExists(atPath: "/usr/bin/xmllint")

  @Test(
    "the strict dialect is valid",
    .needsConformanceSuite("junit"), .enabled(if: hasLinter, "xmllint is not installed"),
    arguments: ["windyroad-JUnit.xsd", "jenkins-junit-10.xsd"])
  func strict(schema: String) throws {
    let hostile = try (UInt64(1)...6).map { try SampleRun.record(of: GeneratedRun.events(seed: $0)) }
    for record in [try SampleRun.troubled(), try SampleRun.clean()] + hostile {
      let file = FileManager.default.temporaryDirectory.appending(path: "concord-\(UUID().uuidString).xml")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data(JUnitReport(dialect: .strict).render(record).utf8).write(to: file)
      let status = try run(
        "/usr/bin/xmllint",
        ["--noout", "--nonet", "--schema", "\(ConformanceSuites.folder)/junit/\(schema)", file.path])
      #expect(status == 0)
    }
  }
}
