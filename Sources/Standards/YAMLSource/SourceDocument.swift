package import JSON

/// A YAML or JSON file as it was read: its text, its tree with positions, and its value.
package struct SourceDocument: Sendable, Hashable {
  /// What a file may hold before it is refused, so that a hostile or broken one cannot exhaust the process.
  package struct Limits: Sendable, Hashable {
    /// The most bytes of text; 8 MiB unless told otherwise.
    package var bytes = 8 << 20
    /// The deepest nesting; 128 unless told otherwise.
    package var depth = 128
    /// The most nodes after aliases are expanded; 500,000 unless told otherwise.
    package var nodes = 500_000

    /// The standard limits.
    package init() {}
  }

  /// The name of the file, as the loader was asked for it.
  package let file: String
  /// The text as it was read.
  package let text: String
  /// The tree.
  package let root: SourceNode
  /// The value of the whole document.
  package let json: JSONValue

  /// Makes a document of parts that belong together.
  package init(file: String, text: String, root: SourceNode) {
    self.file = file
    self.text = text
    self.root = root
    self.json = root.json
  }

  /// Where the value at a pointer starts; where there is none, its nearest existing ancestor.
  package func location(of pointer: JSONPointer) -> SourceLocation? {
    var current = root
    for token in pointer.tokens {
      guard let next = current.child(token) else { break }
      current = next
    }
    return current.location
  }

  /// Where the key of the member at a pointer stands; an element, or what is missing, answers as `location(of:)`.
  package func keyLocation(of pointer: JSONPointer) -> SourceLocation? {
    guard let last = pointer.tokens.last else { return root.location }
    var current = root
    for token in pointer.tokens.dropLast() {
      guard let next = current.child(token) else { return current.location }
      current = next
    }
    return current.entries?.first { $0.key == last }?.keyLocation ?? location(of: pointer)
  }

  /// Reads YAML, or JSON when the file is named `.json`.
  ///
  /// JSON is held to RFC 8259 by the JSON parser. YAML is one document of mappings with scalar keys; anchors and
  /// aliases are expanded within `limits`, merge keys and tags beyond the core schema are refused.
  /// - Throws: every problem found, each with its place.
  package static func parse(
    _ text: String, file: String, limits: Limits = Limits()
  ) throws(DiagnosticList) -> SourceDocument {
    guard text.utf8.count <= limits.bytes else {
      throw DiagnosticList([
        Diagnostic(
          location: SourceLocation(file: file, line: 1, column: 1),
          message: "the file has \(text.utf8.count) bytes, more than the \(limits.bytes) that are read",
          remedy: "split it into several files")
      ])
    }
    let root =
      file.hasSuffix(".json")
      ? try JSONComposer.compose(text, file: file, limits: limits)
      : try YAMLComposer.compose(text, file: file, limits: limits)
    return SourceDocument(file: file, text: text, root: root)
  }
}
