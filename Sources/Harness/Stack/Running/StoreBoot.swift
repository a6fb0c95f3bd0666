import Firestore
import HTTP
import Postgres
import RunModel

/// Starts or reaches the stores of a stack, all at once.
struct StoreBoot: Sendable {
  let boot: Boot
  let values: StackValues

  /// How long a store of the user's own may take.
  private static let limit = Duration.seconds(30)
  /// How long something that is there already may take to answer.
  private static let externalLimit = Duration.seconds(10)
  private static let attempts = 5

  func run() async throws(StackError) -> [String: StoreRun] {
    let stores = boot.runner.description.stores
    // Found once for all of them, and before any is announced: without PostgreSQL none of them is to blame.
    var host: ScratchPostgres.Host?
    if stores.contains(where: Self.isScratch) {
      host = try await ScratchPostgres.Host.find(boot.supervisor, ports: boot.ports)
    }
    return try await start(stores, on: host)
  }

  private func start(
    _ stores: [StoreDescription], on host: ScratchPostgres.Host?
  ) async throws(StackError) -> [String: StoreRun] {
    let runs = stores.map { _ in Latch<StoreRun>() }
    let failure = await withTaskGroup(of: StackError?.self) { group in
      for (store, run) in zip(stores, runs) {
        group.addTask {
          do throws(StackError) {
            run.set(try await start(store, on: host))
            return nil
          } catch {
            return error
          }
        }
      }
      var failure: StackError?
      for await error in group where error != nil && failure == nil {
        // What fails later is a consequence of this: the others are cancelled.
        failure = error
        group.cancelAll()
      }
      return failure
    }
    if let failure { throw failure }
    let pairs = zip(stores, runs).compactMap { store, run in run.value.map { (store.name, $0) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  private static func isScratch(_ store: StoreDescription) -> Bool {
    if case .postgresql(.embedded) = store.kind { true } else { false }
  }

  private func start(_ store: StoreDescription, on host: ScratchPostgres.Host?) async throws(StackError) -> StoreRun {
    let clock = ContinuousClock()
    let begin = clock.now
    let component = store.component
    do {
      let log = store.mode == .external ? nil : boot.makeLog(store.name)
      boot.board.starting(component, mode: store.mode, log: log)
      let run = try await launch(store, on: host, log: log ?? LogStore(clock: boot.runner.clock))
      boot.board.ready(store.name, after: clock.now - begin, address: run.address, process: run.process)
      return run
    } catch {
      let error = error.blaming(component)
      if error.code != .interrupted { boot.board.failed(store.name, error) }
      throw error
    }
  }

  private func launch(
    _ store: StoreDescription, on host: ScratchPostgres.Host?, log: LogStore
  ) async throws(StackError) -> StoreRun {
    switch store.kind {
    case .postgresql(let source): try await launch(source, name: store.name, on: host, log: log)
    case .firestore(let project, let database, let source):
      try await launch(source, project: project, database: database, log: log)
    }
  }

  private func launch(
    _ source: StoreDescription.PostgreSQLSource, name: String, on host: ScratchPostgres.Host?, log: LogStore
  ) async throws(StackError) -> StoreRun {
    switch source {
    case .embedded(let scratch, let port):
      try await startScratch(scratch, name: name, port: port, on: host, log: log)
    case .process(let process, let url): try await startServer(process, url: url, log: log)
    case .external(let url, let replica, let writable):
      try await reachServer(url, replica: replica, writable: writable)
    }
  }

  private func launch(
    _ source: StoreDescription.FirestoreSource, project: String, database: String, log: LogStore
  ) async throws(StackError) -> StoreRun {
    switch source {
    case .embedded: try await startEmulator(project: project, database: database, log: log)
    case .process(let process, let address):
      try await startEmulator(process, at: address, project: project, database: database, log: log)
    case .emulator(let address, _): try await reachEmulator(address, project: project, database: database)
    case .service(let url, let token, _):
      try await reachFirestore(url, token: token, project: project, database: database)
    }
  }

  private func startScratch(
    _ scratch: ScratchDatabase, name: String, port: Int, on host: ScratchPostgres.Host?, log: LogStore
  ) async throws(StackError) -> StoreRun {
    guard let host else { throw StackError(.postgresMissing, "found no PostgreSQL server") }
    let server = try await ScratchPostgres.start(scratch, name: name, port: port, on: host, log: log)
    return .postgresql(owner: server.owner, audit: server.audit, process: server.process)
  }

  private func startServer(
    _ process: ProcessDescription, url: VariableTemplate, log: LogStore
  ) async throws(StackError) -> StoreRun {
    try await retrying(process, log: log) { port throws(StackError) in
      let owner = try configuration(url, port: port)
      let child = try await boot.launch(
        try boot.command(process, values: values, port: port), log: log, within: Self.limit,
        probing: PostgresProbe(owner).attempt)
      return .postgresql(owner: owner, audit: owner.readingOnly, process: child)
    }
  }

  private func reachServer(
    _ url: VariableTemplate, replica: VariableTemplate?, writable: Bool
  ) async throws(StackError) -> StoreRun {
    let owner = try configuration(url, port: nil)
    try await Readiness.wait(for: nil, within: Self.externalLimit, probing: PostgresProbe(owner).attempt)
    let own = writable ? owner : owner.readingOnly
    guard let replica else { return .postgresql(owner: own, audit: owner.readingOnly, process: nil) }
    let copy = try configuration(replica, port: nil)
    try await Readiness.wait(for: nil, within: Self.externalLimit, probing: PostgresProbe(copy).attempt)
    return .postgresql(owner: own, audit: copy.readingOnly, primary: owner.readingOnly, process: nil)
  }

  private func startEmulator(
    _ process: ProcessDescription, at template: VariableTemplate, project: String, database: String, log: LogStore
  ) async throws(StackError) -> StoreRun {
    try await retrying(process, log: log) { port throws(StackError) in
      let address = try address(template, port: port)
      let child = try await boot.launch(
        try boot.command(process, values: values, port: port), log: log, within: Self.limit,
        probing: anyAnswer(from: address).attempt)
      return .firestore(
        .emulator(address.address), at: address, project: project, database: database, isEmulator: true,
        process: child)
    }
  }

  private func reachEmulator(
    _ template: VariableTemplate, project: String, database: String
  ) async throws(StackError) -> StoreRun {
    let address = try address(template, port: nil)
    try await Readiness.wait(for: nil, within: Self.externalLimit, probing: anyAnswer(from: address).attempt)
    return .firestore(
      .emulator(address.address), at: address, project: project, database: database, isEmulator: true, process: nil)
  }

  private func reachFirestore(
    _ url: VariableTemplate, token: VariableTemplate?, project: String, database: String
  ) async throws(StackError) -> StoreRun {
    guard let address = HTTPAddress(url: try values.expand(url)) else {
      throw StackError(.component, "'url' is not an http or https URL", location: url.location)
    }
    let secret = try token.map { template throws(StackError) in try values.expand(template) }
    try await Readiness.wait(for: nil, within: Self.externalLimit, probing: anyAnswer(from: address).attempt)
    return .firestore(
      .custom(baseURL: address.url, token: { secret }), at: address, project: project, database: database,
      isEmulator: false, process: nil)
  }

  /// Starts the emulator that comes with Concord; it chooses its port itself and prints it.
  private func startEmulator(project: String, database: String, log: LogStore) async throws(StackError) -> StoreRun {
    let program = "\(values.binaries)/firestore-emulator"
    guard Files.isExecutable(program) else {
      throw StackError(.component, "found no program '\(program)'", remedy: "build all of Concord: swift build")
    }
    let command = ChildProcess.Command(
      [program, "--host", "127.0.0.1", "--port", "0", "--project", project, "--watch-stdin"],
      environment: boot.supervisor.environment, directory: "/")
    let http = boot.http
    let child = try await boot.launch(command, log: log, within: Self.limit) {
      guard let address = Self.announcedAddress(in: log) else { return .notYet("it has not printed its address") }
      return await HTTPProbe(http: http, url: address.url + "/", accepts: { _ in true }).attempt()
    }
    guard let address = Self.announcedAddress(in: log) else {
      await child.stop()
      throw StackError(.component, "the emulator did not print its address", log: log.tail(StackError.logLines))
    }
    return .firestore(
      .emulator(address.address), at: address, project: project, database: database, isEmulator: true, process: child)
  }

  private static func announcedAddress(in log: LogStore) -> HTTPAddress? {
    log.firstLine { $0.hasPrefix("ready ") }.flatMap { HTTPAddress(address: String($0.dropFirst(6))) }
  }

  private func anyAnswer(from address: HTTPAddress) -> HTTPProbe {
    HTTPProbe(http: boot.http, url: address.url + "/", accepts: { _ in true })
  }

  private func configuration(_ url: VariableTemplate, port: Int?) throws(StackError) -> PostgresConfiguration {
    do {
      return try PostgresConfiguration(connectionString: values.expand(url, port: port))
    } catch let error as StackError {
      throw error
    } catch {
      throw StackError(.component, "'url' is no PostgreSQL connection string: \(error)", location: url.location)
    }
  }

  private func address(_ template: VariableTemplate, port: Int?) throws(StackError) -> HTTPAddress {
    guard let address = HTTPAddress(address: try values.expand(template, port: port)) else {
      throw StackError(.component, "'address' is not host:port", location: template.location)
    }
    return address
  }

  /// Starts a command with a port, and again with another one when somebody took it in between.
  private func retrying(
    _ process: ProcessDescription, log: LogStore, _ start: (Int) async throws(StackError) -> StoreRun
  ) async throws(StackError) -> StoreRun {
    for attempt in 1... {
      let port = if let fixed = process.fixedPort { fixed } else { try boot.ports.next() }
      do {
        return try await start(port)
      } catch {
        let isTaken = error.log.contains(where: PortAllocator.reportsTakenPort)
        guard process.fixedPort == nil, attempt < Self.attempts, isTaken else { throw error }
      }
    }
    throw StackError(.system, "found no port")
  }
}

extension StoreDescription {
  /// The store as reports name it.
  var component: Component {
    switch kind {
    case .postgresql: Component(name: name, kind: .postgresql)
    case .firestore: Component(name: name, kind: .firestore)
    }
  }

  /// Who runs it.
  var mode: ComponentReport.Mode {
    switch kind {
    case .postgresql(.embedded), .firestore(_, _, .embedded): .embedded
    case .postgresql(.process), .firestore(_, _, .process): .process
    case .postgresql(.external), .firestore(_, _, .emulator), .firestore(_, _, .service): .external
    }
  }
}

extension PostgresConfiguration {
  /// The same login, for reading only.
  fileprivate var readingOnly: PostgresConfiguration {
    var copy = self
    copy.readOnly = true
    return copy
  }
}
