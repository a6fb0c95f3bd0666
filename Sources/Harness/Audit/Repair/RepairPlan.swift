import FirestoreModel
import JSON
package import RFC3339
import RunModel

/// What would repair the stores, with what takes it back; Concord executes none of it.
package struct RepairPlan: Sendable {
  let rules: [RuleRepairs]

  /// A file of the plan.
  package struct File: Sendable, Hashable {
    package let name: String
    package let text: String
  }

  /// Rows and documents for which there is a repair.
  package var rowCount: Int { rules.reduce(0) { $0 + $1.rowCount } }

  /// Rows and documents that are left to people.
  package var byHandCount: Int { rules.reduce(0) { $1.byHand.reduce($0) { $0 + $1.rowCount } + $1.leftOut } }

  /// Writes in one request of Firestore's `batchWrite` (<https://cloud.google.com/firestore/quotas>).
  private static let writesPerRequest = 500

  /// The files: for each PostgreSQL store a script and its undo, for each Firestore store the bodies of requests and
  /// theirs, and a page that says what they do.
  package func files(at time: Timestamp) -> [File] {
    var files = [File(name: "plan.md", text: page(at: time))]
    for store in Set(rules.flatMap(\.statements).map(\.store)).sorted() {
      files.append(File(name: "\(store).sql", text: script(for: store, at: time)))
      files.append(File(name: "\(store).undo.sql", text: undo(for: store, at: time)))
    }
    for (store, parts) in requests {
      for (name, part) in zip(Self.names(of: store, parts.count), parts) {
        files.append(File(name: "\(name).json", text: Self.body(part.map(\.write))))
        files.append(File(name: "\(name).undo.json", text: Self.body(part.map(\.undo))))
      }
    }
    return files
  }

  // MARK: PostgreSQL

  private func script(for store: String, at time: Timestamp) -> String {
    var lines = [
      "-- What would repair \(store), as Concord found it at \(time.rfc3339). Nothing of it was executed.",
      "--",
      "-- It is a dry run: every rule ends with ROLLBACK. Read it, write COMMIT where it is right, and run it with",
      "--   psql -v ON_ERROR_STOP=1 -f \(store).sql",
      "-- A row is changed only if it is still the version that was seen; UPDATE and DELETE tell how many there were.",
      "-- \(store).undo.sql has the rows as they were. It holds their data: keep it as you keep the data.",
    ]
    for rule in rules { lines += transaction(of: rule, in: store) { $0.statement } }
    return lines.joined(separator: "\n") + "\n"
  }

  private func undo(for store: String, at time: Timestamp) -> String {
    var lines = [
      "-- Takes back what \(store).sql of \(time.rfc3339) does: gives rows their keys back, and inserts what was removed.",
      "-- It is a dry run as well, and leaves alone what somebody has changed since. It holds data of the store.",
    ]
    for rule in rules { lines += transaction(of: rule, in: store) { $0.undo } }
    return lines.joined(separator: "\n") + "\n"
  }

  private func transaction(
    of rule: RuleRepairs, in store: String, _ text: (TableRepair) -> String
  ) -> [String] {
    let repairs = rule.statements.filter { $0.store == store }
    guard !repairs.isEmpty else { return [] }
    var lines = [
      "", "-- \(rule.rule.id): \(RepairText.line(rule.rule.title))", "BEGIN;", "SET LOCAL lock_timeout = '5s';",
    ]
    let triggers = Set(repairs.flatMap(\.triggers)).sorted()
    if !triggers.isEmpty {
      lines.append(
        "-- Triggers see it, and an undo does not take back what they do: \(RepairText.line(triggers.joined(separator: ", ")))"
      )
    }
    for repair in repairs {
      lines += ["-- \(RepairText.line(repair.what)): \(repair.rowCount)", text(repair)]
    }
    return lines + ["ROLLBACK;"]
  }

  // MARK: Firestore

  private var requests: [(store: String, parts: [[DocumentRepair]])] {
    let all = rules.flatMap(\.documents)
    return Set(all.map(\.store)).sorted().map { store in
      (store, all.filter { $0.store == store }.parts(of: Self.writesPerRequest).map(Array.init))
    }
  }

  /// What the requests of a store are called: by the store alone where there is one.
  private static func names(of store: String, _ count: Int) -> [String] {
    count == 1 ? [store] : (1...max(1, count)).map { "\(store).\($0)" }
  }

  private static func body(_ writes: [Write]) -> String {
    JSONValue.object(["writes": .array(writes.map(\.json))]).serialized(.pretty) + "\n"
  }

  // MARK: The page

  private func page(at time: Timestamp) -> String {
    var lines = [
      "# Repair plan", "",
      "As Concord found the stores at \(time.rfc3339). **Nothing of it was executed.** The files hold data of the stores.",
      "", "| rule | store | repair | rows | file |", "|---|---|---|---:|---|",
    ]
    for rule in rules {
      for row in rows(of: rule) {
        lines.append(
          "| \(rule.rule.id) | \(RepairText.markdown(row.store)) | \(RepairText.markdown(row.what)) | \(row.count) | "
            + "\(row.file) |")
      }
    }
    lines += [
      "",
      "Scripts for PostgreSQL are dry runs until ROLLBACK is replaced by COMMIT, rule by rule. Bodies for Firestore are",
      "for `POST …/documents:batchWrite`, which answers for each write by itself. Both change only what is still as it was",
      "seen; run the audit again afterwards, since what is removed may be referred to.",
    ]
    let manual = rules.flatMap { rule in rule.byHand.map { (rule.rule, $0) } }
    let leftOut = rules.filter { $0.leftOut > 0 }
    if !manual.isEmpty || !leftOut.isEmpty { lines += ["", "## By hand", ""] }
    for (rule, repair) in manual {
      lines.append("- \(rule.id): \(Self.rows(repair.rowCount)); \(RepairText.markdown(repair.reason))")
      if let remedy = rule.remedy { lines.append("  Remedy: \(RepairText.markdown(remedy))") }
      if let query = repair.query { lines.append("  \(RepairText.code(query))") }
    }
    for rule in leftOut {
      lines.append(
        "- \(rule.rule.id): \(Self.rows(rule.leftOut)) more than one plan holds; make another when this one is done")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

  /// The repairs of a rule by what they do.
  private func rows(of rule: RuleRepairs) -> [(store: String, what: String, count: Int, file: String)] {
    let files = Dictionary(
      uniqueKeysWithValues: requests.map { store, parts in
        (store, Self.names(of: store, parts.count).map { "\($0).json" }.joined(separator: ", "))
      })
    var order: [String] = []
    var counts: [String: (store: String, what: String, count: Int, file: String)] = [:]
    func add(_ store: String, _ what: String, _ count: Int, _ file: String) {
      let name = "\(store) \(what)"
      if counts[name] == nil { order.append(name) }
      counts[name, default: (store, what, 0, file)].count += count
    }
    for repair in rule.statements { add(repair.store, repair.what, repair.rowCount, "\(repair.store).sql") }
    for repair in rule.documents { add(repair.store, repair.what, 1, files[repair.store] ?? "") }
    return order.compactMap { counts[$0] }
  }
}
