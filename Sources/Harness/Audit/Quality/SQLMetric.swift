import JSON
import Postgres
import RunModel

/// Measures a table with one pass for the figures and, where rows are to blame, one for the first of them.
struct SQLMetric: Sendable {
  let check: MetricCheck
  let relation: SQLRelation
  let reader: SQLReader

  /// Evaluates the metric in one snapshot.
  func run(sampleLimit: Int) async throws -> QualityOutcome {
    let kinds = try await ColumnProbe(reader: reader).kinds(of: relation)
    let figures = figures(kinds)
    let (found, position) = try await reader.snapshot { connection in
      let row = try connection.querySync(figures).rows[0]
      let counted = MetricCheck.Figures(total: try row[0].decode(Int.self), offending: try row[1].decode(Int.self))
      guard !check.isSatisfied(counted), check.blamesRows, counted.offending > 0 else {
        return (counted, [QualityOutcome.Violation]())
      }
      return (counted, try connection.querySync(list(kinds, limit: sampleLimit)).rows.map(violation))
    }
    let (counted, violations) = found
    return QualityOutcome(
      value: check.value(counted), isSatisfied: check.isSatisfied(counted),
      offendingRows: check.blamesRows ? counted.offending : 0, violations: violations, rowsExamined: counted.total,
      plan: ["\(reader.store.name): \(figures.text)"], query: "\(figures.text);", position: position)
  }

  // MARK: Statements

  /// How many rows there are, and how many offend.
  func figures(_ kinds: [ColumnKind]) -> SQL {
    if case .outlived = check.measure {
      // Nobody asks how many rows there are, so an index on the time can answer.
      return "SELECT count(*), count(*) FROM \(relation.from) WHERE \(relation.condition) AND (\(condition(kinds)))"
    }
    guard check.measure == .duplicateValues else {
      let offending: SQL = check.measure == .rowCount ? "0" : "count(*) FILTER (WHERE \(condition(kinds)))"
      return "SELECT count(*), \(offending) FROM \(relation.from) WHERE \(relation.condition)"
    }
    // Grouping is cheaper than numbering rows, and an index can do it.
    return """
      SELECT (SELECT count(*) FROM \(relation.from) WHERE \(relation.condition)), \
      (SELECT coalesce(sum(repeated.rows - 1), 0)::bigint FROM (SELECT count(*) AS rows FROM \(relation.from) \
      WHERE \(relation.condition) AND \(present) GROUP BY \(groups(kinds)) HAVING count(*) > 1) AS repeated)
      """
  }

  /// The first offending rows: what identifies each, and the measured columns.
  func list(_ kinds: [ColumnKind], limit: Int) -> SQL {
    let shown = SQL.joined(
      (relation.identity + relation.columns).map { "\(relation.column($0))::text" }, separator: ", ")
    let order = SQL.joined(relation.identity.map(relation.column), separator: ", ")
    guard check.measure == .duplicateValues else {
      return """
        SELECT \(shown) FROM \(relation.from) WHERE \(relation.condition) AND (\(condition(kinds))) \
        ORDER BY \(order) LIMIT \(limit)
        """
    }
    // The first of equal rows is not to blame, every further one is.
    let names = SQL.joined(
      (relation.identity + relation.columns).indices.map { "\(identifier: "concord_\($0)")" }, separator: ", ")
    return """
      SELECT \(names) FROM (SELECT \(shown), row_number() OVER (ORDER BY \(order)), \
      row_number() OVER (PARTITION BY \(groups(kinds)) ORDER BY \(order)) FROM \(relation.from) \
      WHERE \(relation.condition) AND \(present)) AS numbered(\(names), concord_place, concord_copy) \
      WHERE concord_copy > 1 ORDER BY concord_place LIMIT \(limit)
      """
  }

  /// Whether a row offends; nulls offend only where that is the question.
  private func condition(_ kinds: [ColumnKind]) -> SQL {
    let columns = zip(relation.columns, kinds).map { name, kind in
      (column: relation.column(name), text: kind.keyText(relation.column(name)))
    }
    switch check.measure {
    case .rowCount, .duplicateValues: return "false"
    case .nullValues: return any(columns.map { "\($0.column) IS NULL" })
    case .partialNulls:
      let nulls = SQL.joined(columns.map(\.column), separator: ", ")
      return "num_nulls(\(nulls)) NOT IN (0, \(raw: String(columns.count)))"
    case .outlived(let duration):
      // A time without zone is in UTC, as the session is; the comparison of both types can use an index. A day is over
      // at its end.
      let latest: SQL = "(now() - make_interval(secs => \(raw: String(duration.components.seconds))))"
      return any(
        columns.map { column in
          let isDay: SQL = "pg_catalog.pg_typeof(\(column.column)) = 'date'::pg_catalog.regtype"
          return "\(column.column) < \(latest) AND (NOT \(isDay) OR \(column.column) < \(latest)::date)"
        })
    case .missingValues(let values):
      let texts = values.compactMap(\.keyText)
      return any(
        columns.flatMap { column -> [SQL] in
          let isNull: [SQL] = values.contains(.null) ? ["\(column.column) IS NULL"] : []
          return isNull + (texts.isEmpty ? [] : ["\(column.text) IN (\(list(texts)))"])
        })
    case .invalidValues(let valid, let pattern):
      return any(
        columns.flatMap { column -> [SQL] in
          let texts = valid?.compactMap(\.keyText)
          let isOther: [SQL] =
            texts.map { $0.isEmpty ? ["\(column.column) IS NOT NULL"] : ["\(column.text) NOT IN (\(list($0)))"] } ?? []
          return isOther + (pattern.map { ["\(column.text) !~ \(literal: $0)"] } ?? [])
        })
    }
  }

  /// Constants of the contract go in as literals, so that the statement can be shown to people as it is run.
  private func list(_ texts: [String]) -> SQL { SQL.joined(texts.map { "\(literal: $0)" }, separator: ", ") }

  private func any(_ conditions: [SQL]) -> SQL {
    conditions.isEmpty ? "false" : SQL.joined(conditions.map { "(\($0))" }, separator: " OR ")
  }

  /// Rows with a null in them equal no other.
  private var present: SQL {
    SQL.joined(relation.columns.map { "\(relation.column($0)) IS NOT NULL" }, separator: " AND ")
  }

  private func groups(_ kinds: [ColumnKind]) -> SQL {
    SQL.joined(zip(relation.columns, kinds).map { $1.grouping(relation.column($0)) }, separator: ", ")
  }

  private func violation(_ row: PostgresRow) -> QualityOutcome.Violation {
    let identity = relation.identity.enumerated().map { Finding.Field($1, row[$0].text) }
    let values = relation.columns.enumerated().map { Finding.Field($1, row[relation.identity.count + $0].text) }
    return .init(
      identity: identity, values: values.filter { !relation.identity.contains($0.name) },
      query: relation.statement(showing: identity))
  }
}
