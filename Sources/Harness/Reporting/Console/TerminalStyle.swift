/// Colours for a terminal, or none.
package struct TerminalStyle: Sendable {
  /// Whether escape sequences are written at all.
  package let isColoured: Bool

  /// Writes colours or plain text.
  package init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  /// Decides as terminals' users expect: `--color`, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb, then the stream.
  ///
  /// Sources: <https://no-color.org> and <https://bixense.com/clicolors>.
  package init(preference: Bool?, environment: [String: String], isTerminal: Bool) {
    isColoured =
      if let preference {
        preference
      } else if environment["NO_COLOR"]?.isEmpty == false {
        false
      } else if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" {
        true
      } else {
        isTerminal && environment["TERM"] != "dumb"
      }
  }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func quiet(_ text: String) -> String { wrap(text, "2") }
  func good(_ text: String) -> String { wrap(text, "32") }
  func bad(_ text: String) -> String { wrap(text, "31") }
  func open(_ text: String) -> String { wrap(text, "33") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Text from outside without anything that a terminal would obey.
  static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}": result.unicodeScalars.append(Unicode.Scalar(scalar.value + 0x2400) ?? "?")
      case "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
