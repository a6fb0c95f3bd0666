import DataContract
import ECMARegex
import JSON
import Postgres
import RunModel
import YAMLSource

extension RuleCompiler {
  /// A quality rule of a contract as a rule; nil as well for one that only people, or other engines, can judge.
  func quality(_ rule: QualityRule, of contract: DataContract) -> AuditRule? {
    switch rule.kind {
    case .text: return nil
    case .custom(let engine, _):
      sink.report(
        Diagnostic(
          severity: .note, location: rule.location,
          message: "the rule '\(rule.id)' of the engine '\(engine)' is not run"))
      return nil
    case .library, .sql: break
    }
    guard let object = contract.object(named: rule.object), let (store, server) = store(of: contract, at: rule.location)
    else { return nil }
    let id = ruleID(rule.id, at: rule.location)
    let compiled: (check: AuditRule.Check, metric: String)?
    switch rule.kind {
    case .text, .custom: compiled = nil
    case .sql(let query, let threshold, let rows):
      compiled = queryCheck(query, threshold, rows, rule, of: object, store, server).map { (.query($0), "sql") }
    case .library(let metric, let arguments, let threshold):
      compiled = metricCheck(metric, arguments, threshold, rule, of: object, in: contract, store)
        .map { (.metric($0), metric.rawValue) }
    }
    guard let id, let compiled else { return nil }
    let fields = rule.property.isEmpty ? object.primaryKey.map(\.name) : [rule.property.joined(separator: ".")]
    let description = RuleDescription(
      id: id, title: rule.summary ?? rule.name ?? id.text, kind: .quality(metric: compiled.metric),
      severity: Severity(rule.severity),
      subject: DataLocation(store: store.name, object: object.name, fields: fields),
      filter: rule.filter.map(\.display), source: rule.location, remedy: rule.remedy)
    return AuditRule(description: description, check: compiled.check, masking: Masking(object, of: contract))
  }

  // MARK: SQL

  private func queryCheck(
    _ query: String, _ threshold: Threshold, _ rows: QualityRule.RowsQuery?, _ rule: QualityRule,
    of object: SchemaObject, _ store: Component, _ server: ContractServer
  ) -> SQLQualityCheck? {
    guard store.kind == .postgresql else {
      sink.error(
        "an SQL rule cannot judge the store '\(store.name)', which is \(store.kind.rawValue)", at: rule.location,
        remedy: "use a metric of the library: \(QualityRule.Metric.allCases.map(\.rawValue).joined(separator: ", "))")
      return nil
    }
    if rule.filter != nil {
      sink.error(
        "concord.filter has no effect on an SQL rule", at: rule.location,
        remedy: "write the condition into the WHERE of its query")
    }
    let placeholders = placeholders(rule, of: object)
    let value = sqlText(at: rule.location, what: "query") { () throws(SQLText.Problem) in
      try SQLText(query: placeholders.replaced(in: query))
    }
    let list = rows.map { rows in
      sqlText(at: rule.location, what: "concord.rows") { () throws(SQLText.Problem) in
        try SQLText(query: placeholders.replaced(in: rows.query))
      }
    }
    guard let value, rule.filter == nil else { return nil }
    guard let rows, let list else {
      return SQLQualityCheck(store: SQLStore(server, of: store), query: value, threshold: threshold, rows: nil)
    }
    return list.map { list in
      SQLQualityCheck(
        store: SQLStore(server, of: store), query: value, threshold: threshold, rows: (query: list, key: rows.key))
    }
  }

  private func placeholders(_ rule: QualityRule, of object: SchemaObject) -> SQLPlaceholders {
    let name: String =
      if case .query(let text) = object.kind, let query = try? SQLText(query: text) {
        "(\(query.text)) AS \(SQL.quoted(identifier: object.name))"
      } else {
        QualifiedName(parsing: object.physicalName).quoted
      }
    let chain = object.chain(to: rule.property)
    return SQLPlaceholders(object: name, property: chain?.count == 1 ? chain?[0].physicalName : nil)
  }

  // MARK: Library

  private func metricCheck(
    _ metric: QualityRule.Metric, _ arguments: [String: JSONValue], _ threshold: Threshold, _ rule: QualityRule,
    of object: SchemaObject, in contract: DataContract, _ store: Component
  ) -> MetricCheck? {
    let measure: Measure
    do throws(Measure.Unusable) {
      measure = try Measure(metric, arguments)
    } catch {
      sink.error(error.message, at: rule.location, remedy: error.remedy)
      return nil
    }
    guard let paths = measuredPaths(metric, arguments, rule, of: object), let inPercent = isInPercent(rule, metric),
      isReadable(measure, by: store, rule)
    else { return nil }
    let relation = relation(
      of: object, in: contract, Columns(paths: paths, use: .measured), filter: rule.filter, at: rule.location)
    return relation.map { MetricCheck(relation: $0, measure: measure, threshold: threshold, inPercent: inPercent) }
  }

  /// The columns that a metric counts: the rule's property, or those that its arguments list.
  private func measuredPaths(
    _ metric: QualityRule.Metric, _ arguments: [String: JSONValue], _ rule: QualityRule, of object: SchemaObject
  ) -> [[String]]? {
    if metric == .rowCount { return [] }
    if !rule.property.isEmpty { return [rule.property] }
    guard let names = arguments["properties"]?.arrayValue?.compactMap(\.stringValue), !names.isEmpty else {
      sink.error(
        "the metric '\(metric.rawValue)' does not say which properties it counts", at: rule.location,
        remedy: "declare it at a property, or give arguments: {properties: [...]}")
      return nil
    }
    var paths: [[String]] = []
    for name in names {
      let path = object.property(named: name) == nil ? name.split(separator: ".").map(String.init) : [name]
      guard object.chain(to: path) != nil else {
        sink.error(
          "'\(object.name)' has no property '\(name)'", at: rule.location,
          remedy: YAMLSource.remedy(for: name, among: object.properties.map(\.name)))
        continue
      }
      paths.append(path)
    }
    return paths.count == names.count ? paths : nil
  }

  private func isInPercent(_ rule: QualityRule, _ metric: QualityRule.Metric) -> Bool? {
    switch rule.unit {
    case nil, "rows"?: return false
    case "percent"? where metric == .rowCount:
      sink.error("a row count cannot be in percent", at: rule.location, remedy: "remove the unit")
      return nil
    case "percent"?: return true
    case let unit?:
      sink.error(
        "the unit '\(unit)' is unknown", at: rule.location,
        remedy: YAMLSource.remedy(for: unit, among: ["rows", "percent"]))
      return nil
    }
  }

  /// PostgreSQL reads patterns itself; for Firestore this process does, by the rules of ECMAScript.
  private func isReadable(_ measure: Measure, by store: Component, _ rule: QualityRule) -> Bool {
    guard store.kind == .firestore, case .invalidValues(_, let pattern?) = measure else { return true }
    do throws(PatternError) {
      _ = try ECMAPatternEngine().compile(pattern)
      return true
    } catch {
      sink.error("the pattern '\(pattern)' cannot be read: \(error.message)", at: rule.location)
      return false
    }
  }
}
