import APIGateway
import Logging
import OrderService
import ProductService
import ServiceKit
import Testing
import UserService

@testable import Faults

@Suite("The catalogue of faults")
struct FaultCatalogTests {
  private static let environment = [
    "PORT": "0", "DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/nothing",
    "USER_SERVICE_URL": "http://127.0.0.1:1",
    "PRODUCT_SERVICE_URL": "http://127.0.0.1:1", "ORDER_SERVICE_URL": "http://127.0.0.1:1",
    "FIREBASE_PROJECT_ID": "test", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
    "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:1",
  ]

  private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  private func orderParts() throws -> OrderServiceParts {
    try OrderServiceComposition.assemble(environment: Self.environment, logger: Self.logger)
  }

  @Test("it has at least 40 faults, for every service, each with a name and a symptom of its own")
  func entries() {
    let all = FaultCatalog.all
    #expect(all.count >= 40)
    #expect(Set(all.map(\.service)) == ["user-service", "product-service", "order-service", "api-gateway"])
    #expect(Set(all.map(\.id)).count == all.count)
    #expect(Set(all.map(\.symptom)).count == all.count)
    for entry in all {
      #expect(entry.name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(entry.id)")
      #expect(entry.symptom.hasSuffix(".") && entry.symptom.first?.isUppercase == true, "\(entry.id)")
      #expect(!entry.detection.isEmpty, "\(entry.id) promises nothing")
    }
  }

  @Test("the listing has a line for each")
  func listing() {
    let lines = FaultCatalog.listing.split(separator: "\n")
    #expect(lines.count == FaultCatalog.all.count)
    for (line, entry) in zip(lines, FaultCatalog.all) {
      #expect(line.hasPrefix("\(entry.id) ") && line.hasSuffix(entry.symptom))
    }
  }

  @Test("a service takes its own faults and leaves those of others", arguments: ["", "user-service/missing-timezone"])
  func others(names: String) throws {
    var parts = try orderParts()
    let injected = try FaultCatalog.inject(into: &parts, environment: ["MARKETPLACE_FAULTS": names])
    #expect(injected == [])
    #expect(parts.surroundings.middleware.isEmpty && parts.surroundings.filters.isEmpty)
    #expect(parts.dependencies.users is UserServiceDirectory)
  }

  @Test("several faults are separated by commas, and spaces do not matter")
  func several() throws {
    var parts = try orderParts()
    let names = "order-service/skip-user-check, order-service/float-money,user-service/missing-timezone"
    let injected = try FaultCatalog.inject(into: &parts, environment: ["MARKETPLACE_FAULTS": names])
    #expect(injected == ["order-service/float-money", "order-service/skip-user-check"])
    #expect(parts.dependencies.users is EverybodyIsAUser)
    #expect(parts.surroundings.filters.count == 1)
  }

  @Test("a name that no service has is refused by every service")
  func unknown() throws {
    var parts = try orderParts()
    #expect {
      try FaultCatalog.inject(into: &parts, environment: ["MARKETPLACE_FAULTS": "order-service/skip-users"])
    } throws: { error in
      let issues = (error as? SettingsError)?.issues ?? []
      return issues.count == 1 && issues[0].variable == "MARKETPLACE_FAULTS"
        && issues[0].message.contains("order-service/skip-users")
    }
  }

  @Test("every fault changes the parts of its service", arguments: FaultCatalog.all)
  func injection(entry: FaultCatalog.Entry) throws {
    let environment = Self.environment.merging(["MARKETPLACE_FAULTS": entry.id]) { $1 }
    func inject<Service: ServiceComposition>(_ service: Service.Type) throws -> [String]
    where Service.Parts: Breakable {
      var parts = try service.assemble(environment: environment, logger: Self.logger)
      let healthy = "\(parts)"
      let injected = try FaultCatalog.inject(into: &parts, environment: environment)
      #expect(injected.isEmpty || "\(parts)" != healthy, "\(entry.id) changed nothing")
      return injected
    }
    let injected =
      try inject(UserServiceComposition.self) + inject(ProductServiceComposition.self)
      + inject(OrderServiceComposition.self) + inject(APIGatewayComposition.self)
    #expect(injected == [entry.id])
  }
}
