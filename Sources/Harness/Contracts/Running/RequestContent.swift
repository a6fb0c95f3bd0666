import HTTP
import JSON
import OpenAPI

/// The body of a request while it is made: a value and the content type that it is written in.
struct RequestContent {
  let contentType: String
  /// What is written so far.
  private(set) var value: JSONValue

  /// Takes a payload.
  ///
  /// A text for JSON that begins like an object or array is that object or array, as in the examples of Arazzo 1.0.1
  /// ("Request Body Object"); one that cannot be read is sent as it is, since a suite may want to see it refused.
  init(_ payload: JSONValue, contentType: String) {
    self.contentType = contentType
    value = payload
  }

  private var isJSON: Bool {
    let essence = MediaType.essence(contentType)
    return essence == "application/json" || essence.hasSuffix("+json") || essence == "text/json"
  }

  /// The payload where it is JSON text.
  private var jsonText: String? {
    guard isJSON, let text = value.stringValue, let first = text.first(where: { !$0.isWhitespace }),
      first == "{" || first == "["
    else { return nil }
    return text
  }

  /// The body as it is sent: JSON, a form, or text as it is.
  var body: MessageBody {
    if let text = jsonText { return MessageBody(Array(text.utf8)) }
    if isJSON { return MessageBody(value.utf8(.compact), json: value) }
    if MediaType.essence(contentType) == "application/x-www-form-urlencoded", let object = value.objectValue {
      let pairs = object.map { "\(URLBuilder.encoded($0.key))=\(URLBuilder.encoded(ParameterText.text($0.value)))" }
      return MessageBody(Array(pairs.joined(separator: "&").utf8))
    }
    if let text = value.stringValue { return MessageBody(Array(text.utf8)) }
    return MessageBody(value.utf8(.compact), json: value)
  }

  /// Whether the payload has something at a place.
  func has(_ pointer: JSONPointer) -> Bool { value.value(at: pointer) != nil }

  /// Sets the value at a place; false when the payload has no such place.
  mutating func replace(_ pointer: JSONPointer, with new: JSONValue) -> Bool {
    if let text = jsonText, let parsed = try? JSONValue(parsing: text) { value = parsed }
    guard let changed = value.setting(new, at: pointer.tokens[...]) else { return false }
    value = changed
    return true
  }
}

extension JSONValue {
  /// The value with another one at a place: missing members are added, `-` appends to an array; nil where the way leads
  /// through something that has no members, or past the end of an array.
  fileprivate func setting(_ new: JSONValue, at path: ArraySlice<String>) -> JSONValue? {
    guard let token = path.first else { return new }
    let rest = path.dropFirst()
    switch self {
    case .object(var object):
      guard let changed = (object[token] ?? .object(JSONObject())).setting(new, at: rest) else { return nil }
      object[token] = changed
      return .object(object)
    case .array(var elements):
      if token == "-" {
        guard let element = JSONValue.object(JSONObject()).setting(new, at: rest) else { return nil }
        return .array(elements + [element])
      }
      guard let index = Int(token), elements.indices.contains(index),
        let changed = elements[index].setting(new, at: rest)
      else { return nil }
      elements[index] = changed
      return .array(elements)
    case .null, .bool, .number, .string: return nil
    }
  }
}
