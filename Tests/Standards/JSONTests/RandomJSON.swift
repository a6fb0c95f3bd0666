import JSON
import SeededRandomness

/// Arbitrary values, with a taste for the corners of the grammar.
struct RandomJSON {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func value(depth: Int = 0) -> JSONValue {
    switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2, 3: return number().map { .number($0) } ?? .null
    case 4: return .string(text())
    case 5: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in value(depth: depth + 1) })
    default:
      let count = Int.random(in: 0...(depth == 0 ? 30 : 5), using: &random)
      return .object(JSONObject((0..<count).map { _ in (text(), value(depth: depth + 1)) }))
    }
  }

  mutating func text() -> String {
    let pieces = [
      "a", "key", "\"", "\\", "/", "~", "~1", "\n", "\u{0}", "\u{1f}", "\u{7f}", "\u{e9}", "e\u{301}", "\u{20ac}",
      "\u{1f600}", "\u{ffff}", "\u{10ffff}", "a long run without anything special in it", "%", "#", " ", "0", "10",
    ]
    return (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  mutating func number() -> JSONNumber? {
    let digits = ["0", "7", "10", "12", "99", "123456789", "9007199254740993", "100000000000000000000001"]
    let fractions = ["", ".0", ".5", ".250", ".000001", ".1234567890123456789"]
    let exponents = ["", "", "", "e0", "E+3", "e-3", "e20", "e-400", "e400", "e999999999"]
    let sign = Bool.random(using: &random) ? "-" : ""
    let lexeme = sign + (digits.randomElement(using: &random) ?? "") + (fractions.randomElement(using: &random) ?? "")
    return JSONNumber(lexeme: lexeme + (exponents.randomElement(using: &random) ?? ""))
  }

  /// The same value in another spelling: more zeros, or the point moved by the exponent.
  mutating func respelled(_ number: JSONNumber) -> JSONNumber? {
    let parts = number.lexeme.lowercased().split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = String(parts[0])
    let hasPoint = mantissa.contains(".")
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return JSONNumber(lexeme: mantissa + (hasPoint ? "00" : ".00") + "e\(exponent)")
    case 1:
      return JSONNumber(
        lexeme: hasPoint
          ? number.lexeme
          : (mantissa.hasSuffix("-0") || mantissa == "0" ? mantissa : mantissa + "000") + "e\(exponent - 3)")
    default: return JSONNumber(lexeme: mantissa + "E\(exponent < 0 ? "-" : "+")00\(abs(exponent))")
    }
  }
}
