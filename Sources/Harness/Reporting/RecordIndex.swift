import RunModel

/// A run's record with what the reports look up again and again; built once for each report.
struct RecordIndex {
  let record: RunRecord
  /// The first result of each rule.
  let results: [RuleID: RuleResult]
  /// Cases of each suite, in the order in which they ended.
  let casesBySuite: [String: [CaseResult]]
  /// Cases of each operation, in the order in which they ended.
  let casesByOperation: [OperationReference: [CaseResult]]
  /// Cases that a person has to look at, with the anchor under which the page shows them.
  let troubles: [(result: CaseResult, anchor: String)]
  /// Anchors of those ``troubles`` that the page shows in full.
  let anchors: [CaseID: String]

  init(_ record: RunRecord) {
    self.record = record
    results = Dictionary(record.rules.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    casesBySuite = Dictionary(grouping: record.cases, by: \.id.suite)
    casesByOperation = record.cases.reduce(into: [:]) { groups, result in
      if let operation = result.operation { groups[operation, default: []].append(result) }
    }
    troubles = record.cases.filter(\.isTrouble).enumerated().map { ($1, "case-\($0 + 1)") }
    anchors = Dictionary(
      troubles.prefix(PageLimits.detailedCases).map { ($0.result.id, $0.anchor) },
      uniquingKeysWith: { first, _ in first })
  }

  /// How a rule stands.
  func standing(of rule: RuleDescription) -> RuleStanding {
    RuleStanding(rule: rule, result: results[rule.id], in: record)
  }
}

/// A rule with its outcome, in the words and colours of the page.
struct RuleStanding {
  let rule: RuleDescription
  /// Nil when the rule was planned, but never evaluated.
  let result: RuleResult?
  /// Whether it fails the run: by violations that nobody accepts, or by a baseline that is out of date.
  let isGating: Bool

  /// Looks at a rule of a run.
  init(rule: RuleDescription, result: RuleResult?, in record: RunRecord) {
    self.rule = rule
    self.result = result
    isGating = result.map(record.isGating) ?? record.isGating(rule.severity)
  }

  /// Whether all its violations are accepted by the baseline.
  var isAccepted: Bool { result?.isAccepted ?? false }

  /// Whether keys are missing that may only be late.
  var isSuspect: Bool { (result?.suspectCount ?? 0) > 0 }

  /// Whether somebody has to look at it: it failed the run, or could not be decided.
  var isTrouble: Bool {
    switch result?.status {
    case .held, .violated: isGating
    case .errored, .skipped, nil: true
    }
  }

  /// Target of the links on the map.
  var anchor: String { "rule-\(rule.id.text)" }

  var findingCount: Int { result?.findingCount ?? 0 }

  /// Whether the page has a card for the rule: it is violated, could not be decided, or its baseline is out of date.
  var hasCard: Bool {
    switch result?.status {
    case .violated, .errored: true
    case .held: isGating || isSuspect
    case .skipped, nil: false
    }
  }

  /// Colour of the rule: a violation below the gate, or an accepted one, is marked, but not red.
  var tone: Tone {
    switch result?.status {
    case .held: isGating ? .bad : isSuspect ? .open : .good
    case .violated: isGating ? .bad : .open
    case .errored, .skipped, nil: .open
    }
  }

  /// Outcome in a word.
  var word: String {
    switch result?.status {
    case .held: isGating ? "baseline outdated" : isSuspect ? "\(result?.suspectCount.grouped ?? "") suspect" : "held"
    case .violated where isAccepted: "\(findingCount.grouped) accepted"
    case .violated: (result?.openCount ?? 0).of(isGating ? "finding" : "remark")
    case .errored: "error"
    case .skipped, nil: "not run"
    }
  }

  /// Why the rule is undecided, or what is wrong with its baseline.
  var reason: String? {
    switch result?.status {
    case .errored(let reason), .skipped(let reason): reason
    case nil: "The rule was planned, but never evaluated."
    case .held, .violated: result?.settledText
    }
  }
}

/// The colour of a statement.
enum Tone: String {
  case good, bad, open, none
}
