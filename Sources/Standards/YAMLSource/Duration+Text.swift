extension Duration {
  /// Reads a whole number with one of the units `ms`, `s`, `m`, `h`, `d`, such as `250ms`; nil for anything else.
  package init?(_ text: String) {
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty, digits.count <= 12, let value = Int64(digits) else { return nil }
    switch text.dropFirst(digits.count) {
    case "ms": self = .milliseconds(value)
    case "s": self = .seconds(value)
    case "m": self = .seconds(value * 60)
    case "h": self = .seconds(value * 3600)
    case "d": self = .seconds(value * 86400)
    default: return nil
    }
  }
}
