import HTTP
import JSON

/// The ways in which a secret is written in requests, answers and logs.
enum SecretForms {
  /// The secret itself first, then its escaped forms where they differ; each has a variable of its own, as a shell line
  /// needs the bytes of that form.
  static func all(of secret: String, variable: String) -> [SecretMatcher.Form] {
    let encoded = URLBuilder.encoded(secret)
    let json = escaped(secret)
    let candidates =
      [
        (secret, ""), (encoded, "_URLENCODED"), (lowercasedEscapes(encoded), "_URLENCODED_LOWER"),
        (encoded.replacing("%20", with: "+"), "_FORM"), (json, "_JSON"),
        (json.replacing("/", with: "\\/"), "_JSON_SLASHES"), (asciiOnly(json), "_JSON_ASCII"),
      ] + DerivedForms.all(of: secret)
    var seen: Set<String> = []
    return candidates.filter { seen.insert($0.0).inserted }.map { text, suffix in
      SecretMatcher.Form(bytes: Array(text.utf8), variable: variable + suffix)
    }
  }

  /// The inside of the JSON string.
  private static func escaped(_ text: String) -> String {
    String(JSONValue.string(text).serialized().dropFirst().dropLast())
  }

  /// Escapes as some libraries write them: `%2f` for `%2F`.
  private static func lowercasedEscapes(_ text: String) -> String {
    var digits = 0
    return String(
      text.map { character in
        if character == "%" {
          digits = 2
        } else if digits > 0 {
          digits -= 1
          return Character(character.lowercased())
        }
        return character
      })
  }

  /// Escapes as libraries write them that keep to ASCII: `\u00e4` for `ä`.
  private static func asciiOnly(_ text: String) -> String {
    text.utf16.map { unit in
      guard unit >= 0x80 else { return String(UnicodeScalar(UInt8(unit))) }
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
