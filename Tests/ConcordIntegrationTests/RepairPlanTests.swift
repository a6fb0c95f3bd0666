import FoundationEssentials
import Testing

@Suite("Repair plans of the marketplace") struct RepairPlanTests {
  @Test("a plan is written for its reader alone, and never into somebody else's folder")
  func plan() async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder)/plan"
      func audit() async throws -> ConcordProcess.Result {
        try await ConcordProcess.run(
          ["audit", "--dataset", "drifted", "--repair-plan", path, "--reports", "\(folder)/r"],
          environment: ["TMPDIR": folder])
      }
      let planned = try await audit()
      #expect(planned.status == 1, "a plan mends nothing: \(planned.errors)")
      #expect(planned.output.contains("\(path)/plan.md would repair 12 rows and documents, 56 more are left to people"))
      let manager = FileManager.default
      let names = try manager.contentsOfDirectory(atPath: path).sorted()
      #expect(
        names == [
          "gateway-db.sql", "gateway-db.undo.sql", "order-db.sql", "order-db.undo.sql", "plan.md", "product-db.sql",
          "product-db.undo.sql", "user-store.json", "user-store.undo.json",
        ])
      for name in names {
        let attributes = try manager.attributesOfItem(atPath: "\(path)/\(name)")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
      }
      #expect(try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
      let page = try String(contentsOf: URL(filePath: "\(path)/plan.md"), encoding: .utf8)
      #expect(
        page.contains(
          "| orders-belong-to-existing-users | order-db | set user_uid of rows of orders to ada-lovelace | 1 |"))

      let again = try await audit()
      #expect(again.status == 2)
      #expect(again.errors.contains("a repair plan cannot be written to \(path): the folder is not empty"))
      #expect(again.errors.contains("name a new folder with --repair-plan"))
    }
  }
}
