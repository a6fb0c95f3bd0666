import JSON

/// Values as a report shows them: one line, bounded.
///
/// What is cut here ends in an ellipsis, by which ``SecretCatalog`` recognises the beginning of a secret.
enum DisplayText {
  private static let limit = 200

  /// A JSON value, cut when it is long.
  static func short(_ value: JSONValue) -> String {
    let text = value.serialized()
    // Counting bytes first spares long texts the walk over their characters.
    guard text.utf8.count > limit, text.count > limit else { return text }
    return "\(text.prefix(limit))…"
  }

  /// A duration in whole milliseconds.
  static func milliseconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    return "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000) ms"
  }
}
