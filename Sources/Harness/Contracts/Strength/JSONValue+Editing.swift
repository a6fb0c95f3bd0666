import JSON

extension JSONValue {
  /// The value with one part of it replaced, or taken away where the edit answers nil.
  func editing(_ path: ArraySlice<String>, _ edit: (JSONValue) -> JSONValue?) -> JSONValue? {
    guard let token = path.first else { return edit(self) }
    switch self {
    case .object(var object):
      guard let member = object[token] else { return self }
      object[token] = member.editing(path.dropFirst(), edit)
      return .object(object)
    case .array(var items):
      guard let index = Int(token), items.indices.contains(index) else { return self }
      if let item = items[index].editing(path.dropFirst(), edit) {
        items[index] = item
      } else {
        items.remove(at: index)
      }
      return .array(items)
    default: return self
    }
  }
}

extension JSONObject {
  /// The object with another name for a member, in its place.
  func renaming(_ name: String, to other: String) -> JSONObject {
    JSONObject(map { ($0.key == name ? other : $0.key, $0.value) })
  }
}
