import JSON
import YAMLSource

extension JSONObject {
  /// Members in this order, without those that have no value.
  init(present members: KeyValuePairs<String, JSONValue?>) {
    self.init(present: members.map { ($0.key, $0.value) })
  }

  /// Members in this order, without those that have no value.
  init(present members: [(String, JSONValue?)]) {
    self.init(members.compactMap { name, value in value.map { (name, $0) } })
  }
}

extension JSONValue {
  /// The text, or nothing where there is none.
  static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }

  /// Where something is written down: `file:line:column`.
  static func place(_ location: SourceLocation?) -> JSONValue? { location.map { .string($0.description) } }

  /// A whole number.
  static func whole(_ number: Int) -> JSONValue { .number(JSONNumber(number)) }

  /// Milliseconds, with microseconds as decimals; never negative.
  static func duration(_ duration: Duration) -> JSONValue {
    let (seconds, attoseconds) = max(.zero, duration).components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    let fraction = String(microseconds % 1000)
    let lexeme = "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    // Digits, a point and three digits are a number by RFC 8259 section 6.
    return JSONNumber(lexeme: lexeme).map { .number($0) } ?? .null
  }

  /// Milliseconds, or nothing where there is no duration.
  static func duration(_ duration: Duration?) -> JSONValue? {
    guard let duration else { return .none }
    return .duration(duration) as JSONValue
  }
}
