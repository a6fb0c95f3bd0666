package import JSON
package import RFC3339

extension JSONValue {
  /// A string, or null.
  package static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

  /// An integer.
  package static func integer(_ integer: Int) -> JSONValue { .number(JSONNumber(integer)) }

  /// An integer, or null.
  package static func optionalInteger(_ integer: Int?) -> JSONValue { integer.map(JSONValue.integer) ?? .null }

  /// An instant in UTC with microseconds (RFC 3339), or null.
  package static func time(_ time: Timestamp?) -> JSONValue {
    time.map { .string($0.rfc3339Microseconds) } ?? .null
  }
}
