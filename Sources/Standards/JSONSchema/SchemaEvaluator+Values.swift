import JSON

extension SchemaEvaluator {
  /// Keywords that look at a value without other schemas (validation section 6).
  mutating func check(_ keyword: Keyword, of node: SchemaNode, _ instance: JSONValue) -> Bool {
    switch (keyword, instance) {
    case (.type(let types), _):
      if types.allows(instance) { return true }
      let names = types.names
      report(
        node, "type", "Expected \(Wording.alternatives(names)), found \(Wording.brief(instance)).",
        expected: names.count == 1 ? .string(names[0]) : .array(names.map { .string($0) }), actual: instance)
    case (.constant(let value), _):
      if instance == value { return true }
      report(
        node, "const", "Expected \(Wording.brief(value)), found \(Wording.brief(instance)).", expected: value,
        actual: instance)
    case (.enumeration(let values), _):
      if values.contains(instance) { return true }
      report(
        node, "enum",
        "Expected \(Wording.alternatives(values.map(Wording.brief))), found \(Wording.brief(instance)).",
        expected: .array(values), actual: instance)
    case (_, .number(let number)): return check(keyword, of: node, number: number)
    case (_, .string(let text)): return check(keyword, of: node, text: text)
    default: return true
    }
    return false
  }

  private mutating func check(_ keyword: Keyword, of node: SchemaNode, number: JSONNumber) -> Bool {
    let name: String
    let bound: JSONNumber
    let demand: String
    switch keyword {
    case .multipleOf(let divisor):
      if number.isMultiple(of: divisor) { return true }
      (name, bound, demand) = ("multipleOf", divisor, "a multiple of")
    case .maximum(let maximum):
      if number <= maximum { return true }
      (name, bound, demand) = ("maximum", maximum, "at most")
    case .exclusiveMaximum(let maximum):
      if number < maximum { return true }
      (name, bound, demand) = ("exclusiveMaximum", maximum, "less than")
    case .minimum(let minimum):
      if number >= minimum { return true }
      (name, bound, demand) = ("minimum", minimum, "at least")
    case .exclusiveMinimum(let minimum):
      if number > minimum { return true }
      (name, bound, demand) = ("exclusiveMinimum", minimum, "more than")
    default: return true
    }
    report(
      node, name, "Expected \(demand) \(bound), found \(Wording.brief(.number(number))).", expected: .number(bound),
      actual: .number(number))
    return false
  }

  private mutating func check(_ keyword: Keyword, of node: SchemaNode, text: String) -> Bool {
    switch keyword {
    case .maxLength(let maximum):
      // A code point takes one to four bytes, so most texts need not be counted.
      if text.utf8.count <= maximum { return true }
      let count = text.unicodeScalars.count
      if count <= maximum { return true }
      report(
        node, "maxLength", "Expected at most \(Wording.count(maximum, "character")), found \(count).",
        expected: .number(JSONNumber(maximum)), actual: .string(text))
    case .minLength(let minimum):
      let count = text.unicodeScalars.count
      if count >= minimum { return true }
      report(
        node, "minLength", "Expected at least \(Wording.count(minimum, "character")), found \(count).",
        expected: .number(JSONNumber(minimum)), actual: .string(text))
    case .pattern(let source, let pattern):
      guard let isMatch = match(pattern, text, of: node, "pattern") else { return false }
      if isMatch { return true }
      report(
        node, "pattern", "\(Wording.brief(.string(text))) does not match the pattern \(source).",
        expected: .string(source), actual: .string(text))
    case .format(let format):
      if format.matches(text) { return true }
      report(
        node, "format", "\(Wording.brief(.string(text))) is not \(format.description).",
        expected: .string(format.name), actual: .string(text))
    default: return true
    }
    return false
  }

  /// Whether a pattern matches; nil, and no verdict for the whole value, when it takes too long.
  mutating func match(
    _ pattern: any CompiledPattern, _ text: String, of node: SchemaNode, _ keyword: String
  ) -> Bool? {
    do {
      return try pattern.firstMatch(in: text)
    } catch {
      giveUp(node, keyword, "The value could not be checked: \(error).")
      return nil
    }
  }
}
