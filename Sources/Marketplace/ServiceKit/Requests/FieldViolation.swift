package import JSON

/// One field of a body, or one query parameter, that breaks a rule.
package struct FieldViolation: Sendable, Hashable {
  /// Where the value is.
  package enum Location: Sendable, Hashable {
    /// In the JSON body.
    case pointer(JSONPointer)
    /// In the query.
    case parameter(String)
  }

  /// Where the value is.
  package let location: Location

  /// Which rule it breaks, as the end of a sentence: "must be …".
  package let detail: String

  /// Creates a violation.
  package init(_ location: Location, _ detail: String) {
    self.location = location
    self.detail = detail
  }

  /// Creates a violation of a member of the body's top-level object.
  package init(field: String, _ detail: String) {
    self.init(.pointer(JSONPointer().appending(field)), detail)
  }

  var json: JSONValue {
    switch location {
    case .pointer(let pointer): ["pointer": .string("#\(pointer.uriFragment)"), "detail": .string(detail)]
    case .parameter(let name): ["parameter": .string(name), "detail": .string(detail)]
    }
  }
}

/// Collects violations while nested readers go through one body.
final class ViolationList {
  private(set) var all: [FieldViolation] = []

  var isEmpty: Bool { all.isEmpty }

  func add(_ location: FieldViolation.Location, _ detail: String) {
    all.append(FieldViolation(location, detail))
  }
}
