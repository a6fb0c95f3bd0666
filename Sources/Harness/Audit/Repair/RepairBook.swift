import FirestoreModel
import RunModel
import Synchronization

/// Collects, rule by rule, what would repair the stores.
package final class RepairBook: Sendable {
  /// Rows of one rule that are read for their repair; an audit after it shows the next.
  static let rowsPerRule = 10_000
  /// Bytes of rows, as JSON, that are kept of one rule for the undo.
  static let bytesPerRule = 16 << 20
  /// Keys of one rule whose likely cause is looked for.
  static let guessedKeys = 1_000

  private let rules = Mutex<[RuleID: RuleRepairs]>([:])

  /// An empty book.
  package init() {}

  func add(_ repairs: RuleRepairs) {
    rules.withLock { $0[repairs.rule.id] = repairs }
  }

  /// The plan, in the order of the rules.
  package func plan(of order: AuditRules) -> RepairPlan {
    let rules = rules.withLock { $0 }
    var seen: Set<DocumentName> = []
    return RepairPlan(
      rules: order.rules.compactMap { rules[$0.description.id] }.map { rule in
        // A document that two rules would repair is repaired by the first: it is not what the other has seen any more.
        var rule = rule
        let all = rule.documents
        rule.documents = all.filter { seen.insert($0.write.document).inserted }
        rule.leftOut += all.count - rule.documents.count
        return rule
      })
  }
}

/// What would repair what one rule found.
struct RuleRepairs: Sendable {
  let rule: RuleDescription
  var statements: [TableRepair] = []
  var documents: [DocumentRepair] = []
  var byHand: [ManualRepair] = []
  /// Rows that were too many to be read.
  var leftOut = 0

  /// Rows and documents for which there is a repair.
  var rowCount: Int { statements.reduce(documents.count) { $0 + $1.rowCount } }
}

/// A statement with the one that takes it back.
struct TableRepair: Sendable, Hashable {
  let store: String
  /// What it does, for people.
  let what: String
  let rowCount: Int
  let statement: String
  let undo: String
  /// Triggers of the table, which an undo does not take back.
  var triggers: [String] = []
}

/// A write with the one that takes it back.
struct DocumentRepair: Sendable, Hashable {
  let store: String
  let what: String
  let write: Write
  let undo: Write
}

/// Rows for which nothing can be proposed.
struct ManualRepair: Sendable, Hashable {
  let rowCount: Int
  let reason: String
  /// Shows them.
  let query: String?
}
