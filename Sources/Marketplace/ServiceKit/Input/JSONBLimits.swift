internal import JSON

/// What PostgreSQL's JSONB cannot hold although it is JSON: U+0000 in strings, and numbers beyond `numeric`.
///
/// PostgreSQL 15, "JSON Types": `\u0000` is rejected, and numbers outside the range of `numeric` too. Refusing them
/// at the edge turns an internal error into an answer that names the value.
enum JSONBLimits {
  /// PostgreSQL's `numeric` holds far more; nobody needs it, and the text of 1e100000 would be 100 kB.
  static let maximumExponent = 300
  static let maximumDigits = 1000

  static func violations(in value: JSONValue, at pointer: JSONPointer) -> [(JSONPointer, String)] {
    switch value {
    case .null, .bool: []
    case .number(let number): isTooLarge(number) ? [(pointer, "is a number too long or too large to store")] : []
    case .string(let text): text.utf8.contains(0) ? [(pointer, "must not contain NUL")] : []
    case .array(let elements):
      elements.enumerated().flatMap { violations(in: $1, at: pointer.appending($0)) }
    case .object(let object):
      object.flatMap { member in
        member.key.utf8.contains(0)
          ? [(pointer, "must not have NUL in a name")]
          : violations(in: member.value, at: pointer.appending(member.key))
      }
    }
  }

  private static func isTooLarge(_ number: JSONNumber) -> Bool {
    let lexeme = number.lexeme.utf8
    guard lexeme.count <= maximumDigits else { return true }
    guard let mark = lexeme.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else {
      return false
    }
    let exponent = Int(String(decoding: lexeme[lexeme.index(after: mark)...], as: UTF8.self))
    return exponent.map { $0.magnitude > maximumExponent } ?? true
  }
}
