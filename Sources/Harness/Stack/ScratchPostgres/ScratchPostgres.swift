package import Postgres

/// A PostgreSQL server of the run's own, on a free port, with scratch data.
package struct ScratchPostgres: Sendable {
  /// The server process.
  package let process: ChildProcess
  /// Port on 127.0.0.1.
  package let port: Int
  /// What it holds.
  package let scratch: ScratchDatabase

  /// How its owner logs in.
  package var owner: PostgresConfiguration {
    PostgresConfiguration(
      host: "127.0.0.1", port: port, database: scratch.database, user: scratch.user, password: scratch.password)
  }

  /// How the audit role logs in, which can only read.
  package var audit: PostgresConfiguration {
    PostgresConfiguration(
      host: "127.0.0.1", port: port, database: scratch.database, user: ScratchDatabase.auditUser,
      password: ScratchDatabase.auditPassword, readOnly: true)
  }

  /// What all scratch servers of a run share.
  package struct Host: Sendable {
    let builder: ClusterBuilder
    let cache: ClusterCache?
    let ports: PortAllocator

    /// Finds PostgreSQL and an account to run it under.
    ///
    /// - Throws: `StackError` when one of them is missing.
    package static func find(_ supervisor: Supervisor, ports: PortAllocator) async throws(StackError) -> Host {
      guard let account = ServerAccount.current() else {
        throw StackError(
          .postgresMissing, "PostgreSQL refuses to run as root, and there is no other account to run it under",
          remedy: "install the Debian packages 'postgresql' and 'util-linux', or run Concord as an ordinary user")
      }
      let installation = try await PostgresInstallation.find(supervisor)
      return Host(
        builder: ClusterBuilder(supervisor: supervisor, installation: installation, account: account),
        cache: ClusterCache(environment: supervisor.environment), ports: ports)
    }
  }

  /// How often a server is started again when somebody took its port in between.
  private static let attempts = 5

  /// Makes the data of a server and starts it; returns when it answers queries.
  ///
  /// - Parameters:
  ///   - name: names the server's folder in the run folder; unique in the run, at most 40 characters.
  ///   - port: taken if it is free; 0 for any.
  package static func start(
    _ scratch: ScratchDatabase, name: String, port preferred: Int = 0, on host: Host, log: LogStore,
    within limit: Duration = .seconds(30)
  ) async throws(StackError) -> ScratchPostgres {
    let builder = host.builder
    let supervisor = builder.supervisor
    let folder = "\(supervisor.folder.path)/\(name)"
    do {
      try Files.makeFolder(folder, owner: builder.account)
    } catch {
      throw StackError(.system, "\(error)")
    }
    if let cache = host.cache {
      try await cache.materialize(scratch, in: folder, builder: builder)
    } else {
      try await builder.build(scratch, in: folder)
    }
    var port = try host.ports.next(preferred: preferred)
    for attempt in 1... {
      do {
        let server = try await launch(scratch, in: folder, port: port, builder: builder, log: log)
        try await waitUntilReady(server, within: limit)
        return server
      } catch {
        guard attempt < attempts, log.tail(20).contains(where: PortAllocator.reportsTakenPort) else { throw error }
        log.append(line: "concord: port \(port) was taken in the meantime, trying another")
        port = try host.ports.next()
      }
    }
    throw StackError(.system, "found no port for \(name)")
  }

  private static func launch(
    _ scratch: ScratchDatabase, in folder: String, port: Int, builder: ClusterBuilder, log: LogStore
  ) async throws(StackError) -> ScratchPostgres {
    var command = ChildProcess.Command(
      builder.account.prefix + [
        builder.installation.program("postgres"), "-D", "\(folder)/data", "-k", folder, "-p", "\(port)",
      ], environment: builder.serverEnvironment, directory: folder)
    // "Immediate" shutdown: the data is thrown away, so there is nothing to write back.
    command.stopSignal = .quit
    do {
      let process = try await builder.supervisor.launch(command, log: log)
      return ScratchPostgres(process: process, port: port, scratch: scratch)
    } catch {
      throw StackError(.component, "\(error)")
    }
  }

  private static func waitUntilReady(_ server: ScratchPostgres, within limit: Duration) async throws(StackError) {
    do {
      try await Readiness.wait(for: server.process, within: limit, probing: PostgresProbe(server.owner).attempt)
    } catch {
      await server.process.stop()
      throw error
    }
  }
}
