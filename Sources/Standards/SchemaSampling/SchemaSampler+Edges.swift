import JSON
import JSONSchema

extension SchemaSampler {
  /// Valid values, each with one constraint at its edge, those of all places taking turns.
  ///
  /// - Parameter includingSimplest: whether an edge that is the simplest value, too, is among them.
  package func edges(includingSimplest: Bool = false) -> [Sample] {
    guard let simplest = simplest(), let fullest = fullest() else { return [] }
    var columns = walker.places(of: fullest).map { place -> [Sample] in
      let base = base(simplest, with: place) ?? fullest
      return edges(at: place, in: base)
    }
    columns.insert(wholes(simplest, fullest), at: 0)
    return Self.distinct(Self.inTurns(columns), except: includingSimplest ? [] : [simplest])
  }

  /// A valid value that has a place: the simplest, grown by what leads there.
  private func base(_ simplest: JSONValue, with place: Place) -> JSONValue? {
    var value = simplest
    var builder = builder(.simplest)
    for (pointer, nodes) in place.ancestors + [(place.pointer, place.nodes)] where value.value(at: pointer) == nil {
      guard let part = builder.value(for: nodes), let grown = value.replacing(pointer, with: part) else { return nil }
      value = grown
    }
    let whole = withPinned(value)
    guard schema.isValid(whole) else { return .none }
    return .some(whole)
  }

  /// Values that differ as a whole: everything there, and each alternative.
  private func wholes(_ simplest: JSONValue, _ fullest: JSONValue) -> [Sample] {
    var samples: [Sample] = []
    if fullest != simplest {
      samples += [sample(fullest, JSONPointer(), "properties", 0, "with everything that is optional")]
    }
    let shapes = reader.shapes(of: [0])
    guard shapes.count > 1 else { return samples }
    var builder = builder(.simplest)
    for (index, shape) in shapes.enumerated() {
      guard let value = builder.value(of: shape, depth: 0) else { continue }
      let whole = withPinned(value)
      guard schema.isValid(whole) else { continue }
      samples.append(sample(whole, JSONPointer(), "anyOf", 0, "alternative \(index + 1)"))
    }
    return samples
  }

  private func edges(at place: Place, in base: JSONValue) -> [Sample] {
    guard !place.shape.isOpaque, let value = base.value(at: place.pointer) else { return [] }
    let candidates =
      edgeValues(of: place.shape, value) + memberEdges(at: place, value) + alternatives(at: place)
    return candidates.compactMap { candidate in
      guard let whole = base.replacing(place.pointer, with: candidate.value), schema.isValid(whole), isUnpinned(whole)
      else { return nil }
      return sample(
        whole, place.pointer, candidate.keyword, place.shape.origin(candidate.keyword, place), candidate.words)
    }
  }

  /// Whether the pinned values stand where they could.
  private func isUnpinned(_ whole: JSONValue) -> Bool {
    pinned.allSatisfy { place, pin in whole.value(at: place).map { $0 == pin } ?? true }
  }

  /// A value with the keyword that it is about.
  struct Candidate {
    let value: JSONValue
    let keyword: String
    let words: String

    init(_ value: JSONValue, _ keyword: String, _ words: String) {
      self.value = value
      self.keyword = keyword
      self.words = words
    }
  }

  private func edgeValues(of shape: Shape, _ value: JSONValue) -> [Candidate] {
    if let listed = shape.listed {
      return listed.prefix(20).map {
        Candidate($0, shape.origins["enum"] == nil ? "const" : "enum", "\($0.brief), one of the enum")
      }
    }
    var candidates: [Candidate] = []
    if shape.types.contains(.string) { candidates += textEdges(of: shape) }
    if shape.types.contains(.number) || shape.types.contains(.integer) { candidates += numberEdges(of: shape) }
    if shape.types.contains(.array), let elements = value.arrayValue { candidates += arrayEdges(of: shape, elements) }
    if shape.types.contains(.boolean), shape.origins["type"] != nil {
      candidates += [Candidate(true, "type", "true"), Candidate(false, "type", "false")]
    }
    if shape.types.contains(.null), shape.origins["type"] != nil {
      candidates.append(Candidate(.null, "type", "null, which is allowed"))
    }
    return candidates
  }

  private func textEdges(of shape: Shape) -> [Candidate] {
    var candidates: [Candidate] = []
    if shape.origins["minLength"] != nil, let text = texts.text(length: shape.minLength, shape) {
      candidates.append(Candidate(.string(text), "minLength", "length \(shape.minLength), the minLength"))
    }
    if shape.origins["maxLength"] != nil, let text = texts.text(length: shape.maxLength, shape) {
      candidates.append(Candidate(.string(text), "maxLength", "length \(shape.maxLength), the maxLength"))
    }
    if shape.origins["minLength"] == nil, shape.patterns.isEmpty, shape.format == nil, shape.origins["type"] != nil {
      candidates.append(Candidate("", "type", "an empty text"))
    }
    for text in FormatSamples.known[shape.format ?? ""] ?? [] where texts.fits(text, shape) {
      candidates.append(Candidate(.string(text), "format", "\(text), a \(shape.format ?? "")"))
    }
    return candidates
  }

