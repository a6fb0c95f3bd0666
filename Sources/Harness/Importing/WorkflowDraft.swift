import JSON

/// A workflow as an import writes it.
struct WorkflowDraft {
  /// An input with the schema that declares it.
  struct Input {
    let name: String
    let schema: JSONValue
  }

  /// What the workflow provides for generated cases (`x-concord-provides`).
  struct Provision {
    /// Ids of operations; nil for all.
    let operations: [String]?
    let parameters: [ParameterDraft]
    let isFresh: Bool
  }

  var id: String
  var summary: String
  /// Lines for people about what could not be carried over.
  var remarks: [String] = []
  var inputs: [Input] = []
  /// Names of inputs that must be given.
  var requiredInputs: [String] = []
  var provisions: [Provision] = []
  var steps: [StepDraft] = []
  /// Names with expressions.
  var outputs: [(name: String, expression: String)] = []

  /// Declares an input, once.
  mutating func declare(_ name: String, _ schema: JSONValue, isRequired: Bool = false) {
    if isRequired, !requiredInputs.contains(name) { requiredInputs.append(name) }
    guard !inputs.contains(where: { $0.name == name }) else { return }
    inputs.append(Input(name: name, schema: schema))
  }

  /// Declares the input that is new in every run.
  mutating func declareUnique() {
    declare("unique", ["type": "string", "x-concord-generate": "unique"])
  }
}

/// A step as an import writes it.
struct StepDraft {
  /// What the step calls.
  enum Target {
    case operation(String)
    case workflow(String)
  }

  var id: String
  var summary: String
  var remarks: [String] = []
  var target: Target
  var parameters: [ParameterDraft] = []
  /// Content type where it is not JSON, and payload.
  var body: (contentType: String?, payload: JSONValue)?
  /// Simple conditions.
  var criteria: [String] = []
  var outputs: [(name: String, expression: String)] = []
}

/// A parameter with its value, in which texts may be expressions.
struct ParameterDraft: Hashable {
  let name: String
  /// The part of the request; nil for an input of a called workflow.
  let location: String?
  let value: JSONValue
}

/// Words as ids and names are made of.
enum Identifier {
  /// Lower-case letters and digits with hyphens between words: `Create an order` becomes `create-an-order`.
  static func kebab(_ text: String) -> String {
    var words: [String] = []
    var word = ""
    var previous: Character = " "
    for character in text {
      guard character.isASCII, character.isLetter || character.isNumber else {
        if !word.isEmpty { words.append(word) }
        word = ""
        previous = character
        continue
      }
      // `listOrders` is two words, `ID` is one.
      if character.isUppercase, previous.isLowercase || previous.isNumber, !word.isEmpty {
        words.append(word)
        word = ""
      }
      word.append(contentsOf: character.lowercased())
      previous = character
    }
    if !word.isEmpty { words.append(word) }
    return words.isEmpty ? "unnamed" : words.joined(separator: "-")
  }

  /// The words without separators, each but the first with a capital: `createAnOrder`.
  static func camel(_ text: String) -> String {
    let words = kebab(text).split(separator: "-")
    return (words.prefix(1).map(String.init) + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() })
      .joined()
  }

  /// The id, or with a number behind it when it is taken.
  static func unique(_ id: String, among taken: inout Set<String>) -> String {
    var candidate = id
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(id)-\(number)"
      number += 1
    }
    return candidate
  }
}

/// Names that an import gives.
package enum ImportNames {
  /// The name of a service, from a title: at most four words, without those that say nothing.
  package static func service(_ title: String) -> String {
    let empty: Set<Substring> = ["api", "the", "openapi", "yaml", "yml", "json", "swagger", "service", "rest"]
    let words = Identifier.kebab(title).split(separator: "-")
    let telling = words.filter { !empty.contains($0) }
    return (telling.isEmpty ? words : telling).prefix(4).joined(separator: "-")
  }
}
