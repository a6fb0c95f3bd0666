package import JSON
package import YAMLSource

extension Criterion {
  /// Reads a criterion that stands outside of a workflow, such as in an extension of another document.
  ///
  /// What is wrong with it is reported; patterns and queries are compiled to see whether they can be.
  package static func read(
    _ node: SourceNode, patterns: any PatternEngine, into sink: DiagnosticSink
  ) -> Criterion? {
    let source = SourceDocument(file: node.location.file, text: "", root: node)
    guard let criterion = ArazzoReader(source: source, sink: sink).criterion(node) else { return nil }
    let problems = criterion.syntaxProblems(patterns: patterns)
    for problem in problems { sink.report(problem) }
    return problems.hasErrors ? nil : criterion
  }
}
