import DataContract
import JSON
import Postgres
import RunModel

/// A query of a data contract that answers one value, and optionally another that lists the offending rows.
struct SQLQualityCheck: Sendable {
  let store: SQLStore
  let query: SQLText
  let threshold: Threshold
  /// The SELECT that lists the offending rows, and the columns that identify one.
  let rows: (query: SQLText, key: [String])?

  /// Evaluates the check in one snapshot, so that value and rows belong together.
  func run(on reader: SQLReader, sampleLimit: Int) async throws -> QualityOutcome {
    let (found, position) = try await reader.snapshot { connection in
      let value = try measure(on: connection)
      guard !threshold.isSatisfied(by: value), let rows else { return (value, total: 0, [QualityOutcome.Violation]()) }
      let list: SQL = "SELECT * FROM (\(rows.query.sql)) AS violations LIMIT \(sampleLimit)"
      let sample = try connection.querySync(list)
      let violations = try self.violations(sample)
      // Counting runs the query again; a sample that is not full is the count.
      guard violations.count == sampleLimit else { return (value, total: violations.count, violations) }
      let total = try connection.querySync("SELECT count(*) FROM (\(rows.query.sql)) AS violations").rows[0]
      return (value, total: try total[0].decode(Int.self), violations)
    }
    let shown = rows.map { [query, $0.query] } ?? [query]
    return QualityOutcome(
      value: found.0, isSatisfied: threshold.isSatisfied(by: found.0), offendingRows: found.total,
      violations: found.2, plan: shown.map { "\(store.name): \($0.oneLine)" },
      query: "\((rows?.query ?? query).oneLine);", position: position)
  }

  private func measure(on connection: isolated PostgresConnection) throws -> JSONValue {
    // Two rows tell that there are too many.
    let answer = try connection.querySync("SELECT * FROM (\(query.sql)) AS measured LIMIT 2")
    guard answer.rows.count == 1, answer.columns.count == 1 else {
      let count = answer.rows.count > 1 ? "several rows" : answer.rows.isEmpty ? "no row" : "1 row"
      throw RuleError(
        message:
          "the query must answer one row with one value; it answered \(count) with \(answer.columns.count) values")
    }
    return JSONValue(answer.rows[0][0].text, of: answer.columns[0].typeID)
  }

  private func violations(_ sample: PostgresResult) throws -> [QualityOutcome.Violation] {
    let names = sample.columns.map(\.name)
    let key = rows?.key ?? []
    for name in key where !names.contains(name) {
      throw RuleError(
        message: "concord.key names the column '\(name)', which concord.rows does not answer; it answers "
          + names.joined(separator: ", "))
    }
    let freeText = Set(sample.columns.filter { !JSONValue.isPlain($0.typeID) }.map(\.name))
    return sample.rows.map { row in
      let fields = names.enumerated().map { index, name in Finding.Field(name, row[index].text) }
      return .init(
        identity: fields.filter { key.contains($0.name) }, values: fields.filter { !key.contains($0.name) },
        freeText: freeText)
    }
  }
}

extension JSONValue {
  /// A value that PostgreSQL wrote, by the type of its column.
  init(_ text: String?, of type: PostgresTypeID) {
    guard let text else {
      self = .null
      return
    }
    switch type {
    case .int2, .int4, .int8, .numeric, .float4, .float8, .oid:
      // NaN and the infinities are no numbers in JSON.
      self = JSONNumber(lexeme: text).map { .number($0) } ?? .string(text)
    case .bool: self = .bool(text == "t")
    default: self = .string(text)
    }
  }

  /// Whether values of the type are numbers, truth values or times, which say nothing by themselves.
  fileprivate static func isPlain(_ type: PostgresTypeID) -> Bool {
    [.int2, .int4, .int8, .numeric, .float4, .float8, .oid, .bool, .date, .timestamp, .timestamptz].contains(type)
  }
}
