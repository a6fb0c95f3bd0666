import JSON

extension JSONValue {
  /// The value with another one at a place: missing members are added, and one item more at the end of an array; nil
  /// where the way leads through something that has no members.
  func replacing(_ path: ArraySlice<String>, with new: JSONValue) -> JSONValue? {
    guard let token = path.first else { return new }
    let rest = path.dropFirst()
    switch self {
    case .object(var object):
      guard let old = object[token] else {
        guard rest.isEmpty else { return nil }
        object[token] = new
        return .object(object)
      }
      guard let changed = old.replacing(rest, with: new) else { return nil }
      object[token] = changed
      return .object(object)
    case .array(var elements):
      guard let index = Int(token), index <= elements.count else { return nil }
      if index == elements.count {
        guard rest.isEmpty else { return .none }
        return .some(.array(elements + [new]))
      }
      guard let changed = elements[index].replacing(rest, with: new) else { return nil }
      elements[index] = changed
      return .array(elements)
    case .null, .bool, .number, .string: return nil
    }
  }

  /// The value with another one at a place.
  func replacing(_ place: JSONPointer, with new: JSONValue) -> JSONValue? { replacing(place.tokens[...], with: new) }

  /// The object without a member.
  func removing(_ name: String) -> JSONValue {
    guard case .object(var object) = self else { return self }
    _ = object.removeValue(forKey: name)
    return .object(object)
  }
}
