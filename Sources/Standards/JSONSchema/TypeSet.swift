import JSON

/// The types that `type` allows.
struct TypeSet: OptionSet, Sendable {
  let rawValue: UInt8

  static let null = TypeSet(rawValue: 1)
  static let boolean = TypeSet(rawValue: 2)
  static let integer = TypeSet(rawValue: 4)
  static let number = TypeSet(rawValue: 8)
  static let string = TypeSet(rawValue: 16)
  static let array = TypeSet(rawValue: 32)
  static let object = TypeSet(rawValue: 64)

  private static let named: [(String, TypeSet)] = [
    ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number), ("string", .string),
    ("array", .array), ("object", .object),
  ]

  /// The type of a name of JSON Schema.
  init?(name: String) {
    guard let (_, type) = Self.named.first(where: { $0.0 == name }) else { return nil }
    self = type
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The names of the types.
  var names: [String] { Self.named.filter { contains($0.1) }.map(\.0) }

  /// Whether a value has one of the types; a number without fraction is an integer, `1.0` included.
  func allows(_ value: JSONValue) -> Bool {
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
