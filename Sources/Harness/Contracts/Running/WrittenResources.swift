import JSON
import RunModel

/// The resources that an exchange wrote, as far as its path and its answer name them.
struct WrittenResources {
  let method: String
  /// Path template of the operation.
  let path: String
  /// Values of its variables.
  let parameters: [String: String]
  let status: Int
  let location: String?
  /// The answer, if it is JSON.
  let answer: JSONValue?

  /// Methods that write (RFC 9110 section 9.2.1: all others are safe).
  private static let methods: Set<String> = ["POST", "PUT", "PATCH", "DELETE"]
  /// Elements of a list in an answer that are looked at.
  private static let elementLimit = 200

  /// Names and ids; empty when the request wrote nothing.
  var all: [(name: String, id: String)] {
    guard Self.methods.contains(method), (200..<300).contains(status) else { return [] }
    var resources = named
    guard let collection else { return resources }
    if let answer { Self.read(answer, as: collection, depth: 0, into: &resources) }
    if let id = location?.split(separator: "?").first?.split(separator: "/").last {
      resources.append((collection, String(id)))
    }
    return resources
  }

  private var segments: [Substring] { path.split(separator: "/") }

  /// What the path names: `/orders/{id}/items/{item}` names an order and an item.
  private var named: [(name: String, id: String)] {
    zip(segments, segments.dropFirst()).compactMap { word, variable in
      guard !Self.isVariable(word), Self.isVariable(variable),
        let id = parameters[String(variable.dropFirst().dropLast())]
      else { return nil }
      return (String(word), id)
    }
  }

  /// The last word of the path, which says what the answer is about.
  private var collection: String? { segments.last { !Self.isVariable($0) }.map(String.init) }

  private static func isVariable(_ segment: Substring) -> Bool { segment.hasPrefix("{") && segment.hasSuffix("}") }

  /// Ids of an object and of the lists in it: `{"id": 5, "items": [{"id": 7}]}` holds that of an item as well.
  private static func read(
    _ json: JSONValue, as name: String, depth: Int, into resources: inout [(name: String, id: String)]
  ) {
    guard depth < 3 else { return }
    if let elements = json.arrayValue {
      for element in elements.prefix(elementLimit) { read(element, as: name, depth: depth + 1, into: &resources) }
      return
    }
    guard let object = json.objectValue else { return }
    let own = WriteJournal.words(of: name)
    for entry in object {
      let (member, value) = (entry.key, entry.value)
      if let id = text(value), let resource = WriteJournal.resource(of: member, in: name),
        resource.suffix(1) == own.suffix(1)
      {
        resources.append((name, id))
      } else if value.arrayValue != nil {
        // A list is one of parts, such as the items of an order.
        read(value, as: member, depth: depth + 1, into: &resources)
      } else if value.objectValue != nil, WriteJournal.words(of: member).suffix(1) == own.suffix(1) {
        // Other objects are only shown with the answer, such as the buyer.
        read(value, as: name, depth: depth + 1, into: &resources)
      }
    }
  }

  /// A value that can be an id.
  private static func text(_ value: JSONValue) -> String? {
    value.stringValue ?? value.numberValue?.int64.map { String($0) }
  }
}
