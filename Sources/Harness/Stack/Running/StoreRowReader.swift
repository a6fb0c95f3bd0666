import Firestore
import FirestoreModel
package import HTTP
package import JSON
import Postgres
import RFC3339
package import RunModel

/// Answers read-only questions about the stores of a stack: what contract suites look at.
package final class StoreRowReader: Sendable {
  private let pools: [String: PostgresPool]
  private let clients: [String: FirestoreClient]

  /// Time that a store has for one question.
  private static let timeout = Duration.seconds(5)
  private static let connectionsPerStore = 4

  /// Prepares to read; nothing is opened before somebody asks.
  init(stores: [String: RunningStore], http: HTTPClient) {
    var pools: [String: PostgresPool] = [:]
    var clients: [String: FirestoreClient] = [:]
    for (name, store) in stores {
      switch store {
      case .postgresql(_, let audit, let primary):
        // What a workflow has just written is read where it was written.
        var configuration = primary ?? audit
        configuration.applicationName = "concord contracts"
        configuration.readOnly = true
        configuration.statementTimeout = Self.timeout
        configuration.lockTimeout = Self.timeout
        pools[name] = PostgresPool(
          configuration, maximum: Self.connectionsPerStore, acquireTimeout: .seconds(30))
      case .firestore(_, _, _, let client): clients[name] = client(http)
      }
    }
    self.pools = pools
    self.clients = clients
  }

  /// The rows or documents that a question finds, each as an object.
  ///
  /// - Throws: `StoreQuery.Failure` when there is no such store, it refuses or does not answer, or finds more than
  ///   `StoreQuery.rowLimit`.
  package func rows(of query: StoreQuery) async throws -> [JSONValue] {
    do {
      switch query.content {
      case .sql(let pieces, let values):
        guard let pool = pools[query.store] else { throw unknown(query.store, "PostgreSQL") }
        return try await rows(of: pieces, values, from: pool)
      case .document(let path):
        guard let client = clients[query.store] else { throw unknown(query.store, "Firestore") }
        return try await client.get(DocumentPath(path)).map { [$0.plainJSON] } ?? []
      case .collection(let path, let fields):
        guard let client = clients[query.store] else { throw unknown(query.store, "Firestore") }
        return try await documents(of: CollectionPath(path), where: fields, from: client)
      }
    } catch let failure as StoreQuery.Failure {
      throw failure
    } catch let error as PostgresError where error.sqlState == "42601" {
      // Quotes a word of the suite's own statement, which has no values in it.
      throw StoreQuery.Failure("\(error): \(error.message)")
    } catch {
      throw StoreQuery.Failure("\(error)")
    }
  }

  /// Closes all connections.
  package func close() async {
    for pool in pools.values { await pool.shutdown() }
  }

  private func unknown(_ store: String, _ kind: String) -> StoreQuery.Failure {
    StoreQuery.Failure("the stack has no \(kind) store '\(store)'")
  }

  private func bounded(_ rows: [JSONValue]) throws -> [JSONValue] {
    guard rows.count <= StoreQuery.rowLimit else {
      throw StoreQuery.Failure("it finds more than \(StoreQuery.rowLimit) rows; ask for fewer, or count them there")
    }
    return rows
  }

  // MARK: PostgreSQL

  /// The statement becomes a part of another one, so that it can only be a SELECT, and its rows come as JSON.
  private func rows(of pieces: [String], _ values: [JSONValue], from pool: PostgresPool) async throws -> [JSONValue] {
    var statement: SQL = "SELECT pg_catalog.row_to_json(concord_row)::text FROM (\n"
    for (index, piece) in pieces.enumerated() {
      let isLast = index == pieces.count - 1
      statement += SQL(unsafe: isLast ? Self.withoutSemicolon(piece) : piece)
      if !isLast { statement += "\(Self.parameter(values[index]))" }
    }
    // On a line of its own, because the text may end in a comment.
    statement += "\n) AS concord_row LIMIT \(raw: String(StoreQuery.rowLimit + 1))"
    let result = try await pool.query(statement)
    return try bounded(result.rows.compactMap { try $0[0].text.map { try JSONValue(parsing: $0) } })
  }

  private static func withoutSemicolon(_ text: String) -> String {
    var rest = Substring(text)
    while let last = rest.last, last.isWhitespace || last == ";" { rest.removeLast() }
    return String(rest)
  }

  /// The value as text of no declared type: the server reads it as what stands beside it.
  private static func parameter(_ value: JSONValue) -> PostgresParameter {
    switch value {
    case .null: .null
    case .string(let text): PostgresParameter(text: text)
    case .bool, .number, .array, .object: PostgresParameter(text: value.serialized())
    }
  }

  // MARK: Firestore

  private func documents(
    of path: CollectionPath, where fields: [StoreQuery.Field], from client: FirestoreClient
  ) async throws -> [JSONValue] {
    var filters: [QueryFilter] = []
    for field in fields { filters.append(try Self.filter(field)) }
    let query = StructuredQuery(
      collection: path.id, filter: filters.isEmpty ? nil : .all(filters), limit: StoreQuery.rowLimit + 1)
    return try bounded(try await client.runQuery(query, parent: path.parent).documents.map(\.plainJSON))
  }

  private static func filter(_ field: StoreQuery.Field) throws -> QueryFilter {
    let path = try FieldPath(parsing: field.name)
    switch field.value {
    case .null: return .unary(path, .isNull)
    case .bool(let flag): return .field(path, .equal, .boolean(flag))
    case .string(let text): return .field(path, .equal, .string(text))
    case .number(let number):
      return .field(path, .equal, number.int64.map { .integer($0) } ?? .double(number.double))
    case .array, .object: throw StoreQuery.Failure("the field '\(field.name)' cannot be compared with a list or map")
    }
  }
}

extension RunningStack {
  /// A reader of the stores, with read-only access; close it in the end.
  package func rowReader(over http: HTTPClient) -> StoreRowReader { StoreRowReader(stores: stores, http: http) }
}

extension FirestoreDocument {
  /// The fields as plain JSON, and the document's path as `__name__`.
  fileprivate var plainJSON: JSONValue {
    var object: JSONObject = ["__name__": .string(name.path.description)]
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) { object[key] = value.plainJSON }
    return .object(object)
  }
}

extension FirestoreValue {
  /// The value without its type: moments as RFC 3339, bytes in base64, whatever JSON has no number for as text.
  fileprivate var plainJSON: JSONValue {
    switch self {
    case .null: .null
    case .boolean(let flag): .bool(flag)
    case .integer(let number): .number(JSONNumber(Int(number)))
    case .double(let number): JSONNumber(number).map { .number($0) } ?? .string("\(number)")
    case .timestamp(let moment): .string(moment.rfc3339Microseconds)
    case .string(let text), .reference(let text): .string(text)
    case .bytes(let bytes): .string(Base64.encode(bytes))
    case .geoPoint(let latitude, let longitude):
      .object([
        "latitude": FirestoreValue.double(latitude).plainJSON, "longitude": FirestoreValue.double(longitude).plainJSON,
      ])
    case .array(let values): .array(values.map(\.plainJSON))
    case .map(let fields):
      .object(JSONObject(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value.plainJSON) }))
    }
  }
}
