/// The PostgreSQL server programs that scratch servers are run with.
package struct PostgresInstallation: Sendable, Hashable {
  /// Oldest version that has what Concord needs: `pg_read_all_data`, and scram by default.
  package static let oldestMajor = 14

  /// Folder of `postgres`, `initdb` and `psql`.
  package let folder: String
  /// As the server tells it: "15.18".
  package let version: String

  /// Path of one of the programs.
  func program(_ name: String) -> String { "\(folder)/\(name)" }

  /// Folders to look in, the most wanted first: `CONCORD_PG_BIN` alone when it is set, else the newest version where
  /// Debian and Red Hat install theirs, else `PATH`.
  static func candidates(
    environment: [String: String], list: (String) -> [String] = { (try? Files.list($0)) ?? [] }
  ) -> [String] {
    if let chosen = environment["CONCORD_PG_BIN"], !chosen.isEmpty { return [chosen] }
    var folders: [(version: Int, path: String)] = []
    for name in list("/usr/lib/postgresql") {
      if let version = Int(name) { folders.append((version, "/usr/lib/postgresql/\(name)/bin")) }
    }
    for name in list("/usr") where name.hasPrefix("pgsql-") {
      if let version = Int(name.dropFirst(6)) { folders.append((version, "/usr/\(name)/bin")) }
    }
    let installed = folders.filter { $0.version >= oldestMajor }.sorted { $0.version > $1.version }.map(\.path)
    return installed + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
  }

  /// Finds the programs and asks the server for its version.
  ///
  /// - Throws: `StackError` that names the package to install.
  package static func find(_ supervisor: Supervisor) async throws(StackError) -> PostgresInstallation {
    let environment = supervisor.environment
    var tooOld: String?
    for folder in candidates(environment: environment) {
      let isComplete = ["postgres", "initdb", "psql"].allSatisfy { Files.isExecutable("\(folder)/\($0)") }
      guard isComplete, let version = await version(of: folder, supervisor) else { continue }
      if let major = Int(version.prefix { $0.isNumber }), major >= oldestMajor {
        return PostgresInstallation(folder: folder, version: version)
      }
      tooOld = "\(version) in \(folder)"
    }
    var message = "found no PostgreSQL server, version \(oldestMajor) or later"
    if let tooOld { message += "; there is only \(tooOld)" }
    if let chosen = environment["CONCORD_PG_BIN"], !chosen.isEmpty { message += " in CONCORD_PG_BIN=\(chosen)" }
    throw StackError(
      .postgresMissing, message,
      remedy:
        "install the Debian package 'postgresql' (apt-get install postgresql), or set CONCORD_PG_BIN to the folder "
        + "that holds postgres, initdb and psql")
  }

  private static func version(of folder: String, _ supervisor: Supervisor) async -> String? {
    let command = ChildProcess.Command(["\(folder)/postgres", "--version"], environment: ["LC_ALL": "C"])
    guard let (exit, output) = try? await supervisor.run(command), exit == .status(0) else { return nil }
    return version(in: output.first ?? "")
  }

  /// Reads `postgres (PostgreSQL) 15.18 (Debian …)`.
  static func version(in line: String) -> String? {
    let words = line.split(separator: " ")
    guard let index = words.firstIndex(of: "(PostgreSQL)"), index + 1 < words.count,
      words[index + 1].first?.isNumber == true
    else { return nil }
    return String(words[index + 1])
  }
}
