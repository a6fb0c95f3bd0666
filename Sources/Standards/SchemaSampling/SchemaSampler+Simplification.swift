package import JSON
import JSONSchema

extension SchemaSampler {
  /// Simpler values of the same kind, simplest first: valid ones for a valid value, and for others those that break the
  /// same keywords; pinned places stay as they are.
  package func simplifications(of value: JSONValue) -> [JSONValue] {
    let broken = faults(of: value)
    var seen: Set<JSONValue> = [value]
    return Self.candidates(value, depth: 0).prefix(Self.limit).filter { candidate in
      guard seen.insert(candidate).inserted, isUntouched(candidate, value) else { return false }
      return faults(of: candidate) == broken
    }
  }

  /// What is wrong with a value: which keywords of which schemas, and what each demands.
  private func faults(of value: JSONValue) -> [String] {
    schema.validate(value).map { "\($0.schemaURI)#\($0.schema) \($0.expected?.serialized() ?? "")" }.sorted()
  }

  private static let limit = 300

  private func isUntouched(_ candidate: JSONValue, _ value: JSONValue) -> Bool {
    pinned.keys.allSatisfy { candidate.value(at: $0) == value.value(at: $0) }
  }

  private static func candidates(_ value: JSONValue, depth: Int) -> [JSONValue] {
    guard depth < 8 else { return [] }
    switch value {
    case .null, .bool(false): return []
    case .bool(true): return [false]
    case .number(let number): return numbers(number)
    case .string(let text): return texts(text).map { .string($0) }
    case .array(let elements):
      var candidates: [JSONValue] =
        elements.isEmpty ? [] : [.array([]), .array(Array(elements.prefix(elements.count / 2)))]
      for index in elements.indices {
        var fewer = elements
        fewer.remove(at: index)
        candidates.append(.array(fewer))
      }
      for index in elements.indices {
        for simpler in self.candidates(elements[index], depth: depth + 1) {
          var changed = elements
          changed[index] = simpler
          candidates.append(.array(changed))
        }
      }
      return candidates
    case .object(let object):
      var candidates = object.keys.map { value.removing($0) }
      for member in object {
        for simpler in self.candidates(member.value, depth: depth + 1) {
          var changed = object
          changed[member.key] = simpler
          candidates.append(.object(changed))
        }
      }
      return candidates
    }
  }

  private static func numbers(_ number: JSONNumber) -> [JSONValue] {
    var candidates = [JSONNumber(0), JSONNumber(1)]
    if let whole = number.int64 {
      candidates += [JSONNumber(Int(whole / 2)), JSONNumber(Int(whole - whole.signum()))]
    } else if abs(number.double) < 9e15 {
      candidates.append(JSONNumber(Int(number.double)))
    }
    return candidates.filter { $0 != number }.map { .number($0) }
  }

  /// Shorter texts first, then plainer ones of the same length.
  private static func texts(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    let count = text.count
    var candidates = ["", String(text.prefix(1)), String(text.prefix(count / 2)), String(text.suffix(count / 2))]
    candidates += [String(text.dropFirst()), String(text.dropLast())]
    let plain = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "a" })
    candidates += [plain, String(repeating: "a", count: count)]
    return candidates.filter { $0 != text && $0.count <= count }
  }
}
