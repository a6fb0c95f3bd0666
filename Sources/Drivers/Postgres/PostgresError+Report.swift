import CLibPQ

extension PostgresError {
  /// Reads the server's report from a failed result, which stays the caller's.
  init(result: OpaquePointer, statement: String?) {
    func field(_ code: Int) -> String? {
      PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
    }
    let sqlState = field(concord_pq_diag_sqlstate)
    // Without a SQLSTATE the error is libpq's own: the connection broke.
    self.init(sqlState == nil ? .connection : .server, "")
    self.sqlState = sqlState
    message = field(concord_pq_diag_message) ?? Self.text(PQresultErrorMessage(result))
    detail = field(concord_pq_diag_detail)
    hint = field(concord_pq_diag_hint)
    context = field(concord_pq_diag_context)
    schema = field(concord_pq_diag_schema)
    table = field(concord_pq_diag_table)
    column = field(concord_pq_diag_column)
    constraint = field(concord_pq_diag_constraint)
    position = field(concord_pq_diag_position).flatMap { Int($0) }
    sourceFunction = field(concord_pq_diag_source_function)
    self.statement = statement
  }

  /// The message that libpq keeps with a connection, on one line.
  init(connection: OpaquePointer, _ code: Code = .connection) {
    self.init(code, Self.text(PQerrorMessage(connection)))
  }

  /// A text of libpq without line breaks and white space around.
  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    let text = pointer.map { String(cString: $0) } ?? ""
    let words = text.split { $0.isWhitespace }.joined(separator: " ")
    return words.isEmpty ? "the connection to the server was lost" : words
  }

  /// The error of a connection that can no longer be used.
  static let connectionClosed = PostgresError(.connection, "the connection is closed")
}
