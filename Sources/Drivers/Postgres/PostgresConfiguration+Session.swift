// The session's settings travel in the start-up message, so they cost no round trip and no statement can run before
// them. Some of them libpq knows by name, the others go as `-c name=value` in `options`.

extension PostgresConfiguration {
  /// What libpq is told, by its own keywords.
  var startupOptions: [(keyword: String, value: String)] {
    var options = additionalOptions
    options["host"] = host
    options["port"] = options["port"] ?? String(port)
    options["dbname"] = database
    options["user"] = user
    options["password"] = password
    options["application_name"] = applicationName
    options["sslmode"] = sslMode?.rawValue
    options["client_encoding"] = "UTF8"
    // Looking for Kerberos credentials takes milliseconds and nobody asked for them.
    options["gssencmode"] = options["gssencmode"] ?? "disable"
    options["options"] = commandLineOptions
    return options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Settings that PostgreSQL reports back at the start of a session, and the value each must have.
  ///
  /// A pooler between may drop `options`; the connection compares, and sets what is missing.
  var verifiedSettings: [(name: String, value: String)] {
    var settings = [("TimeZone", "UTC"), ("client_encoding", "UTF8")]
    if readOnly {
      settings.append(("default_transaction_read_only", "on"))
    }
    return settings
  }

  /// How long to wait for a sign of the server during a statement.
  var silenceLimit: Duration? {
    responseTimeout ?? statementTimeout.map { $0 + .seconds(5) }
  }

  /// Our settings come last and so win over the user's `options`.
  private var commandLineOptions: String {
    var settings = [
      ("TimeZone", "UTC"), ("DateStyle", "ISO"), ("IntervalStyle", "iso_8601"), ("extra_float_digits", "1"),
      ("bytea_output", "hex"),
    ]
    if readOnly {
      settings.append(("default_transaction_read_only", "on"))
    }
    let limits = [
      ("statement_timeout", statementTimeout), ("lock_timeout", lockTimeout),
      ("idle_in_transaction_session_timeout", idleInTransactionTimeout),
    ]
    for (name, limit) in limits {
      if let limit {
        settings.append((name, String(limit.wholeMilliseconds)))
      }
    }
    let own = settings.map { "-c \($0.0)=\($0.1)" }.joined(separator: " ")
    return additionalOptions["options"].map { "\($0) \(own)" } ?? own
  }
}

extension Duration {
  /// Milliseconds as PostgreSQL's settings take them: rounded up, at least 1 because 0 switches a timeout off.
  fileprivate var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    let limit = Int64(Int32.max)
    guard seconds < limit / 1000 else { return Int(limit) }
    let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int(max(1, milliseconds))
  }
}
