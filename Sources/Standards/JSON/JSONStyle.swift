/// How a JSON text is laid out.
package enum JSONStyle: Sendable {
  /// No space between tokens; members in their order, numbers as they were written.
  case compact
  /// One member or element a line, indented by two spaces.
  case pretty
  /// Compact, members sorted by code points, numbers in their shortest spelling: equal values have equal texts.
  case canonical
}

extension JSONValue {
  /// The value as JSON text.
  package func serialized(_ style: JSONStyle = .compact) -> String {
    String(decoding: utf8(style), as: UTF8.self)
  }

  /// The value as the bytes of a JSON text.
  package func utf8(_ style: JSONStyle = .compact) -> [UInt8] {
    var writer = JSONWriter(style: style)
    writer.write(self)
    return writer.bytes
  }
}
