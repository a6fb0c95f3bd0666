import OpenAPI
import RunModel
import YAMLSource

/// Picks the suites that a selection asks for, and those that they build on.
struct SuiteSelector {
  let suites: [RunnableSuite]
  let apis: [ServiceAPI]
  let selection: CaseSelection

  /// Everything that the selection names and that is not there.
  var problems: [Diagnostic] {
    let operations = apis.flatMap(\.document.operations)
    return unknown(selection.services, among: apis.map(\.service), "service")
      + unknown(selection.operations, among: operations.map(\.id), "operation")
      + unknown(selection.workflows, among: workflowIDs, "workflow")
      + unknown(selection.tags, among: operations.flatMap(\.tags), "tag")
  }

  private var workflowIDs: [String] {
    suites.compactMap { if case .workflow(let suite) = $0 { suite.id } else { nil } }
  }

  private func unknown(_ names: [String], among known: [String], _ kind: String) -> [Diagnostic] {
    names.filter { !known.contains($0) }.map { name in
      Diagnostic(
        location: nil, message: "there is no \(kind) '\(name)'",
        remedy: suggestion(for: name, among: Array(Set(known)).sorted()).map { "did you mean '\($0)'?" }
          ?? "known: \(Array(Set(known)).sorted().prefix(20).joined(separator: ", "))")
    }
  }

  /// The suites, in their order; with those that they build on.
  func selected() -> [RunnableSuite] {
    var chosen = suites.filter(isAskedFor)
    if let shard = selection.shard { chosen = part(shard, of: chosen) }
    if let maximum = selection.maximumCases { chosen = cut(chosen, to: maximum) }
    let prerequisites = Set(chosen.flatMap(\.prerequisites))
    let ids = Set(chosen.map(\.id))
    let added = suites.filter { prerequisites.contains($0.id) && !ids.contains($0.id) }
    return added + chosen
  }

  private func isAskedFor(_ suite: RunnableSuite) -> Bool {
    if let only = selection.only { return suite.id == only.suite }
    switch suite {
    case .workflow(let suite):
      guard selection.workflows.isEmpty || selection.workflows.contains(suite.id) else { return false }
      let called = suite.steps.compactMap { step in
        if case .operation(let linked) = step.target { linked } else { nil }
      }
      let hasFilter = !(selection.services + selection.operations + selection.tags).isEmpty
      return !hasFilter || called.contains(where: isAskedFor)
    case .generated(let suite): return selection.workflows.isEmpty && isAskedFor(suite.linked)
    }
  }

  private func isAskedFor(_ linked: LinkedOperation) -> Bool {
    (selection.services.isEmpty || selection.services.contains(linked.api.service))
      && (selection.operations.isEmpty || selection.operations.contains(linked.operation.id))
      && (selection.tags.isEmpty || !Set(selection.tags).isDisjoint(with: linked.operation.tags))
  }

  /// One part: the largest suites are dealt out first, each to the part that has least so far.
  private func part(_ shard: CaseSelection.Shard, of suites: [RunnableSuite]) -> [RunnableSuite] {
    var loads = Array(repeating: 0, count: shard.count)
    var mine: Set<String> = []
    let sizes = suites.map { (id: $0.id, count: $0.caseCount) }
    for suite in sizes.sorted(by: { ($1.count, $0.id) < ($0.count, $1.id) }) {
      let lightest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      loads[lightest] += suite.count
      if lightest == shard.index - 1 { mine.insert(suite.id) }
    }
    return suites.filter { mine.contains($0.id) }
  }

  /// Fewer generated cases, as many of each operation as there is room for.
  private func cut(_ suites: [RunnableSuite], to maximum: Int) -> [RunnableSuite] {
    var fixed = 0
    var sizes: [Int] = []
    for suite in suites {
      switch suite {
      case .workflow(let suite): fixed += suite.steps.count
      case .generated(let suite): sizes.append(suite.cases.count)
      }
    }
    let room = max(0, maximum - fixed)
    var share = sizes.max() ?? 0
    while share > 0, sizes.reduce(0, { $0 + min($1, share) }) > room { share -= 1 }
    return suites.compactMap { suite in
      guard case .generated(let generated) = suite else { return suite }
      return share == 0 ? nil : .generated(generated.keeping { $0.prefix(share) })
    }
  }
}

extension GeneratedSuite {
  /// The suite with some of its cases.
  func keeping(_ choose: ([GeneratedCase]) -> some Sequence<GeneratedCase>) -> GeneratedSuite {
    GeneratedSuite(
      linked: linked, provisions: provisions, cases: Array(choose(cases)), samplers: samplers, base: base,
      prerequisites: prerequisites, omittedCount: omittedCount, problems: problems)
  }
}

extension RunnableSuite {
  /// How many cases it has.
  var caseCount: Int {
    switch self {
    case .workflow(let suite): suite.steps.count
    case .generated(let suite): suite.cases.count
    }
  }
}
