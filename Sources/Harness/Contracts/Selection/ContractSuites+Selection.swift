import RunModel
package import YAMLSource

extension ContractSuites {
  /// The suites that a selection asks for, with those that they build on.
  ///
  /// - Returns: the suites, absent when the selection names what is not there, or nothing is left, and every problem.
  package func selecting(_ selection: CaseSelection) -> (ContractSuites?, [Diagnostic]) {
    guard !selection.isWhole else { return (self, []) }
    let selector = SuiteSelector(suites: suites, apis: apis, selection: selection)
    let problems = selector.problems
    guard problems.isEmpty else { return (nil, problems) }
    var chosen = selector.selected()
    if let only = selection.only {
      chosen = chosen.map { suite in
        guard case .generated(let generated) = suite, suite.id == only.suite else { return suite }
        return .generated(generated.keeping { $0.filter { $0.name == only.name } })
      }
    }
    guard chosen.contains(where: { $0.caseCount > 0 }) else {
      let problem = Diagnostic(
        location: nil, message: "nothing is left to run: \(selection.summary ?? "")",
        remedy: "options of different kinds narrow each other; `concord lint` tells what there is")
      return (nil, [problem])
    }
    return (ContractSuites(selecting: chosen, of: self), [])
  }
}
