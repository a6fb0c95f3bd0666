import FoundationEssentials
import Glibc
import JSON
import Testing

/// The load of the marketplace, from outside: real processes, real stores.
@Suite("marketplace load", .serialized) struct MarketplaceLoadTests {
  private static let marketplace = URL(filePath: ConcordProcess.program).deletingLastPathComponent()
    .appending(path: "marketplace").path
  private static let administrator = [
    "MARKETPLACE_ADMIN_EMAIL": "admin@marketplace.example", "MARKETPLACE_ADMIN_PASSWORD": "marketplace-admin",
  ]

  /// Runs a body beside a stack that is up; gives it what `concord up` printed by name.
  private func withStack(_ body: (_ addresses: [String: String], _ folder: String) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let stack = try ConcordProcess(["up"], environment: LeftOvers(temporary: folder).environment)
      let isUp = try await eventually {
        stack.outputSoFar.contains("order-db ") && stack.outputSoFar.hasSuffix("\n")
          && stack.outputSoFar.contains("Ctrl-C ends it")
      }
      #expect(isUp, "\(stack.outputSoFar)")
      let listing = stack.outputSoFar.split(separator: "Ctrl-C ends it").last ?? ""
      let addresses = listing.split(separator: "\n").compactMap { line -> (String, String)? in
        let words = line.split(separator: " ")
        return words.count >= 2 ? (String(words[0]), String(words[1])) : nil
      }
      do {
        try await body(Dictionary(addresses) { $1 }, folder)
      } catch {
        Issue.record(error)
      }
      stack.send(SIGINT)
      #expect(await stack.wait().status == 130)
    }
  }

  @Test("every answer under load is as promised, and an audit of the running stack finds nothing")
  func loadThenAudit() async throws {
    try await withStack { addresses, folder in
      let load = try await ConcordProcess.run(
        ["load", "--gateway", try #require(addresses["api-gateway"]), "--seconds", "4", "--seed", "7", "--json"],
        environment: Self.administrator, program: Self.marketplace)
      #expect(load.status == 0, "\(load.output)\(load.errors)")
      let report = try JSONValue(parsing: load.output)
      #expect(report["clean"] == true)
      for operation in ["getProduct", "registerUser", "createOrder", "createPayment", "updateProduct"] {
        #expect((report["operations"]?[operation]?["calls"]?.intValue ?? 0) > 0, "\(operation)")
      }
      let audit = try await ConcordProcess.run(
        ["audit", "--stack", "contracts/running-stack.yaml", "--no-dataset", "--reports", "\(folder)/reports"],
        environment: [
          "FIRESTORE_EMULATOR_HOST": try #require(addresses["user-store"]).replacing("http://", with: ""),
          "PRODUCT_DATABASE_URL": try #require(addresses["product-db"]),
          "ORDER_DATABASE_URL": try #require(addresses["order-db"]),
          "GATEWAY_DATABASE_URL": try #require(addresses["gateway-db"]),
        ])
      #expect(audit.status == 0, "\(audit.output)\(audit.errors)")
      let run = try RunReport(folder: "\(folder)/reports")
      #expect(run.rules.count >= 30 && run.rules.allSatisfy { $0["result"]?["status"] == "held" })
    }
  }

  @Test("Ctrl-C ends a load early, and it still prints what it did")
  func interrupted() async throws {
    try await withStack { addresses, _ in
      let load = try ConcordProcess(
        ["load", "--gateway", try #require(addresses["api-gateway"]), "--seconds", "600", "--rate", "40"],
        environment: Self.administrator, program: Self.marketplace)
      // The first line of progress.
      let isRunning = try await eventually { load.errorsSoFar.contains(" calls ") }
      #expect(isRunning)
      load.send(SIGINT)
      let result = await load.wait()
      #expect(result.status == 130, "\(result.output)\(result.errors)")
      #expect(result.output.contains("\nall  "))
      #expect(result.output.hasSuffix("interrupted; until then every answer was as promised\n"))
    }
  }

  @Test("a gateway that is not there is exit 3")
  func noGateway() async throws {
    let result = try await ConcordProcess.run(
      ["load", "--gateway", "http://127.0.0.1:1"], program: Self.marketplace)
    #expect(result.status == 3)
    #expect(result.errors.contains("The load cannot begin: listCategories gave no answer: connectionRefused"))
  }

  @Test(
    "wrong usage is exit 64",
    arguments: [
      [], ["frobnicate"], ["user-service", "extra"], ["load"], ["load", "--gateway", "nowhere"],
      ["load", "--gateway", "http://127.0.0.1:1", "--rate", "fast"],
      ["load", "--gateway", "http://127.0.0.1:1", "--admin-email", "a@b.example"],
    ])
  func usage(arguments: [String]) async throws {
    let result = try await ConcordProcess.run(
      arguments, environment: ["MARKETPLACE_ADMIN_PASSWORD": "", "MARKETPLACE_ADMIN_EMAIL": ""],
      program: Self.marketplace)
    #expect(result.status == 64, "\(result.output)\(result.errors)")
    #expect(result.errors.contains("Usage:"), "\(result.errors)")
    #expect(result.output == "")
  }

  @Test("a service whose settings cannot be used is exit 2, all problems at once")
  func settings() async throws {
    let result = try await ConcordProcess.run(
      ["order-service"], environment: ["PORT": "many", "USER_SERVICE_URL": "nowhere"], program: Self.marketplace)
    #expect(result.status == 2)
    #expect(result.errors.contains("PORT") && result.errors.contains("USER_SERVICE_URL"), "\(result.errors)")
  }
}
