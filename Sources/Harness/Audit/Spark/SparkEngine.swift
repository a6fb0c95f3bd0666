import Firestore
import FirestoreModel
import JSON
import Postgres
import RFC3339
package import RunModel

/// Finds the candidates of all references in one run of Spark.
struct SparkEngine: Sendable {
  let runner: any SparkRunner
  let settings: SparkSettings
  let access: StoreAccess
  let clock: any WallClock

  /// A search that hands over what was found, or why there is nothing, for each reference that was asked for.
  typealias Searches = [RuleID: Result<SparkSearch, RuleError>]

  /// Compiles the references of rules, runs them, and reads the candidates back.
  ///
  /// A reference that Spark cannot read does not keep the others from being read.
  func searches(for rules: [AuditRule]) async -> Searches {
    let (jobs, failures) = await compile(rules, isDry: false)
    var searches: Searches = failures.mapValues { .failure($0) }
    guard !jobs.isEmpty else { return searches }
    let script = SparkScript(references: jobs.map(\.reference))
    do {
      var answer = SparkAnswer(references: jobs.count)
      try await runner.run(script.text, environment: script.environment) { try answer.read($0) }
      for (job, findings) in zip(jobs, try answer.results()) {
        searches[job.rule] = .success(SparkSearch(findings: findings, plan: plan(of: job.reference)))
      }
    } catch {
      let reason = RuleError(message: RuleError.reason(of: error))
      for job in jobs { searches[job.rule] = .failure(reason) }
    }
    return searches
  }

  /// The script that would be run, and why some references are not in it; reads no collection.
  func script(for rules: [AuditRule]) async -> (text: String, problems: [RuleID: RuleError]) {
    let (jobs, failures) = await compile(rules, isDry: true)
    return (SparkScript(references: jobs.map(\.reference)).text, failures)
  }

  private typealias Job = (rule: RuleID, reference: SparkReference)

  /// Compiles the references; `isDry` leaves out what only a script that is run needs.
  private func compile(
    _ rules: [AuditRule], isDry: Bool
  ) async -> (jobs: [Job], failures: [RuleID: RuleError]) {
    var jobs: [Job] = []
    var failures: [RuleID: RuleError] = [:]
    for rule in rules {
      guard case .reference(let check) = rule.check else { continue }
      let id = rule.description.id
      do {
        let reference = SparkReference(
          name: id.text, from: try await side(check.from, isReferrer: true, in: id, isDry),
          to: try await side(check.to, isReferrer: false, in: id, isDry))
        jobs.append((id, reference))
      } catch {
        failures[id] = RuleError(message: RuleError.reason(of: error))
      }
    }
    return (jobs, failures)
  }

  private func plan(of reference: SparkReference) -> [String] {
    [reference.from.plan, reference.to.plan].map { "\($0), with \(runner.name)" }
  }

  // MARK: Sides

  private func side(
    _ relation: Relation, isReferrer: Bool, in rule: RuleID, _ isDry: Bool
  ) async throws -> SparkSide {
    switch relation {
    case .sql(let relation):
      let side = try await SQLSide(relation, reader: access.reader(relation.store))
      let probe = CatalogueProbe(side: side)
      let bounds = side.isInteger ? try await probe.facts(try await probe.estimate()).bounds : nil
      return try SparkSide(
        side, from: try access.configuration(relation.store.name), secret: Self.variable(for: relation.store.name),
        isReferrer: isReferrer, bounds: bounds, partitions: settings.partitions)
    case .firestore(let relation):
      if !isReferrer,
        let export = settings.exports.first(where: { $0.holds(relation) })
      {
        return try SparkSide(relation, in: export)
      }
      return try await file(relation, isReferrer: isReferrer, in: rule, isDry)
    }
  }

  /// The variable of Spark's environment that holds a store's password.
  private static func variable(for store: String) -> String {
    "CONCORD_PASSWORD_"
      + store.utf8.map { byte in
        let letter = Unicode.Scalar(byte)
        return letter.isASCII && (Character(letter).isLetter || Character(letter).isNumber) ? "\(letter)" : "_\(byte)_"
      }.joined()
  }

  /// Reads a collection into a file that Spark can read.
  private func file(
    _ relation: FirestoreRelation, isReferrer: Bool, in rule: RuleID, _ isDry: Bool
  ) async throws -> SparkSide {
    guard let folder = runner.folder else {
      throw RuleError(
        message: "the executors of \(runner.name) cannot read files of this machine; "
          + (isReferrer
            ? "a collection that refers is read with --engine native"
            : "give them an export of \(relation.store)/\(relation.collection) with --spark-export"))
    }
    let path = "\(folder)/\(rule.text)-\(isReferrer ? "uses" : "keys").json"
    let side = isReferrer ? SparkSide(usesOf: relation, at: path) : SparkSide(keysOf: relation, at: path)
    if isDry { return side }
    let client = try access.client(relation.store)
    var lines = try KeyLines(creating: path)
    if isReferrer {
      try await FirestoreKeySource(relation: relation, client: client, clock: clock).readKeys { batch in
        for use in batch.uses {
          for document in use.documents {
            try lines.append(
              JSONValue.object([
                "k0": .string(use.key.parts[0]), "document": .string(document.description),
              ]).serialized())
          }
        }
      }
    } else {
      try await FirestoreKeyStream(relation: relation, client: client).texts { text in
        try lines.append(JSONValue.object(["k0": .string(text)]).serialized())
      }
    }
    try lines.flush()
    return side
  }
}

extension Auditor {
  /// The script that Spark would run, with why some references are not in it; nil when Spark is not to be used.
  package func sparkScript() async -> (text: String, problems: [(rule: RuleID, reason: String)])? {
    guard case .spark(let runner, let settings) = engine else { return nil }
    let access = StoreAccess(stores: stores, rulesAtOnce: width, limits: limits)
    let engine = SparkEngine(runner: runner, settings: settings, access: access, clock: clock)
    let (text, problems) = await engine.script(for: rules.rules)
    await access.close()
    return (text, problems.map { ($0, $1.message) }.sorted { $0.0 < $1.0 })
  }
}

extension AuditRules {
  /// The exports of collections that no reference points to, such as those whose names are misspelt.
  package func unused(_ exports: [SparkExport]) -> [SparkExport] {
    let collections = rules.compactMap { rule in
      if case .reference(let check) = rule.check, case .firestore(let relation) = check.to { relation } else { nil }
    }
    return exports.filter { !collections.contains(where: $0.holds) }
  }
}

extension SparkExport {
  /// Whether it is an export of the relation's collection.
  fileprivate func holds(_ relation: FirestoreRelation) -> Bool {
    store == relation.store && collection == relation.collection.description
  }
}
