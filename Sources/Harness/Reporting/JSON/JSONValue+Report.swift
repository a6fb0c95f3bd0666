import JSON

extension JSONValue {
  /// The text, or null where there is none.
  init(_ text: String?) { self = text.map { .string($0) } ?? .null }

  /// A whole number.
  init(_ number: Int) { self = .number(JSONNumber(number)) }
}

extension Duration {
  /// Milliseconds, with microseconds as decimals.
  var json: JSONValue {
    let (seconds, attoseconds) = components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    let fraction = String(microseconds % 1000)
    let lexeme = "\(microseconds / 1000).\(String(repeating: "0", count: max(0, 3 - fraction.count)))\(fraction)"
    return JSONNumber(lexeme: lexeme).map { .number($0) } ?? .null
  }
}
