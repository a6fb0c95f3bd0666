import JSON
import JSONSchema

extension SchemaSampler {
  /// Values that break exactly one constraint, those of all places taking turns.
  package func violations() -> [Sample] {
    guard let base = fullest() else { return [] }
    return Self.distinct(Self.inTurns(walker.places(of: base).map { violations(at: $0, in: base) }))
  }

  /// The constraints of one place, each broken.
  func violations(at place: Place, in base: JSONValue) -> [Sample] {
    guard let value = base.value(at: place.pointer) else { return [] }
    var broken: Set<String> = []
    return candidates(of: place, value).compactMap { candidate in
      // Of several ways to break a constraint, the first that breaks nothing else.
      guard !broken.contains(candidate.words), let sample = proved(candidate, at: place, in: base) else { return nil }
      broken.insert(candidate.words)
      return sample
    }
  }

  func proved(_ candidate: Candidate, at place: Place, in base: JSONValue) -> Sample? {
    guard let whole = base.replacing(place.pointer, with: candidate.value) else { return nil }
    let violations = schema.validate(whole)
    guard let own = violations.first(where: { $0.keyword == candidate.keyword && isAt(place, $0) }) else { return nil }
    guard violations.allSatisfy({ isCompanion($0, of: candidate.keyword) }) else { return nil }
    return Sample(
      value: whole, instance: place.pointer, keyword: candidate.keyword, schemaURI: own.schemaURI, schema: own.schema,
      description: "\(place.pointer): \(candidate.words)")
  }

  private func isAt(_ place: Place, _ violation: SchemaViolation) -> Bool {
    violation.instance == place.pointer
      || violation.instance.tokens.dropLast().elementsEqual(place.pointer.tokens)
        && violation.instance.tokens.count > place.pointer.tokens.count
  }

  /// Whether a violation is the one that is meant, or sums it up; a value of another type is in no list either.
  private func isCompanion(_ violation: SchemaViolation, of keyword: String) -> Bool {
    if violation.keyword == keyword { return true }
    switch violation.keyword {
    case "anyOf", "oneOf", "allOf", "$ref": return true
    case "enum", "const": return keyword == "type"
    case "false": return keyword == "additionalProperties" || keyword == "unevaluatedProperties"
    case "type": return keyword == "enum" || keyword == "const"
    default: return false
    }
  }

  func candidates(of place: Place, _ value: JSONValue) -> [Candidate] {
    let shape = place.shape
    var candidates = typeCandidates(of: shape)
    if let listed = shape.listed {
      let keyword = shape.origins["enum"] == nil ? "const" : "enum"
      for other in [JSONValue.string("no-such-value"), .number(JSONNumber(987_654))] where !listed.contains(other) {
        candidates.append(Candidate(other, keyword, "\(other.brief), which is not listed"))
      }
      return candidates
    }
    switch value {
    case .string: candidates += textCandidates(of: shape)
    case .number: candidates += numberCandidates(of: shape)
    case .array(let elements): candidates += arrayCandidates(of: shape, elements)
    case .object(let object): candidates += objectCandidates(of: place, object)
    case .null, .bool: break
    }
    return candidates
  }

  private func typeCandidates(of shape: Shape) -> [Candidate] {
    guard shape.origins["type"] != nil else { return [] }
    let others: [(JSONValue, String)] = [
      (.string("text"), "a text"), (.number(JSONNumber(7)), "a number"),
      (.number(JSONNumber(1.5) ?? JSONNumber(1)), "a fraction"),
      (.bool(true), "a boolean"), (.null, "null"), (.array([]), "an array"), (.object(JSONObject()), "an object"),
    ]
    return others.filter { !shape.types.allows($0.0) }.prefix(5).map {
      Candidate($0.0, "type", "\($0.1) instead of \(shape.types.words)")
    }
  }

  private func textCandidates(of shape: Shape) -> [Candidate] {
    var candidates: [Candidate] = []
    if shape.minLength > 0, shape.origins["minLength"] != nil {
      let words = "length \(shape.minLength - 1), below minLength \(shape.minLength)"
      candidates += texts(length: shape.minLength - 1, shape).map { Candidate(.string($0), "minLength", words) }
    }
    if shape.maxLength < TextBuilder.largest {
      let words = "length \(shape.maxLength + 1), above maxLength \(shape.maxLength)"
      candidates += texts(length: shape.maxLength + 1, shape).map { Candidate(.string($0), "maxLength", words) }
    }
    for pattern in shape.patterns {
      let length = min(max(shape.minLength, 4), shape.maxLength)
      let texts = ["!", " ", "-", "ü", "\u{0}", "A", "a", "0", "x y"].map { seed in
        String(repeating: seed, count: max(1, length / seed.count))
      }
      candidates += texts.filter { !self.texts.matches($0, pattern) }.map {
        Candidate(.string($0), "pattern", "a text that the pattern does not match")
      }
    }
    return candidates
  }

