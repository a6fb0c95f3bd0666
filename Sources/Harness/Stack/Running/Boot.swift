import HTTP
import RunModel

/// One boot of a stack, from nothing to ready.
struct Boot: Sendable {
  let runner: StackRunner
  let supervisor: Supervisor
  let board: ComponentBoard
  let http: HTTPClient
  let ports = PortAllocator()

  /// How often services are started again when somebody took one of their ports in between.
  private static let attempts = 3

  func run() async throws(StackError) -> RunningStack {
    let description = runner.description
    var values = StackValues(binaries: runner.binaries, stackFolder: runner.stackFolder)
    let stores = try await StoreBoot(boot: self, values: values).run()
    values.stores = stores.mapValues(\.values)
    values.secrets = description.stores.filter { $0.mode == .external }
      .compactMap { stores[$0.name]?.values[.password] }
    let services = try await startServices(values)
    if let failure = board.failure.value ?? nil { throw failure }
    return RunningStack(
      description: description, stores: stores, services: services, board: board, clock: runner.clock)
  }

  /// Starts all services; again with other ports when one of them was taken.
  ///
  /// All of them, because the others have been told the old one.
  private func startServices(_ values: StackValues) async throws(StackError) -> [String: HTTPAddress] {
    for attempt in 1... {
      let services = ServiceBoot(boot: self, values: values)
      do {
        return try await services.run()
      } catch {
        await board.withdraw(runner.description.services.map(\.name))
        guard attempt < Self.attempts, error.log.contains(where: PortAllocator.reportsTakenPort) else {
          if let component = error.component { board.failed(component.name, error) }
          throw error
        }
      }
    }
    throw StackError(.system, "found no ports for the services")
  }

  /// The log of a component, with a file when one is asked for.
  func makeLog(_ name: String, secrets: [String] = []) -> LogStore {
    LogStore(
      clock: runner.clock, secrets: secrets, filePath: runner.options.logFolder.map { "\($0)/\(name).log" })
  }

  /// A process of the description, with everything filled in.
  func command(
    _ process: ProcessDescription, values: StackValues, port: Int
  ) throws(StackError) -> ChildProcess.Command {
    var environment = supervisor.environment
    for variable in process.environment {
      environment[variable.name] = try values.expand(variable.value, port: port)
    }
    // Programs that know the convention end by themselves when their standard input closes.
    environment["CONCORD_PARENT_WATCH"] = "stdin"
    var arguments: [String] = []
    for argument in process.command { arguments.append(try values.expand(argument, port: port)) }
    let directory =
      if let template = process.directory { values.absolute(try values.expand(template, port: port)) } else {
        values.stackFolder
      }
    guard Files.isFolder(directory) else {
      throw StackError(
        .component, "the folder to run in is not there: '\(directory)'",
        location: (process.directory?.location) ?? process.location)
    }
    return ChildProcess.Command(arguments, environment: environment, directory: directory)
  }

  /// Starts a process and waits for it to be ready; ends it again when that fails.
  func launch(
    _ command: ChildProcess.Command, log: LogStore, within limit: Duration,
    probing probe: @escaping @Sendable () async -> ProbeOutcome
  ) async throws(StackError) -> ChildProcess {
    let process: ChildProcess
    do {
      process = try await supervisor.launch(command, log: log)
    } catch {
      throw StackError(.component, "\(error)")
    }
    do {
      try await Readiness.wait(for: process, within: limit, probing: probe)
    } catch {
      await process.stop()
      throw error
    }
    return process
  }
}
