import OpenAPI

/// Which parameter of a request is meant: names of headers are equal in any case (RFC 9110 section 5.1).
struct ParameterKey: Sendable, Hashable, Comparable {
  let location: Parameter.Location
  /// The name as it is sent.
  let name: String

  /// Names a parameter.
  init(_ location: Parameter.Location, _ name: String) {
    self.location = location
    self.name = name
  }

  /// The key of a documented parameter.
  init(_ parameter: Parameter) { self.init(parameter.location, parameter.name) }

  private var identity: String { location == .header ? name.lowercased() : name }

  static func == (left: Self, right: Self) -> Bool {
    left.location == right.location && left.identity == right.identity
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(location)
    hasher.combine(identity)
  }

  static func < (left: Self, right: Self) -> Bool {
    (left.location.rawValue, left.identity) < (right.location.rawValue, right.identity)
  }
}