  /// Texts of a length: one that matches the patterns, and any.
  private func texts(length: Int, _ shape: Shape) -> [String] {
    let plain = texts.text(length: length)
    guard !shape.patterns.isEmpty, let matching = texts.text(length: length, shape) else { return [plain] }
    return [matching, plain]
  }

  private func numberCandidates(of shape: Shape) -> [Candidate] {
    let range = NumberRange(shape)
    var candidates: [Candidate] = []
    if let number = range.belowLeast, let bound = shape.minimum {
      candidates.append(
        Candidate(.number(number), shape.lowerKeyword, "\(number), below \(shape.lowerKeyword) \(bound.value)"))
    }
    if let number = range.aboveGreatest, let bound = shape.maximum {
      candidates.append(
        Candidate(.number(number), shape.upperKeyword, "\(number), above \(shape.upperKeyword) \(bound.value)"))
    }
    for divisor in shape.divisors {
      let between = (range.least?.double ?? 0) + divisor.double / 2
      let off = shape.isInteger ? range.number((range.least?.double ?? divisor.double) + 1) : JSONNumber(between)
      if let off { candidates.append(Candidate(.number(off), "multipleOf", "\(off), no multiple of \(divisor)")) }
    }
    return candidates
  }

  private func arrayCandidates(of shape: Shape, _ elements: [JSONValue]) -> [Candidate] {
    var candidates: [Candidate] = []
    if shape.minItems > 0, let few = array(elements, of: shape, count: shape.minItems - 1) {
      candidates.append(Candidate(few, "minItems", "\(shape.minItems - 1) items, below minItems \(shape.minItems)"))
    }
    if shape.maxItems < Self.largestArray, let many = array(elements, of: shape, count: shape.maxItems + 1) {
      candidates.append(Candidate(many, "maxItems", "\(shape.maxItems + 1) items, above maxItems \(shape.maxItems)"))
    }
    if shape.isUnique, shape.maxItems >= 2, let first = elements.first {
      let doubled = [first] + elements
      candidates.append(
        Candidate(
          .array(Array(doubled.prefix(max(2, min(doubled.count, shape.maxItems))))), "uniqueItems", "an item twice"))
    }
    return candidates
  }

  private func objectCandidates(of place: Place, _ object: JSONObject) -> [Candidate] {
    let shape = place.shape, whole = JSONValue.object(object)
    var candidates = shape.required.filter { object[$0] != nil }.filter { !isPinned(place.pointer.appending($0)) }.map {
      Candidate(whole.removing($0), "required", "without '\($0)'")
    }
    if let keyword = ["additionalProperties", "unevaluatedProperties"].first(where: { shape.origins[$0] != nil }) {
      var larger = object
      larger["unexpected_member"] = "value"
      candidates.append(Candidate(.object(larger), keyword, "with a member that is not known"))
    }
    if shape.minProperties > 0, object.count >= shape.minProperties {
      var smaller = whole
      for name in object.keys.reversed() where (smaller.objectValue?.count ?? 0) >= shape.minProperties {
        if !shape.required.contains(name), !isPinned(place.pointer.appending(name)) { smaller = smaller.removing(name) }
      }
      candidates.append(Candidate(smaller, "minProperties", "fewer members than minProperties \(shape.minProperties)"))
    }
    if shape.maxProperties < 200, shape.additional != nil {
      var larger = object
      for number in 0...shape.maxProperties where larger.count <= shape.maxProperties {
        larger["member\(number)"] = "value"
      }
      candidates.append(
        Candidate(.object(larger), "maxProperties", "more members than maxProperties \(shape.maxProperties)"))
    }
    return candidates
  }

  private func isPinned(_ place: JSONPointer) -> Bool { pinned.keys.contains { $0.tokens.starts(with: place.tokens) } }
}

extension TypeSet {
  /// The types for people: `string or null`.
  fileprivate var words: String { names.joined(separator: " or ") }
}
