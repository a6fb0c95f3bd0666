import ECMARegex
import Firestore
import FirestoreModel
import JSON
import RFC3339
import RunModel

/// Measures a collection as of one time: by one count, or document by document.
struct FirestoreMetric: Sendable {
  let check: MetricCheck
  let relation: FirestoreRelation
  let client: FirestoreClient
  let clock: any WallClock
  /// Distinct values that are remembered to find duplicates, 16 bytes each; beyond, the rule is an error.
  var distinctLimit = 2_000_000

  /// Evaluates the metric; `progress` hears the documents examined so far.
  func run(sampleLimit: Int, progress: (Int) -> Void) async throws -> QualityOutcome {
    if check.measure == .rowCount { return try await count() }
    if case .outlived(let duration) = check.measure { return try await outlived(duration, sampleLimit: sampleLimit) }
    let isInvalid = try predicate()
    var seen: Set<UInt128> = []
    var total = 0
    var offending = 0
    var sample: [QualityOutcome.Violation] = []
    let scan = try await client.scan(relation.query, parent: relation.collection.parent) { document in
      total += 1
      if total.isMultiple(of: 1000) { progress(total) }
      let values = relation.fields.map { FirestoreRelation.value(of: $0, in: document) }
      let isOffending =
        if check.measure == .duplicateValues { try isRepeated(values, &seen) } else {
          try values.contains(where: isInvalid)
        }
      guard isOffending else { return }
      offending += 1
      if check.blamesRows, sample.count < sampleLimit { sample.append(violation(document, values)) }
    }
    let fields = relation.fields.map(\.description).joined(separator: ", ")
    return outcome(
      MetricCheck.Figures(total: total, offending: offending), sample,
      plan: "\(relation.store): every \(fields) of \(relation.collection), by name, as of one time",
      ReadPosition(readTime: scan.readTime, clock: clock))
  }

  /// Asks for what is older only: all else costs no read.
  private func outlived(_ duration: Duration, sampleLimit: Int) async throws -> QualityOutcome {
    let field = relation.fields[0]
    let latest = clock.now().adding(seconds: -duration.components.seconds)
    let isOlder = QueryFilter.field(field, .lessThan, .timestamp(latest))
    var query = relation.query
    query.filter = query.filter.map { .all([isOlder, $0]) } ?? isOlder
    query.orderBy = [.init(field), .init(.documentID)]
    query.limit = Self.pageSize
    var (count, sample, readTime) = (0, [QualityOutcome.Violation](), Timestamp?.none)
    while true {
      let page = try await client.runQuery(query, parent: relation.collection.parent, readTime: readTime)
      readTime = readTime ?? page.readTime
      count += page.documents.count
      for document in page.documents where sample.count < sampleLimit {
        sample.append(violation(document, [FirestoreRelation.value(of: field, in: document)]))
      }
      guard page.documents.count == Self.pageSize, let last = page.documents.last,
        let value = FirestoreRelation.value(of: field, in: last)
      else { break }
      query.startAt = .init([value, .reference(last.name.description)], before: false)
    }
    return outcome(
      MetricCheck.Figures(total: count, offending: count), sample,
      plan: "\(relation.store): documents of \(relation.collection) whose \(field) is before \(latest)",
      ReadPosition(readTime: readTime, clock: clock))
  }

  private static let pageSize = 1_000

  private func count() async throws -> QualityOutcome {
    let position = ReadPosition(readTime: nil, clock: clock)
    let total = Int(try await client.count(relation.query, parent: relation.collection.parent))
    return outcome(
      MetricCheck.Figures(total: total, offending: 0), [], plan: "\(relation.store): count of \(relation.collection)",
      position)
  }

  private func outcome(
    _ figures: MetricCheck.Figures, _ sample: [QualityOutcome.Violation], plan: String, _ position: ReadPosition
  ) -> QualityOutcome {
    let isSatisfied = check.isSatisfied(figures)
    return QualityOutcome(
      value: check.value(figures), isSatisfied: isSatisfied, offendingRows: check.blamesRows ? figures.offending : 0,
      violations: isSatisfied ? [] : sample, rowsExamined: figures.total, plan: [plan], query: nil, position: position)
  }

  private func predicate() throws -> (FirestoreValue?) throws -> Bool {
    switch check.measure {
    // A key of several columns is never one of a collection.
    case .rowCount, .duplicateValues, .partialNulls, .outlived: return { _ in false }
    case .nullValues: return { $0 == nil || $0 == .null }
    case .missingValues(let values):
      let missing = values.map(FirestoreValue.init(plain:))
      // A field that is not there is as missing as one that is null.
      return { value in missing.contains { FirestoreValue.compare($0, value ?? .null) == 0 } }
    case .invalidValues(let valid, let pattern):
      let allowed = valid.map { $0.map(FirestoreValue.init(plain:)) }
      let compiled = try pattern.map { try ECMAPatternEngine().compile($0) }
      return { value in
        guard let value, value != .null else { return false }
        if let allowed, !allowed.contains(where: { FirestoreValue.compare($0, value) == 0 }) { return true }
        guard let compiled else { return false }
        guard case .string(let text) = value else { return true }
        return try !compiled.firstMatch(in: text)
      }
    }
  }

  /// Remembers values by two hashes of 64 bits with random seeds: that two values share both is less likely than that
  /// the machine errs.
  private func isRepeated(_ values: [FirestoreValue?], _ seen: inout Set<UInt128>) throws -> Bool {
    let parts = values.compactMap { $0?.keyText }
    guard parts.count == values.count else { return false }
    let key = Key(parts)
    let digest = [1, 2].reduce(UInt128(0)) { digest, seed in
      var hasher = Hasher()
      hasher.combine(seed)
      hasher.combine(key)
      return digest << 64 | UInt128(UInt64(bitPattern: Int64(hasher.finalize())))
    }
    guard seen.insert(digest).inserted else { return true }
    guard seen.count <= distinctLimit else {
      throw RuleError(
        message: "more than \(distinctLimit) distinct values in \(relation.collection): too many to compare in memory")
    }
    return false
  }

  private func violation(_ document: FirestoreDocument, _ values: [FirestoreValue?]) -> QualityOutcome.Violation {
    let shown = zip(relation.fields, values).filter { !$0.0.isDocumentID }.map { path, value in
      Finding.Field(path.description, value?.keyText)
    }
    return .init(
      identity: [.init(relation.idName, document.name.path.id)], values: shown, query: document.name.path.description)
  }
}
