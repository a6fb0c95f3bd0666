import Postgres
import YAMLSource

/// Builds a PostgreSQL cluster with a scratch database in it, ready to be copied and started.
///
/// While it is built, the server listens on a Unix socket in a private folder only and trusts who reaches it; the
/// finished cluster asks everyone for a password. `psql` runs the init script, so that a script means here exactly what
/// it means when a person feeds it to `psql`, and errors come with their line.
struct ClusterBuilder: Sendable {
  let supervisor: Supervisor
  let installation: PostgresInstallation
  let account: ServerAccount

  /// Settings of every scratch server, in postgresql.conf: no durability, since the data is thrown away with the run;
  /// no background work that would make tests differ; nothing that outlives a killed server (`mmap` files lie in the
  /// data folder, POSIX shared memory would stay in /dev/shm).
  private static let settings = """
    # Concord: a scratch server.
    listen_addresses = '127.0.0.1'
    max_connections = 200
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    wal_level = minimal
    max_wal_senders = 0
    min_wal_size = 2MB
    max_wal_size = 256MB
    checkpoint_timeout = 1h
    autovacuum = off
    jit = off
    shared_buffers = 64MB
    dynamic_shared_memory_type = mmap
    timezone = 'UTC'
    log_timezone = 'UTC'
    lc_messages = 'C'
    password_encryption = 'scram-sha-256'

    """

  private static let accessRules = """
    # Concord: everyone gives a password, also on the Unix socket.
    local all all scram-sha-256
    host all all 127.0.0.1/32 scram-sha-256

    """

  /// What clusters are made by, to tell old templates from new ones; count up when the steps below change.
  static let recipe = "1\n" + settings + accessRules

  /// Builds the cluster in `folder/data`; `folder` must exist and belong to the account of the servers.
  func build(_ scratch: ScratchDatabase, in folder: String) async throws(StackError) {
    let data = "\(folder)/data"
    try await runToSuccess(
      account.prefix + [
        installation.program("initdb"), "--pgdata", data, "--username", ScratchDatabase.superuser, "--auth", "trust",
        "--encoding", "UTF8", "--locale", "C.UTF-8", "--wal-segsize", "1", "--no-sync", "--no-instructions",
      ], what: "initdb")
    do {
      try Files.write(Self.settings, to: "\(data)/concord.conf")
      try Files.give("\(data)/concord.conf", to: account)
      try Files.append("include = 'concord.conf'\n", to: "\(data)/postgresql.conf")
    } catch {
      throw StackError(.system, "\(error)")
    }
    let log = LogStore(clock: supervisor.clock)
    var command = ChildProcess.Command(
      account.prefix + [
        installation.program("postgres"), "-D", data, "-c", "listen_addresses=", "-k", folder, "-p", "5432",
      ], environment: serverEnvironment, directory: folder)
    // "Fast" shutdown: sessions are ended, and the data files are left in a state that needs no recovery.
    command.stopSignal = .interrupt
    command.grace = .seconds(20)
    do {
      let server = try await supervisor.launch(command, log: log)
      do {
        try await fill(scratch, server: server, socketFolder: folder)
      } catch {
        await server.stop()
        throw error
      }
      let exit = await server.stop()
      guard exit == .status(0) else {
        throw StackError(.component, "PostgreSQL ended with \(exit) after its set-up", log: log.tail(10))
      }
      try Files.write(Self.accessRules, to: "\(data)/pg_hba.conf")
    } catch let error as StackError {
      throw error
    } catch {
      throw StackError(.system, "\(error)")
    }
  }

  private func fill(
    _ scratch: ScratchDatabase, server: ChildProcess, socketFolder: String
  ) async throws(StackError) {
    let maintenance = PostgresConfiguration(
      host: socketFolder, database: "postgres", user: ScratchDatabase.superuser, preparedStatements: 0)
    var target = maintenance
    target.database = scratch.database
    let probe = PostgresProbe(maintenance)
    try await Readiness.wait(for: server, within: .seconds(30), probing: probe.attempt)
    do {
      try await withConnection(maintenance) { connection in
        for statement in Self.setUp(scratch) { _ = try await connection.query(statement) }
      }
      // Until PostgreSQL 15 `public` belonged to whoever made the cluster; since then only the database owner may
      // create in it. Owning it makes both the same.
      try await withConnection(target) { connection in
        _ = try await connection.query("ALTER SCHEMA public OWNER TO \(identifier: scratch.user)")
      }
    } catch {
      throw StackError(.component, "PostgreSQL refused the set-up of the scratch database: \(error)")
    }
    if let script = scratch.initScript {
      try await run(script: script, as: scratch, socketFolder: socketFolder)
    }
    do {
      try await withConnection(target) { connection in
        try await connection.execute(script: "VACUUM ANALYZE")
        try await connection.execute(script: "CHECKPOINT")
      }
    } catch {
      throw StackError(.component, "PostgreSQL refused to finish the scratch database: \(error)")
    }
  }

  /// The owner, its database, and the role for audits; statements that take no parameters.
  private static func setUp(_ scratch: ScratchDatabase) -> [SQL] {
    let isThere = scratch.database == "postgres"
    return [
      "CREATE ROLE \(identifier: scratch.user) LOGIN CREATEDB PASSWORD \(literal: scratch.password)",
      isThere
        ? "ALTER DATABASE \(identifier: scratch.database) OWNER TO \(identifier: scratch.user)"
        : "CREATE DATABASE \(identifier: scratch.database) OWNER \(identifier: scratch.user)",
      """
      CREATE ROLE \(identifier: ScratchDatabase.auditUser) LOGIN BYPASSRLS
        PASSWORD \(literal: ScratchDatabase.auditPassword) IN ROLE pg_read_all_data
      """,
      "ALTER ROLE \(identifier: ScratchDatabase.auditUser) SET default_transaction_read_only = on",
    ]
  }

  private func run(
    script: String, as scratch: ScratchDatabase, socketFolder: String
  ) async throws(StackError) {
    var environment = supervisor.environment.filter { !$0.key.hasPrefix("PG") }
    environment["LC_ALL"] = "C.UTF-8"
    environment["PGCLIENTENCODING"] = "UTF8"
    let command = ChildProcess.Command(
      [
        installation.program("psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--host", socketFolder,
        "--port", "5432", "--username", scratch.user, "--dbname", scratch.database, "--file", script,
      ], environment: environment)
    let result: (exit: ProcessExit, output: [String])
    do {
      result = try await supervisor.run(command)
    } catch {
      throw StackError(.system, "\(error)")
    }
    guard result.exit == .status(0) else {
      throw InitScriptFailure.error(from: result.output, exit: result.exit, script: script)
    }
  }

  /// Environment of `initdb` and the servers: nothing of ours, so that every machine starts the same cluster.
  var serverEnvironment: [String: String] {
    ["PATH": "\(installation.folder):/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"]
  }

  /// Runs one of the system's tools and takes a failure for one of the system.
  func runTool(_ arguments: [String]) async throws(StackError) {
    try await runToSuccess(arguments, what: arguments[0])
  }

  private func runToSuccess(_ arguments: [String], what: String) async throws(StackError) {
    let command = ChildProcess.Command(arguments, environment: serverEnvironment, directory: "/")
    do {
      let (exit, output) = try await supervisor.run(command)
      guard exit == .status(0) else {
        throw StackError(.component, "\(what) ended with \(exit)", log: output.suffix(10))
      }
    } catch let error as StackError {
      throw error
    } catch {
      throw StackError(.system, "\(error)")
    }
  }
}
