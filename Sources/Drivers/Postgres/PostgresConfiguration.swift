/// How to reach a database and how its sessions behave.
///
/// What neither this nor a connection string says (client certificates, a password file), libpq takes from its usual
/// places.
package struct PostgresConfiguration: Sendable, Hashable {
  /// A host name, an address, or the folder of a Unix socket (starts with `/`); nil leaves the choice to libpq.
  package var host: String?

  /// The port, 1 to 65535.
  package var port: Int

  /// The database; nil means the one named like the user.
  package var database: String?

  /// The role; nil leaves the choice to libpq.
  package var user: String?

  /// The password, which no description, mirror or error shows.
  package var password: String?

  /// How the session appears in `pg_stat_activity` and in the server's log.
  package var applicationName: String

  /// Whether TLS is used, and what is verified; nil leaves libpq's default (`prefer`).
  package var sslMode: PostgresSSLMode?

  /// How long connecting may take in all, over all addresses.
  package var connectTimeout: Duration

  /// Whether every transaction of the session is read-only; the server then refuses writes with SQLSTATE 25006.
  package var readOnly: Bool

  /// After what time the server aborts a statement (SQLSTATE 57014); nil for never.
  package var statementTimeout: Duration?

  /// After what time the server gives up waiting for a lock (SQLSTATE 55P03); nil for never.
  package var lockTimeout: Duration?

  /// After what time the server ends a session that idles inside a transaction; nil for never.
  package var idleInTransactionTimeout: Duration?

  /// How long the server may be silent during a statement before this process gives up (code `timeout`).
  ///
  /// It catches what the server's own timeouts cannot: a stopped server, a dead network. Nil means five seconds more
  /// than `statementTimeout`, and no limit when there is none.
  package var responseTimeout: Duration?

  /// How many statements a connection keeps prepared; 0 prepares none, as poolers in transaction mode need it.
  package var preparedStatements: Int

  /// Further options of a connection string, by libpq's keyword.
  ///
  /// For instance `sslrootcert`, `target_session_attrs`, `options`.
  package var additionalOptions: [String: String]

  /// Creates a configuration.
  package init(
    host: String? = nil,
    port: Int = 5432,
    database: String? = nil,
    user: String? = nil,
    password: String? = nil,
    applicationName: String = "concord",
    sslMode: PostgresSSLMode? = nil,
    connectTimeout: Duration = .seconds(10),
    readOnly: Bool = false,
    statementTimeout: Duration? = nil,
    lockTimeout: Duration? = nil,
    idleInTransactionTimeout: Duration? = nil,
    responseTimeout: Duration? = nil,
    preparedStatements: Int = 128,
    additionalOptions: [String: String] = [:]
  ) {
    self.host = host
    self.port = port
    self.database = database
    self.user = user
    self.password = password
    self.applicationName = applicationName
    self.sslMode = sslMode
    self.connectTimeout = connectTimeout
    self.readOnly = readOnly
    self.statementTimeout = statementTimeout
    self.lockTimeout = lockTimeout
    self.idleInTransactionTimeout = idleInTransactionTimeout
    self.responseTimeout = responseTimeout
    self.preparedStatements = preparedStatements
    self.additionalOptions = additionalOptions
  }
}

/// How a connection uses TLS (libpq, "SSL Mode Descriptions").
package enum PostgresSSLMode: String, Sendable, Hashable, CaseIterable {
  /// Never.
  case disable
  /// Only when the server insists.
  case allow
  /// When the server can.
  case prefer
  /// Always, whoever the server is.
  case require
  /// Always, and the certificate is signed by a trusted authority.
  case verifyCA = "verify-ca"
  /// Always, and the certificate is of the host that was asked for.
  case verifyFull = "verify-full"
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address as a URI without the password.
  package var description: String { uri(revealingPassword: false) }

  /// The address as a URI without the password.
  package var debugDescription: String { description }

  /// The address alone: a dump shows no password.
  package var customMirror: Mirror { Mirror(self, children: ["uri": description]) }

  /// The address as a connection URI that libpq and `psql` understand.
  ///
  /// With the password it is a secret: give it to a child's environment, never to a log or a command line.
  package func uri(revealingPassword: Bool) -> String {
    var text = "postgresql://"
    if let user {
      text += Self.percentEncoded(user)
      if revealingPassword, let password {
        text += ":" + Self.percentEncoded(password)
      }
      text += "@"
    }
    if let host {
      // RFC 3986 writes an IPv6 address in brackets; libpq wants the folder of a socket percent-encoded.
      text += host.contains(":") ? "[\(host)]" : Self.percentEncoded(host)
      text += ":\(port)"
    }
    text += "/" + Self.percentEncoded(database ?? "")
    var query: [String] = []
    if host == nil, port != 5432 {
      query.append("port=\(port)")
    }
    if let sslMode {
      query.append("sslmode=\(sslMode.rawValue)")
    }
    return query.isEmpty ? text : text + "?" + query.joined(separator: "&")
  }

  /// Encodes all but the unreserved characters of RFC 3986 section 2.3.
  package static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return encoded
  }
}
