extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// One sentence without stored data: fit for logs and reports.
  package var description: String {
    guard let sqlState else {
      return isOutcomeUnknown ? "\(message); whether the transaction was committed is unknown" : message
    }
    var text = SQLState.name(of: sqlState).map { "\($0) (\(sqlState))" } ?? "SQLSTATE \(sqlState)"
    if SQLState.hasHarmlessMessage(sqlState) {
      text += ": \(message)"
    }
    if let table {
      text += ", table \"\(schema.map { "\($0)." } ?? "")\(table)\""
    }
    if let column {
      text += ", column \"\(column)\""
    }
    if let constraint {
      text += ", constraint \"\(constraint)\""
    }
    if let script {
      text += script.statement.map { ", in statement \($0) of the script" } ?? ", in the script"
      if let line = script.line, let column = script.column {
        text += " at line \(line), column \(column)"
      }
    }
    return text
  }

  /// Everything known about the failure; the server's message and detail may quote stored data.
  package var debugDescription: String {
    var lines = ["PostgresError.\(code): \(description)"]
    let facts: [(String, String?)] = [
      ("message", message == description ? nil : message), ("detail", detail), ("hint", hint), ("context", context),
      ("position", position.map(String.init)), ("statement", statement),
    ]
    for case let (name, value?) in facts {
      lines.append("  \(name): \(value)")
    }
    return lines.joined(separator: "\n")
  }

  /// No children: a dump of the error shows its description only.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What PostgreSQL's error codes mean (PostgreSQL 15, appendix A).
enum SQLState {
  /// The condition's name, for the codes that users of a stack meet.
  static func name(of code: String) -> String? { names[code] }

  /// Whether messages with the code name only objects, settings or states, never a value from a row or a statement.
  ///
  /// Class 22 and 23 quote values, P0 says what the author of a function chose, and 42601 quotes the script.
  static func hasHarmlessMessage(_ code: String) -> Bool {
    guard code != "42601" else { return false }
    return ["08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58"].contains(String(code.prefix(2)))
  }

  private static let names: [String: String] = [
    "08000": "connection_exception", "08003": "connection_does_not_exist", "08006": "connection_failure",
    "08P01": "protocol_violation", "0A000": "feature_not_supported", "22001": "string_data_right_truncation",
    "22003": "numeric_value_out_of_range", "22007": "invalid_datetime_format", "22008": "datetime_field_overflow",
    "22012": "division_by_zero", "22021": "character_not_in_repertoire", "22023": "invalid_parameter_value",
    "22P02": "invalid_text_representation", "22P05": "untranslatable_character", "23502": "not_null_violation",
    "23503": "foreign_key_violation", "23505": "unique_violation", "23514": "check_violation",
    "23P01": "exclusion_violation", "25001": "active_sql_transaction", "25006": "read_only_sql_transaction",
    "25P02": "in_failed_sql_transaction", "25P03": "idle_in_transaction_session_timeout",
    "26000": "invalid_sql_statement_name", "28000": "invalid_authorization_specification",
    "28P01": "invalid_password", "3D000": "invalid_catalog_name", "3F000": "invalid_schema_name",
    "40001": "serialization_failure", "40P01": "deadlock_detected", "42501": "insufficient_privilege",
    "42601": "syntax_error", "42602": "invalid_name", "42701": "duplicate_column", "42703": "undefined_column",
    "42704": "undefined_object", "42710": "duplicate_object", "42725": "ambiguous_function",
    "42804": "datatype_mismatch", "42846": "cannot_coerce", "42883": "undefined_function", "42P01": "undefined_table",
    "42P02": "undefined_parameter", "42P04": "duplicate_database", "42P06": "duplicate_schema",
    "42P07": "duplicate_table", "42P18": "indeterminate_datatype", "53100": "disk_full", "53200": "out_of_memory",
    "53300": "too_many_connections", "54000": "program_limit_exceeded", "55006": "object_in_use",
    "55P03": "lock_not_available", "57014": "query_canceled", "57P01": "admin_shutdown", "57P02": "crash_shutdown",
    "57P03": "cannot_connect_now", "57P05": "idle_session_timeout", "58030": "io_error", "P0001": "raise_exception",
    "XX000": "internal_error", "XX001": "data_corrupted", "XX002": "index_corrupted",
  ]
}
