import HTTP
import RunModel

/// Starts or reaches the services of a stack, each as soon as what it needs is ready.
struct ServiceBoot: Sendable {
  let boot: Boot
  let values: StackValues

  /// A service with its address, known before anything is started so that services can be told each other's.
  private struct Place: Sendable {
    let service: ServiceDescription
    let address: HTTPAddress
    let ready = Latch<Void>()
  }

  func run() async throws(StackError) -> [String: HTTPAddress] {
    var values = values
    var places: [Place] = []
    for service in boot.runner.description.services {
      let address = try address(of: service)
      places.append(Place(service: service, address: address))
      values.services[service.name] = [
        .url: address.url, .host: address.host, .port: String(address.port), .address: address.address,
      ]
    }
    try await start(places, values)
    return Dictionary(uniqueKeysWithValues: places.map { ($0.service.name, $0.address) })
  }

  private func address(of service: ServiceDescription) throws(StackError) -> HTTPAddress {
    switch service.source {
    case .process(let process):
      if let port = process.fixedPort { return HTTPAddress(localPort: port) }
      return HTTPAddress(localPort: try boot.ports.next())
    case .external(let template):
      guard let address = HTTPAddress(url: try values.expand(template)) else {
        throw StackError(
          .component, "'url' is not an http or https URL", component: service.component, location: template.location)
      }
      return address
    }
  }

  private func start(_ places: [Place], _ values: StackValues) async throws(StackError) {
    guard !places.isEmpty else { return }
    let latches = Dictionary(uniqueKeysWithValues: places.map { ($0.service.name, $0.ready) })
    let failure = await withTaskGroup(of: StackError?.self) { group in
      for place in places {
        group.addTask {
          for need in place.service.needs {
            // Stores are ready already; nil means cancelled.
            guard let latch = latches[need] else { continue }
            if await latch.wait() == nil { return StackError(.interrupted, "stopped before it was started") }
          }
          do throws(StackError) {
            try await start(place, values)
            place.ready.set(())
            return nil
          } catch {
            return error
          }
        }
      }
      // A store, or a service that was ready, may die while the others start.
      let board = boot.board
      group.addTask { await board.failure.wait() ?? nil }
      var failure: StackError?
      var open = places.count
      for await error in group {
        if let error, failure == nil {
          failure = error
          group.cancelAll()
        }
        open -= 1
        // The one that waits for failures is the last, unless there was one.
        if open == 0 { group.cancelAll() }
      }
      return failure
    }
    if let failure { throw failure }
  }

  private func start(_ place: Place, _ values: StackValues) async throws(StackError) {
    let service = place.service
    let clock = ContinuousClock()
    let begin = clock.now
    do {
      let url = place.address.url + service.readiness.path
      let probe = HTTPProbe(http: boot.http, url: url, accepts: service.readiness.status.accepts)
      var child: ChildProcess?
      switch service.source {
      case .process(let process):
        let log = boot.makeLog(service.name, secrets: values.secrets)
        boot.board.starting(service.component, mode: .process, log: log)
        let command = try boot.command(process, values: values, port: place.address.port)
        child = try await boot.launch(command, log: log, within: service.readiness.limit, probing: probe.attempt)
      case .external:
        boot.board.starting(service.component, mode: .external, log: nil)
        try await Readiness.wait(for: nil, within: service.readiness.limit, probing: probe.attempt)
      }
      boot.board.ready(service.name, after: clock.now - begin, address: place.address.url, process: child)
    } catch {
      throw error.blaming(service.component)
    }
  }
}

extension ServiceDescription {
  /// The service as reports name it.
  var component: Component { Component(name: name, kind: .service) }
}
