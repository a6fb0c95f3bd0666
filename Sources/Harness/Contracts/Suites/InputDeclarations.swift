import Arazzo
import JSON

/// The inputs that a workflow declares, references and `allOf` in their schema resolved.
struct InputDeclarations: Sendable {
  /// One declared input.
  struct Input: Sendable {
    let name: String
    let schema: JSONValue
    /// Its place in the document.
    let pointer: JSONPointer
  }

  /// A way to make a value that no other run has, named in an input's schema.
  enum Generator: String, CaseIterable {
    /// A text of ten lower-case letters and digits that begins with a letter.
    case unique
  }

  /// Extension of an input's schema that names its generator.
  static let generatorKey = "x-concord-generate"

  private(set) var inputs: [Input] = []
  private(set) var required: [String] = []
  /// Whether the schema says all about the names; not so where it has alternatives.
  private(set) var isComplete = true

  /// Reads the schema of a workflow's inputs.
  init(_ inputs: WorkflowInputs?, in document: JSONValue) {
    guard let inputs else { return }
    read(inputs.schema, at: inputs.pointer, in: document, depth: 0)
  }

  private mutating func read(_ schema: JSONValue, at pointer: JSONPointer, in document: JSONValue, depth: Int) {
    guard depth < 16, let object = schema.objectValue else { return }
    for member in object["properties"]?.objectValue ?? JSONObject() {
      let place = pointer.appending("properties").appending(member.key)
      inputs.append(Input(name: member.key, schema: member.value, pointer: place))
    }
    required += object["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    if let text = object["$ref"]?.stringValue {
      if text.hasPrefix("#"), let target = try? JSONPointer(parsing: String(text.dropFirst())),
        let referenced = document.value(at: target)
      {
        read(referenced, at: target, in: document, depth: depth + 1)
      } else {
        isComplete = false
      }
    }
    for (index, part) in (object["allOf"]?.arrayValue ?? []).enumerated() {
      read(part, at: pointer.appending("allOf").appending(index), in: document, depth: depth + 1)
    }
    for keyword in ["anyOf", "oneOf", "if", "patternProperties", "$dynamicRef"] where object[keyword] != nil {
      isComplete = false
    }
  }

  /// Whether an input has a value that nobody needs to provide.
  func hasOwnValue(_ name: String) -> Bool {
    inputs.contains { $0.name == name && ($0.schema["default"] != nil || $0.schema[Self.generatorKey] != nil) }
  }

  /// Required inputs that have no value of their own and are not among the names.
  func missing(given names: Set<String>) -> [String] {
    required.filter { !names.contains($0) && !hasOwnValue($0) }
  }

  /// The values of all inputs: those provided, then generated ones and defaults.
  ///
  /// - Parameters:
  ///   - call: names the run of the workflow that the values are for; another call gets other unique values.
  func values(provided: [String: JSONValue], seed: UInt64, call: String) -> [String: JSONValue] {
    var values = provided
    for input in inputs where values[input.name] == nil {
      if input.schema[Self.generatorKey] == .string(Generator.unique.rawValue) {
        values[input.name] = .string(Self.unique(["\(seed)", call, input.name]))
      } else if let value = input.schema["default"] {
        values[input.name] = value
      }
    }
    return values
  }

  /// Names of the inputs whose schemas say that they are secret (`format: password`).
  var secretNames: [String] { inputs.filter { $0.schema["format"] == "password" }.map(\.name) }

  /// Ten lower-case letters and digits that follow from the parts; the same parts give the same text.
  ///
  /// FNV-1a over the parts (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>), its bits mixed by the finisher
  /// of SplitMix64, since FNV leaves those of the last bytes together. Begins with a letter, to fit into any name.
  static func unique(_ parts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01b3
    }
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    hash ^= hash >> 31
    let digits = String(hash, radix: 36)
    return "u" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits.suffix(9)
  }
}
