package import JSON
package import YAMLSource

// Reading has two passes: `ArazzoReader` turns nodes into values strictly, and `ArazzoChecker` then checks everything
// that refers to something else in the document. What refers to other documents (operations) is checked by
// `diagnostics(resolving:)`, as this module knows nothing of OpenAPI.

/// A set of workflows (Arazzo 1.0.1).
package struct ArazzoDocument: Sendable {
  /// The file that was loaded.
  package let file: String
  /// The version of the specification, `1.0.x`.
  package let specification: String
  /// What the document is about.
  package let info: Info
  /// The documents whose operations and workflows it uses.
  package let sources: [SourceDescription]
  /// The workflows, in order.
  package let workflows: [Workflow]
  /// The reusable parts by name.
  package let components: Components
  /// Members of the document that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// The file as it was read: its text for excerpts, its JSON for the schemas of inputs.
  package let source: SourceDocument

  /// What a document is about.
  package struct Info: Sendable, Hashable {
    /// A title for people.
    package let title: String
    /// A short summary.
    package let summary: String?
    /// The purpose, as CommonMark.
    package let description: String?
    /// The version of the document.
    package let version: String
  }

  /// The reusable parts of a document.
  package struct Components: Sendable, Hashable {
    /// The places of the schemas of inputs.
    package var inputs: [String: JSONPointer] = [:]
    /// Parameters.
    package var parameters: [String: StepParameter] = [:]
    /// Success actions.
    package var successActions: [String: SuccessAction] = [:]
    /// Failure actions.
    package var failureActions: [String: FailureAction] = [:]
  }

  /// Loads a document.
  ///
  /// - Returns: the document, absent when there is an error, and every problem in reading order.
  package static func load(file: String, loader: SourceLoader) -> (ArazzoDocument?, [Diagnostic]) {
    let source: SourceDocument
    do {
      source = try loader.load(file)
    } catch {
      return (nil, error.diagnostics)
    }
    let sink = DiagnosticSink()
    let document = ArazzoReader(source: source, sink: sink).read()
    if let document { ArazzoChecker(document: document, sink: sink).check() }
    let diagnostics = sink.diagnostics.inReadingOrder()
    return (diagnostics.hasErrors ? nil : document, diagnostics)
  }

  /// The workflow with an id.
  package func workflow(id: String) -> Workflow? { workflows.first { $0.id == id } }

  /// The source description with a name.
  package func source(named name: String) -> SourceDescription? { sources.first { $0.name == name } }

  /// Reports regular expressions and JSONPath queries that cannot be compiled, or match other than they seem to.
  ///
  /// Apart from loading because it needs a pattern engine, which is not part of the standards.
  package func criteriaDiagnostics(patterns: any PatternEngine) -> [Diagnostic] {
    let sink = DiagnosticSink()
    for criterion in workflows.flatMap(\.steps).flatMap(\.criteria) {
      sink.report(contentsOf: criterion.syntaxProblems(patterns: patterns))
    }
    return sink.diagnostics.inReadingOrder()
  }
}

/// A document whose operations or workflows are used.
package struct SourceDescription: Sendable, Hashable {
  /// The kind of document.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case openapi, arazzo
  }

  /// Its name in expressions.
  package let name: String
  /// Where it is: a URL or a path relative to this document.
  package let url: String
  /// The kind; `openapi` where the document does not say.
  package let kind: Kind
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation
}
