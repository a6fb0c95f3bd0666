package import ServiceKit

/// One way in which a service misbehaves on request, injected where it is composed.
///
/// A fault exchanges a part for a worse one or stands around the routes; the service itself does not know.
package struct Fault<Parts: ServiceParts>: Sendable {
  /// Its name within the service, in kebab-case.
  package let name: String

  /// What a user of the service would see.
  package let symptom: String

  /// Which halves of a run must notice it.
  package let detection: Detection

  /// Puts the fault into the parts of the service.
  package let inject: @Sendable (inout Parts) -> Void

  init(
    _ name: String, _ symptom: String, caughtBy detection: Detection, inject: @escaping @Sendable (inout Parts) -> Void
  ) {
    self.name = name
    self.symptom = symptom
    self.detection = detection
    self.inject = inject
  }

  /// A fault that changes answers on their way out.
  init(_ name: String, _ symptom: String, caughtBy detection: Detection = .contracts, answers: any ResponseFilter) {
    self.init(name, symptom, caughtBy: detection) { $0.surroundings.filters.append(answers) }
  }

  /// A fault that stands around the routes.
  init(_ name: String, _ symptom: String, caughtBy detection: Detection = .contracts, around: any Middleware) {
    self.init(name, symptom, caughtBy: detection) { $0.surroundings.middleware.append(around) }
  }
}

/// Which halves of a run must notice a fault.
package struct Detection: OptionSet, Sendable, Hashable {
  /// One bit a half.
  package let rawValue: UInt8

  /// A set from its bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A case of the contracts fails.
  package static let contracts = Detection(rawValue: 1)

  /// A rule of the audit has a finding.
  package static let audit = Detection(rawValue: 2)

  /// Both.
  package static let both: Detection = [.contracts, .audit]
}

/// The parts of a service that can be made to misbehave.
package protocol Breakable: ServiceParts {
  /// The name of the service.
  static var service: String { get }

  /// What can be wrong with it.
  static var faults: [Fault<Self>] { get }
}
