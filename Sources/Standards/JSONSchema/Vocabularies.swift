import JSON

/// Which keywords a dialect has, by the vocabularies of its metaschema (core section 8.1).
struct Vocabularies: Sendable {
  var applicator = true
  var unevaluated = true
  var validation = true
  var formatAssertion = false

  /// The keywords of draft 2020-12.
  static let standard = Vocabularies()

  private static let prefix = "https://json-schema.org/draft/2020-12/vocab/"
  private static let known: Set<String> = [
    "core", "applicator", "unevaluated", "validation", "format-annotation", "format-assertion", "meta-data", "content",
  ]

  private init() {}

  /// The keywords that a metaschema's `$vocabulary` asks for.
  ///
  /// Vocabularies other than those of 2020-12 are passed over where the metaschema lets them be; nil when it does not
  /// and names the unknown one in `unknown`.
  init?(_ vocabulary: JSONObject, unknown: inout String) {
    var names: Set<String> = []
    for member in vocabulary {
      let name = member.key.hasPrefix(Self.prefix) ? String(member.key.dropFirst(Self.prefix.count)) : ""
      if Self.known.contains(name) {
        names.insert(name)
      } else if member.value.boolValue == true {
        unknown = member.key
        return nil
      }
    }
    applicator = names.contains("applicator")
    unevaluated = names.contains("unevaluated")
    validation = names.contains("validation")
    formatAssertion = names.contains("format-assertion")
  }
}
