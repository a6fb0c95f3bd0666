/// Numbers as tables show them.
enum LoadText {
  /// One decimal, without an exponent.
  static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  static func milliseconds(_ duration: Duration) -> String { decimal(Double(duration.microseconds) / 1000) }

  /// Text at the right edge of a column.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Text at the left edge of a column.
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
