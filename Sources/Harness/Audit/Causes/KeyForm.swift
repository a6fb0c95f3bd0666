import RunModel

/// The form of a key, by which keys of one kind are told from keys of another.
enum KeyForm: Hashable, CustomStringConvertible {
  case wholeNumber
  case uuid
  case emailAddress
  /// Letters, digits and such; keys of one kind often have one length.
  case word(length: Int)
  /// Text with blanks or controls in it, or none at all.
  case other

  /// The form of a text.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
    if !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      self = .wholeNumber
    } else if Self.isUUID(bytes) {
      self = .uuid
    } else if bytes.isEmpty || bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      self = .other
    } else if let at = bytes.firstIndex(of: UInt8(ascii: "@")), at > 0, bytes[at...].contains(UInt8(ascii: ".")) {
      self = .emailAddress
    } else {
      self = .word(length: text.count)
    }
  }

  /// Eight, four, four, four and twelve hexadecimal digits, in either case (RFC 9562 §4).
  private static func isUUID(_ bytes: [UInt8]) -> Bool {
    let groups = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && groups.joined().allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
      }
  }

  var description: String {
    switch self {
    case .wholeNumber: "whole numbers"
    case .uuid: "UUIDs"
    case .emailAddress: "e-mail addresses"
    case .word(let length): "texts of \(length) characters"
    case .other: "texts with blanks in them"
    }
  }

  /// The form of one key, after "is".
  private var one: String {
    switch self {
    case .wholeNumber: "a whole number"
    case .uuid: "a UUID"
    case .emailAddress: "an e-mail address"
    case .word(let length): "a text of \(length) characters"
    case .other: "a text with blanks in it, or an empty one"
    }
  }

  /// Fewest existing keys whose common form says something.
  private static let fewest = 3

  /// A guess for a key whose form none of some existing keys has, while they have one form in common.
  static func guess(for key: String, among existing: [String]) -> KeyGuess? {
    let forms = Set(existing.map(KeyForm.init))
    let form = KeyForm(key)
    guard existing.count >= fewest, forms.count == 1, let common = forms.first, form != common else { return nil }
    return KeyGuess(kind: .wrongKind, detail: "it is \(form.one), and the keys that were looked at are \(common)")
  }
}
