package import JSON

// The ABNF of Arazzo 1.0.1 section "Runtime Expressions" ends in `name = *( CHAR )`, so by the letter nearly any text
// after `$steps.` is an expression. Here the structure that the section's table gives (`$steps.ID.outputs.NAME#/pointer`)
// is required as well: what could never have a value is reported when the document is read, not when it runs.

/// A reference to a value of a run: a part of the exchange, an input, an output of another step.
package enum RuntimeExpression: Sendable, Hashable {
  /// A part of a request or response.
  package enum MessagePart: Sendable, Hashable {
    /// A header, by its name in any case.
    case header(String)
    case query(String)
    case path(String)
    /// The body, or the value at a pointer in it.
    case body(JSONPointer?)
  }

  /// What of a workflow is meant.
  package enum WorkflowPart: String, Sendable, Hashable, CaseIterable {
    case inputs, outputs
  }

  /// What kind of reusable object is meant.
  package enum ComponentKind: String, Sendable, Hashable, CaseIterable {
    case inputs, parameters, successActions, failureActions
  }

  case url
  case method
  case statusCode
  case request(MessagePart)
  case response(MessagePart)
  /// An input of the workflow, or the value at a pointer in it.
  case input(String, JSONPointer?)
  /// An output of the workflow itself.
  case output(String, JSONPointer?)
  /// An output of a step of the same workflow.
  case step(String, output: String, JSONPointer?)
  /// An input or output of another workflow of the document.
  case workflow(String, WorkflowPart, String, JSONPointer?)
  /// A field of a source description (`url`), or an operation or workflow in it.
  case sourceDescription(String, String)
  /// What a read of a store found, or the value at a pointer in it; an extension of this program.
  case rows(JSONPointer?)
  /// A reusable object.
  case component(ComponentKind, String)

  /// Reads an expression that makes up the whole text.
  package init(parsing text: String) throws(ExpressionSyntaxError) {
    guard text.hasPrefix("$") else {
      throw ExpressionSyntaxError(text: text, message: "an expression begins with '$'")
    }
    let body = text.dropFirst()
    let root = body.prefix { $0 != "." && $0 != "#" }
    let rest = body.dropFirst(root.count)
    switch root {
    case "url", "method", "statusCode":
      guard rest.isEmpty else {
        throw ExpressionSyntaxError(text: text, message: "nothing can follow '$\(root)'")
      }
      self = root == "url" ? .url : root == "method" ? .method : .statusCode
    case "rows":
      guard rest.isEmpty || rest.hasPrefix("#") else {
        throw ExpressionSyntaxError(
          text: text, message: "only a pointer can follow '$rows'", remedy: "write '$rows' or '$rows#/0/name'")
      }
      self = .rows(rest.isEmpty ? nil : try Self.pointer(rest.dropFirst(), of: text))
    case "request": self = .request(try Self.messagePart(rest, of: text))
    case "response": self = .response(try Self.messagePart(rest, of: text))
    case "inputs":
      let (name, pointer) = try Self.nameAndPointer(rest, of: text)
      self = .input(name, pointer)
    case "outputs":
      let (name, pointer) = try Self.nameAndPointer(rest, of: text)
      self = .output(name, pointer)
    case "steps":
      let (id, tail) = try Self.identifier(rest, of: text)
      guard let tail = Self.dropping(".outputs", from: tail) else {
        throw ExpressionSyntaxError(
          text: text, message: "a step is followed by '.outputs.' and a name",
          remedy: "write '$steps.\(id).outputs.NAME'")
      }
      let (name, pointer) = try Self.nameAndPointer(tail, of: text)
      self = .step(id, output: name, pointer)
    case "workflows":
      let (id, tail) = try Self.identifier(rest, of: text)
      for part in WorkflowPart.allCases {
        guard let tail = Self.dropping("." + part.rawValue, from: tail) else { continue }
        let (name, pointer) = try Self.nameAndPointer(tail, of: text)
        self = .workflow(id, part, name, pointer)
        return
      }
      throw ExpressionSyntaxError(
        text: text, message: "a workflow is followed by '.inputs.' or '.outputs.' and a name",
        remedy: "write '$workflows.\(id).outputs.NAME'")
    case "sourceDescriptions":
      let (name, tail) = try Self.identifier(rest, of: text)
      guard tail.hasPrefix("."), tail.count > 1 else {
        throw ExpressionSyntaxError(
          text: text, message: "a source description is followed by '.url', an operationId or a workflowId")
      }
      self = .sourceDescription(name, String(tail.dropFirst()))
    case "components":
      let (kind, tail) = try Self.identifier(rest, of: text)
      guard let kind = ComponentKind(rawValue: kind), tail.hasPrefix("."), tail.count > 1 else {
        throw ExpressionSyntaxError(
          text: text, message: "'$components' is followed by a kind and a name",
          remedy: "kinds: " + ComponentKind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      self = .component(kind, String(tail.dropFirst()))
    default:
      throw ExpressionSyntaxError(text: text, message: "'$\(root)' is no source of values", root: String(root))
    }
  }

  /// The words that an expression can begin with, after the `$`.
  package static let roots = [
    "url", "method", "statusCode", "request", "response", "inputs", "outputs", "steps", "workflows",
    "sourceDescriptions", "components", "rows",
  ]

  // MARK: Parts

  private static func messagePart(
    _ rest: Substring, of text: String
  ) throws(ExpressionSyntaxError) -> MessagePart {
    if let tail = dropping(".body", from: rest), tail.isEmpty || tail.hasPrefix("#") {
      return .body(tail.isEmpty ? nil : try pointer(tail.dropFirst(), of: text))
    }
    if rest.hasPrefix(".header.") {
      let name = rest.dropFirst(8)
      guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
        throw ExpressionSyntaxError(text: text, message: "'\(name)' is no name of a header")
      }
      return .header(String(name))
    }
    if rest.hasPrefix(".query."), rest.count > 7 { return .query(String(rest.dropFirst(7))) }
    if rest.hasPrefix(".path."), rest.count > 6 { return .path(String(rest.dropFirst(6))) }
    throw ExpressionSyntaxError(
      text: text, message: "a part of the message is missing",
      remedy:
        "write '.body', '.body#/pointer', '.header.NAME', '.query.NAME' or '.path.NAME' after '$request' or '$response'"
    )
  }

  private static func identifier(
    _ rest: Substring, of text: String
  ) throws(ExpressionSyntaxError) -> (id: String, tail: Substring) {
    let body = rest.dropFirst()
    let id = body.prefix { $0 != "." }
    guard rest.hasPrefix("."), !id.isEmpty else {
      throw ExpressionSyntaxError(text: text, message: "a name is missing")
    }
    return (String(id), body.dropFirst(id.count))
  }

  private static func nameAndPointer(
    _ rest: Substring, of text: String
  ) throws(ExpressionSyntaxError) -> (name: String, pointer: JSONPointer?) {
    let body = rest.dropFirst()
    let name = body.prefix { $0 != "#" }
    guard rest.hasPrefix("."), !name.isEmpty else {
      throw ExpressionSyntaxError(text: text, message: "a name is missing")
    }
    let tail = body.dropFirst(name.count)
    return (String(name), tail.isEmpty ? nil : try pointer(tail.dropFirst(), of: text))
  }

  private static func pointer(_ rest: Substring, of text: String) throws(ExpressionSyntaxError) -> JSONPointer {
    do {
      return try JSONPointer(parsing: String(rest))
    } catch {
      throw ExpressionSyntaxError(
        text: text, message: "'\(rest)' is no JSON Pointer", remedy: "a pointer begins with '/': '#/items/0/id'")
    }
  }

  private static func dropping(_ prefix: String, from text: Substring) -> Substring? {
    text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : nil
  }

  /// The characters of a token (RFC 9110 section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

extension RuntimeExpression: CustomStringConvertible {
  /// The expression as it is written.
  package var description: String {
    switch self {
    case .url: "$url"
    case .method: "$method"
    case .statusCode: "$statusCode"
    case .request(let part): "$request.\(part)"
    case .response(let part): "$response.\(part)"
    case .input(let name, let pointer): "$inputs.\(name)\(Self.fragment(pointer))"
    case .output(let name, let pointer): "$outputs.\(name)\(Self.fragment(pointer))"
    case .step(let id, let name, let pointer): "$steps.\(id).outputs.\(name)\(Self.fragment(pointer))"
    case .workflow(let id, let part, let name, let pointer):
      "$workflows.\(id).\(part.rawValue).\(name)\(Self.fragment(pointer))"
    case .sourceDescription(let name, let reference): "$sourceDescriptions.\(name).\(reference)"
    case .rows(let pointer): "$rows\(Self.fragment(pointer))"
    case .component(let kind, let name): "$components.\(kind.rawValue).\(name)"
    }
  }

  fileprivate static func fragment(_ pointer: JSONPointer?) -> String { pointer.map { "#\($0)" } ?? "" }
}

extension RuntimeExpression.MessagePart: CustomStringConvertible {
  /// The part as it is written after `$request.` or `$response.`.
  package var description: String {
    switch self {
    case .header(let name): "header.\(name)"
    case .query(let name): "query.\(name)"
    case .path(let name): "path.\(name)"
    case .body(let pointer): "body\(RuntimeExpression.fragment(pointer))"
    }
  }
}

/// Why a text is no expression or condition.
package struct ExpressionSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text as written.
  package let text: String
  /// What is wrong.
  package let message: String
  /// What to do about it.
  package var remedy: String?
  /// The unknown word after the `$`, when that is what is wrong.
  package var root: String?

  /// The problem with the text in it.
  package var description: String { "'\(text)': \(message)" }
}
