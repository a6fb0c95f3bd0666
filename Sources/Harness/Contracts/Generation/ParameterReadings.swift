import JSON
import JSONSchema
import OpenAPI

/// What a parameter's text can mean to a service, which sees no types.
///
/// `5` may be a number or a text, `a,b` a text or a list. A value breaks a constraint only when all readings of its text
/// do; and only what can be told apart from absence is worth sending.
struct ParameterReadings {
  private let parameter: Parameter
  private let value: JSONValue

  /// Takes a value that is to be sent.
  init(of value: JSONValue, for parameter: Parameter) {
    self.value = value
    self.parameter = parameter
  }

  /// Whether a value can be sent, and no reading of its text is allowed.
  static func isViolation(_ value: JSONValue, of parameter: Parameter, in api: ServiceAPI) -> Bool {
    guard let schema = (parameter.schema ?? parameter.content?.schema).flatMap(api.schema) else { return false }
    let readings = ParameterReadings(of: value, for: parameter)
    return readings.isSendable && !readings.all.contains(where: schema.isValid)
  }

  /// Whether the value can be sent, and arrives as something.
  var isSendable: Bool {
    if parameter.content != nil { return true }
    switch value {
    case .null: return false
    case .string(let text): return isSendable(text)
    case .bool, .number: return true
    case .array(let elements):
      return !elements.isEmpty && elements.allSatisfy { Self.isScalar($0) && isSendable(ParameterText.text($0)) }
    case .object(let object):
      return !object.isEmpty
        && object.allSatisfy { Self.isScalar($0.value) && isSendable(ParameterText.text($0.value)) }
    }
  }

  private func isSendable(_ text: String) -> Bool {
    switch parameter.location {
    case .path: !text.isEmpty && !text.contains("/")
    case .query: !text.isEmpty || parameter.allowEmptyValue
    // A field value is visible ASCII, and white space around it is not part of it (RFC 9110 section 5.5).
    case .header, .cookie:
      !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.first != " " && text.last != " "
    }
  }

  /// Every value that the text can be read as.
  var all: [JSONValue] {
    if parameter.content != nil { return [value] }
    switch value {
    case .null: return [.null]
    case .bool, .number, .string:
      let scalars = Self.scalars(ParameterText.text(value))
      return scalars + scalars.map { .array([$0]) }
    case .array(let elements):
      let texts = elements.map(ParameterText.text)
      let lists: [JSONValue] = [.array(texts.map { Self.scalars($0)[0] }), .array(texts.map { .string($0) })]
      return elements.count == 1 ? lists + Self.scalars(texts[0]) : lists
    case .object(let object):
      let typed = object.map { ($0.key, Self.scalars(ParameterText.text($0.value))[0]) }
      let plain = object.map { ($0.key, JSONValue.string(ParameterText.text($0.value))) }
      return [.object(JSONObject(typed)), .object(JSONObject(plain))]
    }
  }

  private static func isScalar(_ value: JSONValue) -> Bool {
    switch value {
    case .bool, .number, .string: true
    case .null, .array, .object: false
    }
  }

  private static func scalars(_ text: String) -> [JSONValue] {
    if let number = JSONNumber(lexeme: text) { return [.number(number), .string(text)] }
    if text == "true" || text == "false" { return [.bool(text == "true"), .string(text)] }
    return [.string(text)]
  }
}
