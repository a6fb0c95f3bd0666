package import JSON

/// The types that `type` allows.
package struct TypeSet: OptionSet, Sendable {
  package let rawValue: UInt8

  package static let null = TypeSet(rawValue: 1)
  package static let boolean = TypeSet(rawValue: 2)
  package static let integer = TypeSet(rawValue: 4)
  package static let number = TypeSet(rawValue: 8)
  package static let string = TypeSet(rawValue: 16)
  package static let array = TypeSet(rawValue: 32)
  package static let object = TypeSet(rawValue: 64)

  private static let named: [(String, TypeSet)] = [
    ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number), ("string", .string),
    ("array", .array), ("object", .object),
  ]

  /// The type of a name of JSON Schema.
  init?(name: String) {
    guard let (_, type) = Self.named.first(where: { $0.0 == name }) else { return nil }
    self = type
  }

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The names of the types.
  package var names: [String] { Self.named.filter { contains($0.1) }.map(\.0) }

  /// Whether a value has one of the types; a number without fraction is an integer, `1.0` included.
  package func allows(_ value: JSONValue) -> Bool {
    switch value {
    case .null: contains(.null)
    case .bool: contains(.boolean)
    case .number(let number): contains(.number) || contains(.integer) && number.isInteger
    case .string: contains(.string)
    case .array: contains(.array)
    case .object: contains(.object)
    }
  }
}
