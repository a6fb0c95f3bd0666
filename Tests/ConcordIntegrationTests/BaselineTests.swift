import FoundationEssentials
import JSON
import Testing

/// Accepting findings of the marketplace's drifted data.
@Suite("Baselines") struct BaselineTests {
  private func concord(_ arguments: String..., in folder: String) async throws -> ConcordProcess.Result {
    try await ConcordProcess.run(arguments, environment: ["TMPDIR": folder])
  }

  @Test("what is accepted fails no audit, what is new and what is gone does, and the file follows")
  func life() async throws {
    try await withTemporaryFolder { folder in
      let file = "\(folder)/accepted.yaml"
      let updated = try await concord(
        "baseline", "update", "--dataset", "drifted", "--baseline", file, "--owner", "shop", "--reason",
        "found by the first audit", "--quiet", in: folder)
      #expect(updated.status == 0, "\(updated.output)\(updated.errors)")
      #expect(updated.output.contains("accepted.yaml: "))
      let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      let count = text.components(separatedBy: "fingerprint:").count - 1
      #expect(updated.output.hasSuffix("\(count) accepted; \(count) in all\n"))
      #expect(text.contains("rule: orders-belong-to-existing-users"))
      #expect(!text.contains("cached-product-names-match"), "a remark needs no entry")

      let passed = try await concord(
        "audit", "--dataset", "drifted", "--baseline", file, "--reports", "\(folder)/a", in: folder)
      #expect(passed.status == 0, "\(passed.output)\(passed.errors)")
      let report = try RunReport(folder: "\(folder)/a")
      #expect(report.json["verdict"] == "passed")
      #expect(report.json["run"]?["baseline"]?.stringValue == file)
      #expect(report.json["audit"]?["counts"]?["gating"] == 0)
      #expect(passed.output.contains("accepted by the baseline"))
      #expect(
        try String(contentsOf: URL(filePath: "\(folder)/a/junit.xml"), encoding: .utf8).contains("failures=\"0\""))

      // One entry less is one finding that is new.
      var blocks = text.components(separatedBy: "  - rule: ")
      let index = try #require(blocks.firstIndex { $0.hasPrefix("orders-belong-to-existing-users") })
      blocks.remove(at: index)
      try Data(blocks.joined(separator: "  - rule: ").utf8).write(to: URL(filePath: file))
      let failed = try await concord(
        "baseline", "check", "--dataset", "drifted", "--baseline", file, "--quiet", in: folder)
      #expect(failed.status == 1)
      #expect(
        failed.output.hasSuffix(": \(count - 1) accepted, 1 new, 0 grown, 0 overdue, 0 gone\n"), "\(failed.output)")

      // The healthy data has none of it.
      let gone = try await concord("baseline", "check", "--baseline", file, "--quiet", in: folder)
      #expect(gone.status == 1)
      #expect(gone.output.hasSuffix(": 0 accepted, 0 new, 0 grown, 0 overdue, \(count - 1) gone\n"), "\(gone.output)")
      let pruned = try await concord("baseline", "update", "--prune", "--baseline", file, "--quiet", in: folder)
      #expect(pruned.status == 0, "\(pruned.output)\(pruned.errors)")
      #expect(pruned.output.hasSuffix("\(count - 1) removed; 0 in all\n"))
      #expect(try String(contentsOf: URL(filePath: file), encoding: .utf8).hasSuffix("accepted: []\n"))
    }
  }

  @Test("a file that cannot be used stops everything before it starts")
  func unusable() async throws {
    try await withTemporaryFolder { folder in
      let file = "\(folder)/accepted.yaml"
      let missing = try await concord("audit", "--baseline", file, in: folder)
      #expect(missing.status == 2)
      #expect(missing.errors.contains("there is no file '\(file)' of accepted findings"))
      #expect(missing.errors.contains("'concord baseline update' writes it"))
      try Data(
        """
        baseline: 1
        accepted:
          - rule: orders-belong-to-existing-user
            fingerprint: 0123456789abcdef0123456789abcdef
            owner: shop
            reason: known
            expires: 2999-12-31
        """.utf8
      ).write(to: URL(filePath: file))
      let unknown = try await concord("audit", "--baseline", file, in: folder)
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("accepted.yaml:3:5"), "\(unknown.errors)")
      #expect(unknown.errors.contains("did you mean 'orders-belong-to-existing-users'?"))
    }
  }

  @Test("nobody accepts anything without a name and a reason")
  func terms() async throws {
    try await withTemporaryFolder { folder in
      let nameless = try await concord("baseline", "update", "--owner", "shop", in: folder)
      #expect(nameless.status == 64)
      #expect(nameless.errors.contains("(--owner) and why (--reason)"))
      let endless = try await concord(
        "baseline", "update", "--owner", "shop", "--reason", "x", "--expires", "never", in: folder)
      #expect(endless.status == 64)
      let nowhere = try await concord("baseline", "check", in: folder)
      #expect(nowhere.status == 2)
      #expect(nowhere.errors.contains("the stack names no file of accepted findings"))
    }
  }
}
