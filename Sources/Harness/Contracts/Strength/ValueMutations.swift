import JSON
import RFC3339

/// What can be wrong with one value, whatever it is for.
enum ValueMutations {
  /// The value with a defect, by the defect; none that would leave it as it is.
  static func of(_ value: JSONValue) -> [(MutationOperator, JSONValue)] {
    switch value {
    case .null: return [(.retype, "null")]
    case .bool(let flag): return [(.flipBoolean, .bool(!flag)), (.null, .null), (.retype, .string("\(flag)"))]
    case .number(let number):
      var all: [(MutationOperator, JSONValue)] = [(.null, .null), (.retype, .string(number.description))]
      if let shifted = shifted(number.description), let value = JSONNumber(lexeme: shifted) {
        all.append((.shiftNumber, .number(value)))
      }
      if number.double != 0, let value = JSONNumber(lexeme: negated(number.description)) {
        all.append((.negateNumber, .number(value)))
      }
      return all
    case .string(let text): return [(.null, .null), (.retype, ["text"])] + ofText(text)
    case .array(let items): return [(.null, .null), (.retype, .object(JSONObject()))] + ofList(items)
    case .object(var object):
      object["concordUndocumented"] = true
      return [(.null, .null), (.retype, [value]), (.extend, .object(object))]
    }
  }

  private static func ofText(_ text: String) -> [(MutationOperator, JSONValue)] {
    guard !text.isEmpty else { return [(.alterText, "x")] }
    if RFC3339Grammar.isDateTime(text) || RFC3339Grammar.isDate(text), let year = Int(text.prefix(4)) {
      // Four years keep the 29th of February.
      return [(.emptyText, ""), (.shiftTime, .string("\(year + 4)\(text.dropFirst(4))"))]
    }
    var all: [(MutationOperator, JSONValue)] = [(.emptyText, "")]
    if isDecimal(text), let shifted = shifted(text) {
      all.append((.shiftNumber, .string(shifted)))
      if text.contains(where: { ("1"..."9").contains($0) }) { all.append((.negateNumber, .string(negated(text)))) }
      return all
    }
    all.append((.alterText, .string(altered(text))))
    let recased = recased(text)
    if recased != text { all.append((.recaseText, .string(recased))) }
    return all
  }

  /// A header's value with a defect.
  static func ofHeader(_ value: String) -> String? {
    isDecimal(value) ? shifted(value) : altered(value)
  }

  private static func ofList(_ items: [JSONValue]) -> [(MutationOperator, JSONValue)] {
    guard let first = items.first else { return [] }
    var all: [(MutationOperator, JSONValue)] = [
      (.emptyList, []), (.duplicateItem, .array([first] + items)),
    ]
    if items.count > 1 {
      all.append((.dropItem, .array(Array(items.dropLast()))))
      let reversed = Array(items.reversed())
      if reversed != items { all.append((.reverseItems, .array(reversed))) }
    }
    return all
  }

  // MARK: Texts

  private static func isDecimal(_ text: String) -> Bool {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
  }

  /// The decimal number with its last digit greater by one, counted away from zero; nil for one with an exponent.
  static func shifted(_ decimal: String) -> String? {
    guard isDecimal(decimal) else { return nil }
    var digits = Array(decimal.utf8)
    for index in digits.indices.reversed() where (0x30...0x39).contains(digits[index]) {
      guard digits[index] == 0x39 else {
        digits[index] += 1
        return String(decoding: digits, as: UTF8.self)
      }
      digits[index] = 0x30
    }
    digits.insert(0x31, at: digits.first == UInt8(ascii: "-") ? 1 : 0)
    return String(decoding: digits, as: UTF8.self)
  }

  private static func negated(_ decimal: String) -> String {
    decimal.hasPrefix("-") ? String(decimal.dropFirst()) : "-\(decimal)"
  }

  /// The text with another letter or digit in its last place that has one, so that its shape stays.
  private static func altered(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for index in bytes.indices.reversed() {
      switch bytes[index] {
      case UInt8(ascii: "z"): bytes[index] = UInt8(ascii: "a")
      case UInt8(ascii: "Z"): bytes[index] = UInt8(ascii: "A")
      case UInt8(ascii: "9"): bytes[index] = UInt8(ascii: "0")
      case UInt8(ascii: "a")..<UInt8(ascii: "z"), UInt8(ascii: "A")..<UInt8(ascii: "Z"),
        UInt8(ascii: "0")..<UInt8(ascii: "9"):
        bytes[index] += 1
      default: continue
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    return text + "x"
  }

  static func recased(_ text: String) -> String {
    let upper = text.uppercased()
    return upper == text ? text.lowercased() : upper
  }
}
