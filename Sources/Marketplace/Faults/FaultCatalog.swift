internal import APIGateway
internal import OrderService
internal import ProductService
package import ServiceKit
internal import UserService

/// Everything that can be wrong with the marketplace on request.
///
/// `MARKETPLACE_FAULTS` switches faults on: `service/name`, separated by commas; each service takes its own.
package enum FaultCatalog {
  /// The variable that switches faults on.
  package static let variable = "MARKETPLACE_FAULTS"

  /// One fault as the catalogue shows it.
  package struct Entry: Sendable, Hashable {
    /// The service that misbehaves.
    package let service: String
    /// The fault's name within the service.
    package let name: String
    /// What a user of the service would see.
    package let symptom: String
    /// Which halves of a run must notice it.
    package let detection: Detection

    /// Puts an entry together.
    package init(service: String, name: String, symptom: String, detection: Detection) {
      self.service = service
      self.name = name
      self.symptom = symptom
      self.detection = detection
    }

    /// What switches it on.
    package var id: String { "\(service)/\(name)" }
  }

  /// All faults, service by service.
  package static let all: [Entry] =
    entries(UserServiceParts.self) + entries(ProductServiceParts.self) + entries(OrderServiceParts.self)
    + entries(APIGatewayParts.self)

  /// Puts the faults that the environment asks for into the parts of a service, in the order of the catalogue.
  ///
  /// - Returns: the ids of the faults that are now in them.
  /// - Throws: names that no service has, as a problem of the variable.
  package static func inject<Parts: Breakable>(
    into parts: inout Parts, environment: [String: String]
  ) throws(SettingsError) -> [String] {
    let wanted = try selection(environment, for: Parts.service)
    let chosen = Parts.faults.filter { wanted.contains("\(Parts.service)/\($0.name)") }
    for fault in chosen { fault.inject(&parts) }
    return chosen.map { "\(Parts.service)/\($0.name)" }
  }

  private static func selection(
    _ environment: [String: String], for service: String
  ) throws(SettingsError) -> Set<String> {
    try EnvironmentReader.read(environment, for: service) { reader in
      let names = (reader.optional(variable) ?? "").split(separator: ",").map { name in
        String(name.filter { $0 != " " })
      }
      let known = Set(all.map(\.id))
      for name in names where !known.contains(name) {
        reader.problem(variable, "has no fault '\(name.prefix(80))'; `marketplace faults` lists them")
      }
      return Set(names)
    }
  }

  /// The catalogue as text: id, who must catch it, and what a user would see, a line each.
  package static var listing: String {
    let width = all.map(\.id.count).max() ?? 0
    return all.map { entry in
      let caughtBy = entry.detection == .both ? "both" : entry.detection == .audit ? "audit" : "contracts"
      return "\(padded(entry.id, width))  \(padded(caughtBy, 9))  \(entry.symptom)"
    }.joined(separator: "\n")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func entries<Parts: Breakable>(_ type: Parts.Type) -> [Entry] {
    Parts.faults.map {
      Entry(service: Parts.service, name: $0.name, symptom: $0.symptom, detection: $0.detection)
    }
  }
}
