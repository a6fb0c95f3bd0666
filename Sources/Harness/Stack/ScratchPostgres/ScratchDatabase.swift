import YAMLSource

/// What a scratch PostgreSQL server holds when it starts: one database, its owner, and what an init script made.
package struct ScratchDatabase: Sendable, Hashable {
  package let database: String
  /// Role that owns the database and that the init script runs as.
  package let user: String
  package let password: String
  /// SQL file, as psql understands it; nil for an empty database.
  package let initScript: String?

  /// Describes a database.
  package init(database: String, user: String, password: String, initScript: String? = nil) {
    self.database = database
    self.user = user
    self.password = password
    self.initScript = initScript
  }

  /// Role that audits read through: read-only by default, may read every table.
  package static let auditUser = "concord_audit"
  /// Its password; no secret, since the server is reachable from this machine only and is thrown away with the run.
  static let auditPassword = "concord_audit"
  /// The superuser; has no password, so that nobody can log in as it once the cluster is built.
  static let superuser = "concord_superuser"

  /// The init script's bytes; none when there is no script.
  func readScript() throws(StackError) -> [UInt8] {
    guard let initScript else { return [] }
    do {
      return try Files.read(initScript)
    } catch {
      throw StackError(.data, "\(error)", location: SourceLocation(file: initScript, line: 1, column: 1))
    }
  }

  /// Whether a script has a psql command that reads another file or program: `\i`, `\copy`, `\!`, ….
  static func readsOtherFiles(_ script: [UInt8]) -> Bool {
    script.split(separator: UInt8(ascii: "\n")).contains { line in
      let line = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      return [#"\i"#, #"\copy"#, #"\!"#, #"\g"#, #"\setenv"#].contains { line.starts(with: $0.utf8) }
    }
  }
}
