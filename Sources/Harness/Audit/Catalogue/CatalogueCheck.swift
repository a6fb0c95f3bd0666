// A contract that names a column which the store does not have is found by an audit too, but as a rule that cannot be
// decided, at night. Here the same is asked of the catalogues alone, for everything that the contracts say, whether a
// rule needs it or not.

import DataContract
import Firestore
import Postgres
import RFC3339
import RunModel
package import YAMLSource

/// Compares data contracts with what their stores hold.
struct CatalogueCheck: Sendable {
  let contracts: DataContractSet
  let rules: [AuditRule]
  let stores: [Component]
  let access: StoreAccess

  /// Everything that differs, in reading order.
  func run() async -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var broken: Set<String> = []
    for contract in contracts.contracts {
      guard let server = contract.servers.first(where: { server in stores.contains { $0.name == server.name } }),
        let store = stores.first(where: { $0.name == server.name })
      else { continue }
      for object in contract.objects {
        let found = await check(object, in: store, server)
        problems += found
        if found.hasErrors { broken.insert("\(store.name)/\(object.name)") }
      }
    }
    problems += await indexes(except: broken)
    problems += await bases(except: broken)
    for rule in rules where !broken.contains(rule.place) { problems += await check(rule) }
    return problems.inReadingOrder()
  }

  private func check(_ object: SchemaObject, in store: Component, _ server: ContractServer) async -> [Diagnostic] {
    do {
      switch (store.kind, object.kind) {
      case (.service, _): return []
      case (.firestore, _): return try await CollectionCheck(object: object, client: access.client(store.name)).run()
      case (.postgresql, .query): return []
      case (.postgresql, _):
        let reader = try access.reader(SQLStore(server, of: store))
        return try await TableCheck(object: object, reader: reader).run()
      }
    } catch {
      return [
        Diagnostic(
          location: object.location,
          message: "'\(object.name)' cannot be looked up in \(store.name): \(RuleError.reason(of: error))")
      ]
    }
  }

  // MARK: Indexes

  /// Columns of references that no index begins with: an audit then reads their table as a whole.
  private func indexes(except broken: Set<String>) async -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var told: Set<String> = []
    for rule in rules {
      guard case .reference(let check) = rule.check else { continue }
      for (relation, what) in [
        (check.from, "refers elsewhere: each search for what dangles reads the whole table"),
        (check.to, "is referred to: each look-up reads the whole table"),
      ] {
        guard case .sql(let relation) = relation, case .table = relation.source,
          !broken.contains("\(relation.store.name)/\(relation.name)"), let location = rule.description.source,
          let reader = try? access.reader(relation.store),
          let indexes = try? await TableFacts.indexes(of: relation, reader: reader),
          !indexes.contains(where: { $0.serves(relation.columns) })
        else { continue }
        let columns = relation.columns.joined(separator: ", ")
        guard told.insert("\(relation.store.name)/\(relation.name)/\(columns)").inserted else { continue }
        problems.append(
          Diagnostic(
            severity: .warning, location: location,
            message:
              "no index of '\(relation.name)' in \(relation.store.name) begins with \(columns), which \(what)",
            remedy: "CREATE INDEX ON \(relation.name) (\(columns))"))
      }
    }
    return problems
  }

  // MARK: What derived relations rest on

  /// Derived relations that are referred to and do not tell what they rest on.
  private func bases(except broken: Set<String>) async -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var told: Set<String> = []
    for rule in rules {
      guard case .reference(let check) = rule.check, case .sql(let relation) = check.to, relation.basis == nil,
        !broken.contains("\(relation.store.name)/\(relation.name)"), let location = rule.description.source,
        let reader = try? access.reader(relation.store), let side = try? await SQLSide(relation, reader: reader),
        case .database = side.absence, told.insert("\(relation.store.name)/\(relation.name)").inserted
      else { continue }
      problems.append(
        Diagnostic(
          severity: .warning, location: location,
          message: """
            '\(relation.name)' is derived, and nothing tells which rows it rests on: what is missing from it is only \
            suspect while \(relation.store.name) is being written to
            """,
          remedy: """
            give it concord.basis: a SELECT of \(side.columns) and the xmin of every row behind it, whether it counts or not
            """))
    }
    return problems
  }

  // MARK: Rules

  /// Whether the store understands what a rule asks; nothing is evaluated.
  private func check(_ rule: AuditRule) async -> [Diagnostic] {
    do {
      switch rule.check {
      case .reference(let check):
        for case .sql(let relation) in [check.from, check.to] {
          let reader = try access.reader(relation.store)
          _ = try await SQLSide(relation, reader: reader)
        }
      case .query(let check):
        let reader = try access.reader(check.store)
        let queries = [check.query] + (check.rows.map { [$0.query] } ?? [])
        for query in queries { _ = try await reader.snapshot { try $0.querySync("EXPLAIN \(query.sql)") } }
      case .metric(let check):
        guard case .sql(let relation) = check.relation else { return [] }
        _ = try await ColumnProbe(reader: access.reader(relation.store)).kinds(of: relation)
      }
      return []
    } catch {
      return [
        Diagnostic(
          location: rule.description.source,
          message: "the rule '\(rule.description.id)' cannot be evaluated: \(RuleError.reason(of: error))")
      ]
    }
  }
}

extension AuditRule {
  /// Store and object that the rule judges.
  fileprivate var place: String { "\(description.subject.store)/\(description.subject.object)" }
}

extension AuditRules {
  /// Compares the contracts with the catalogues of their stores; evaluates no rule.
  package func check(stores: [String: AuditedStore]) async -> [Diagnostic] {
    let access = StoreAccess(stores: stores, rulesAtOnce: 1)
    let problems = await CatalogueCheck(contracts: contracts, rules: rules, stores: components, access: access).run()
    await access.close()
    return problems
  }
}
