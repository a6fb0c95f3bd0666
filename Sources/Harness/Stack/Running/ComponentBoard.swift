import HTTP
import RunModel
import Synchronization

/// The processes of a stack while it starts, runs and stops: who is up, who died, and the end of all.
///
/// It is there before the stack is complete, so that whatever goes wrong at boot ends the same way as a run does.
final class ComponentBoard: Sendable {
  /// The first component that died although nobody asked it to; nil inside when the stack was stopped first.
  let failure = Latch<StackError?>()
  let http: HTTPClient

  private let supervisor: Supervisor
  private let events: EventStream
  private let state = Mutex(State())

  private struct State {
    var entries: [String: Entry] = [:]
    var order: [String] = []
    var isStopping = false
  }

  private struct Entry {
    let component: Component
    let mode: ComponentReport.Mode
    var log: LogStore?
    var process: ChildProcess?
    var hasFailed = false
    var wasAnnounced = false
  }

  private let stopped = Latch<Void>()

  init(supervisor: Supervisor, http: HTTPClient, events: EventStream) {
    self.supervisor = supervisor
    self.http = http
    self.events = events
  }

  func log(of name: String) -> LogStore? { state.withLock { $0.entries[name]?.log } }

  /// Announces that a component is about to start.
  func starting(_ component: Component, mode: ComponentReport.Mode, log: LogStore?) {
    state.withLock { state in
      if state.entries[component.name] == nil { state.order.append(component.name) }
      state.entries[component.name] = Entry(component: component, mode: mode, log: log, wasAnnounced: true)
    }
    events.emit(.componentChanged(ComponentReport(component: component, mode: mode, state: .starting)))
  }

  /// Announces that a component is ready, and watches its process from here on.
  func ready(_ name: String, after duration: Duration, address: String, process: ChildProcess?) {
    let entry = state.withLock { state in
      state.entries[name]?.process = process
      return state.entries[name]
    }
    guard let entry else { return }
    events.emit(
      .componentChanged(
        ComponentReport(component: entry.component, mode: entry.mode, state: .ready(after: duration), address: address))
    )
    guard let process else { return }
    // Unstructured, because it lasts as long as the process; it ends with it.
    Task { [weak self] in
      guard let exit = await process.waitForExit() else { return }
      self?.ended(name, exit, process)
    }
  }

  /// Announces that a component failed; only the first failure of a component counts.
  func failed(_ name: String, _ error: StackError) {
    let entry = state.withLock { state -> Entry? in
      guard let entry = state.entries[name], !entry.hasFailed else { return nil }
      state.entries[name]?.hasFailed = true
      return entry
    }
    guard let entry else { return }
    events.emit(
      .componentChanged(
        ComponentReport(
          component: entry.component, mode: entry.mode, state: .failed(reason: error.message, log: error.log))))
  }

  private func ended(_ name: String, _ exit: ProcessExit, _ process: ChildProcess) {
    let component = state.withLock { state -> Component? in
      guard !state.isStopping, let entry = state.entries[name], entry.process === process else { return nil }
      return entry.component
    }
    guard let component else { return }
    let error = StackError(
      .component, "ended with \(exit) in the middle of the run", component: component,
      log: process.log.tail(StackError.logLines))
    failed(name, error)
    failure.set(error)
  }

  /// Ends processes of components that are to be started anew.
  func withdraw(_ names: [String]) async {
    let processes = state.withLock { state in
      names.compactMap { name in
        let process = state.entries[name]?.process
        state.entries[name]?.process = nil
        return process
      }
    }
    await Self.stop(processes)
  }

  /// Ends everything: services first, since they would complain about missing stores, then stores, then the run folder.
  func stop() async {
    let isFirst = state.withLock { state in
      defer { state.isStopping = true }
      return !state.isStopping
    }
    guard isFirst else {
      await Task { [stopped] in await stopped.wait() }.value
      return
    }
    let entries = state.withLock { state in state.order.compactMap { state.entries[$0] } }
    await Self.stop(entries.filter { !$0.component.kind.isStore }.compactMap(\.process))
    await Self.stop(entries.filter(\.component.kind.isStore).compactMap(\.process))
    await supervisor.finish()
    http.shutdown()
    for entry in entries where !entry.hasFailed && entry.mode != .external {
      events.emit(.componentChanged(ComponentReport(component: entry.component, mode: entry.mode, state: .stopped)))
    }
    failure.set(nil)
    stopped.set(())
  }

  private static func stop(_ processes: [ChildProcess]) async {
    await withTaskGroup(of: Void.self) { group in
      for process in processes { group.addTask { _ = await process.stop() } }
    }
  }
}