  private func numberEdges(of shape: Shape) -> [Candidate] {
    let range = NumberRange(shape)
    var candidates: [Candidate] = []
    func add(_ number: JSONNumber?, _ keyword: String, _ words: String) {
      if let number { candidates.append(Candidate(.number(number), keyword, "\(number), \(words)")) }
    }
    add(range.least, shape.lowerKeyword, "the smallest")
    add(range.greatest, shape.upperKeyword, "the largest")
    if shape.minimum == nil, shape.maximum == nil, shape.origins["type"] != nil {
      add(JSONNumber(0), "type", "without bounds")
      add(range.number(-range.step), "type", "without bounds")
    }
    if shape.isInteger, let format = shape.format, let bits = ["int32": 31, "int64": 63][format] {
      let largest = Int(truncatingIfNeeded: (UInt64(1) << UInt64(bits)) - 1)
      if shape.maximum == nil { add(JSONNumber(largest), "format", "the largest \(format)") }
      if shape.minimum == nil { add(JSONNumber(-largest - 1), "format", "the smallest \(format)") }
    }
    return candidates
  }

  /// Items beyond which an array is not filled just to see its end.
  static let largestArray = 500

  private func arrayEdges(of shape: Shape, _ elements: [JSONValue]) -> [Candidate] {
    var candidates: [Candidate] = []
    if let fewest = array(elements, of: shape, count: shape.minItems) {
      candidates.append(Candidate(fewest, "minItems", "\(shape.minItems) items, the fewest"))
    }
    if shape.origins["maxItems"] != nil, let most = array(elements, of: shape, count: shape.maxItems) {
      candidates.append(Candidate(most, "maxItems", "\(shape.maxItems) items, the most"))
    }
    return candidates
  }

  /// The array with so many items; nil when they cannot be made.
  func array(_ elements: [JSONValue], of shape: Shape, count: Int) -> JSONValue? {
    guard count <= Self.largestArray else { return nil }
    var elements = Array(elements.prefix(count))
    var builder = builder(.simplest)
    while elements.count < count {
      guard let item = builder.item(elements, of: shape, depth: 1) else { return nil }
      elements.append(item)
    }
    return .array(elements)
  }

  /// Each further alternative of a place below the root, whose own are values as a whole.
  private func alternatives(at place: Place) -> [Candidate] {
    guard !place.pointer.tokens.isEmpty else { return [] }
    return reader.shapes(of: place.nodes).enumerated().dropFirst().compactMap { index, shape in
      var builder = builder(.simplest)
      return builder.value(of: shape, depth: 1).map { Candidate($0, "anyOf", "alternative \(index + 1)") }
    }
  }

  /// Each optional member alone.
  private func memberEdges(at place: Place, _ value: JSONValue) -> [Candidate] {
    guard let object = value.objectValue else { return [] }
    var builder = builder(.simplest)
    var candidates: [Candidate] = []
    for (name, nodes) in place.shape.members where object[name] == nil {
      guard !reader.shapes(of: nodes).contains(where: { $0.isReadOnly || $0.isOpaque }),
        let member = builder.value(for: nodes)
      else {
        continue
      }
      var object = object
      object[name] = member
      candidates.append(Candidate(.object(object), "properties", "with '\(name)'"))
    }
    return candidates
  }

  // MARK: Lists of samples

  /// A sample at a place.
  func sample(
    _ value: JSONValue, _ place: JSONPointer, _ keyword: String, _ node: Int, _ words: String
  ) -> Sample {
    let origin = schema.program.nodes[node]
    // Not every keyword that a value is about is written down, such as a bound that there is not.
    let isWritten = origin.source[keyword] != nil
    return Sample(
      value: value, instance: place, keyword: keyword, schemaURI: schema.program.documents[origin.document],
      schema: isWritten ? origin.pointer.appending(keyword) : origin.pointer, description: "\(place): \(words)")
  }

  static func inTurns(_ columns: [[Sample]]) -> [Sample] {
    let height = columns.map(\.count).max() ?? 0
    return (0..<height).flatMap { row in columns.compactMap { row < $0.count ? $0[row] : nil } }
  }

  /// The samples without those whose value came before.
  static func distinct(_ samples: [Sample], except known: [JSONValue] = []) -> [Sample] {
    var seen = Set(known)
    return samples.filter { seen.insert($0.value).inserted }
  }
}

extension Shape {
  /// The keyword that states the lower bound.
  var lowerKeyword: String { minimum?.isExclusive == true ? "exclusiveMinimum" : "minimum" }
  /// The keyword that states the upper bound.
  var upperKeyword: String { maximum?.isExclusive == true ? "exclusiveMaximum" : "maximum" }

  /// The node that states a keyword, or that of the place.
  func origin(_ keyword: String, _ place: Place) -> Int { origins[keyword] ?? place.nodes.first ?? 0 }
}

extension JSONValue {
  /// The value on one line, cut when it is long.
  var brief: String {
    let text = serialized()
    return text.count > 40 ? "\(text.prefix(40))…" : text
  }
}
