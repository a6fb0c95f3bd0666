// Spark is lazy, and each partition of a JDBC read is a transaction of its own, so one join over both stores would have
// no order of reads at all. The script gives it one: all keys in use are cached, which reads them, before anything that
// they refer to is touched. What comes out are candidates; the native engine proves or dismisses them.
//
// Answers come back on standard output, a line of JSON each, so that executors and Concord need no folder in common.

/// The Spark SQL script that finds the candidates of references.
struct SparkScript: Sendable {
  let references: [SparkReference]

  /// The script, for `spark-sql -f`.
  var text: String {
    var lines = [
      "-- Written by Concord. It reads only, and finds what may dangle; Concord proves it afterwards.", "",
      "-- Stage 1: every key in use, before anything is read that it may refer to.",
    ]
    for (number, reference) in references.enumerated() { lines += referrer(reference, number) }
    lines += ["", "-- Stage 2: the keys that exist, and which of those in use are not among them."]
    for (number, reference) in references.enumerated() { lines += candidates(reference, number) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the script reads from Spark's environment.
  var environment: [String: String] {
    references.reduce(into: [:]) { all, reference in
      for side in [reference.from, reference.to] { all.merge(side.environment) { $1 } }
    }
  }

  private func referrer(_ reference: SparkReference, _ number: Int) -> [String] {
    let side = reference.from
    var columns = side.keys.enumerated().map { "\($1) AS k\($0)" } + ["\(side.rowCount) AS row_count"]
    if let document = side.document { columns.append("\(document) AS document") }
    // A relation gives each key once, documents do not.
    let keys = side.document == nil ? "count(*)" : "count(DISTINCT k0)"
    return [
      "", "-- \(SparkText.comment(reference.name)): \(SparkText.comment(side.plan))",
      "CREATE TEMPORARY VIEW source_\(number) \(side.definition);",
      "CACHE TABLE referrer_\(number) OPTIONS ('storageLevel' 'MEMORY_AND_DISK') AS",
      "SELECT \(columns.joined(separator: ", ")) FROM source_\(number)\(Self.filter(side.condition));",
      "SELECT to_json(named_struct('rule', \(number), 'keys', \(keys), 'rows', coalesce(sum(row_count), 0)))",
      "FROM referrer_\(number);",
    ]
  }

  private func candidates(_ reference: SparkReference, _ number: Int) -> [String] {
    let side = reference.to
    let columns = side.keys.enumerated().map { "\($1) AS k\($0)" }
    let key = reference.from.keys.indices.map { "r.k\($0)" }.joined(separator: ", ")
    let equal = reference.from.keys.indices.map { "r.k\($0) = t.k\($0)" }.joined(separator: " AND ")
    let document = reference.from.document == nil ? "" : ", 'document', r.document"
    return [
      "", "-- \(SparkText.comment(reference.name)): \(SparkText.comment(side.plan))",
      "CREATE TEMPORARY VIEW target_\(number) \(side.definition);",
      "SELECT to_json(named_struct('rule', \(number), 'key', array(\(key))\(document)))",
      "FROM referrer_\(number) AS r LEFT ANTI JOIN",
      "(SELECT \(columns.joined(separator: ", ")) FROM target_\(number)\(Self.filter(side.condition))) AS t",
      "ON \(equal);",
      "UNCACHE TABLE referrer_\(number);",
      "SELECT to_json(named_struct('rule', \(number), 'done', true));",
    ]
  }

  private static func filter(_ condition: String?) -> String { condition.map { " WHERE \($0)" } ?? "" }
}
