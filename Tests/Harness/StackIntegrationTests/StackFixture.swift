import Glibc
import RFC3339
import RunModel
import Stack
import Synchronization
import Testing
import YAMLSource

/// Events of components, in order.
final class ComponentLog: RunListener {
  private let reports = Mutex<[ComponentReport]>([])

  func receive(_ event: RunEvent) {
    if case .componentChanged(let report) = event { reports.withLock { $0.append(report) } }
  }

  /// States of a component, shortened: "starting", "ready", "failed", "stopped".
  func states(of name: String) -> [String] {
    all.filter { $0.component.name == name }.map { report in
      switch report.state {
      case .starting: "starting"
      case .ready: "ready"
      case .failed: "failed"
      case .stopped: "stopped"
      }
    }
  }

  var all: [ComponentReport] { reports.withLock { $0 } }
}

/// A `stack.yaml` in a folder of its own, and the stacks that are booted from it.
struct StackFixture {
  let folder: TemporaryFolder
  let file: String
  let log = ComponentLog()
  var environment: [String: String]

  init(_ yaml: String, files: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    file = try folder.write("concord: 1\nname: test\n" + yaml, to: "stack.yaml")
    for (name, text) in files { _ = try folder.write(text, to: name) }
    environment = testEnvironment()
    // Run folders of this fixture are told apart by the folder that they are made in.
    environment["TMPDIR"] = folder.path
  }

  /// A server in a few lines of Python that answers 200 on every path.
  static let server = """
    import http.server, os, sys, time
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            late = os.environ.get("LATE")
            ready = not late or time.time() - start > float(late)
            self.send_response(200 if ready else 503)
            self.end_headers()
            self.wfile.write(os.environ.get("SAYS", "hello").encode() if ready else b"still warming up")
        def log_message(self, *arguments): print("served", self.path, flush=True)
    start = time.time()
    print("listening", os.environ["PORT"], flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
    """

  /// YAML of a service that runs `server.py`.
  static func service(_ name: String, _ more: String = "", environment: String = "") -> String {
    """
      \(name):
        process:
          command: [python3, server.py]
          environment: { PORT: "${self.port}"\(environment) }
    \(more)
    """
  }

  func load() throws -> StackDescription {
    let (description, diagnostics) = StackDescription.load(
      file: file, loader: SourceLoader { try Files.read($0) }, environment: environment,
      listFiles: { try Files.list($0) })
    return try #require(description, "\(diagnostics.map(\.description).joined(separator: "\n"))")
  }

  func boot(binaries: String = "/nowhere", options: StackRunner.Options = .init()) async throws -> RunningStack {
    let runner = StackRunner(
      description: try load(), binaries: binaries, environment: environment, events: EventStream(listeners: [log]),
      options: options)
    return try await runner.boot()
  }

  /// Run folders of this fixture that are still there.
  var runFolders: [String] {
    ((try? Files.list(folder.path)) ?? []).filter { $0.hasPrefix("concord-") }.map { "\(folder.path)/\($0)" }
  }

  /// Processes of runs of this fixture that are still there.
  var processes: [String] {
    let prefix = Array("CONCORD_RUN=\(folder.path)/".utf8)
    return ((try? Files.list("/proc")) ?? []).filter { name in
      guard Int(name) != nil, let environment = try? Files.read("/proc/\(name)/environ") else { return false }
      return environment.split(separator: 0).contains { $0.starts(with: prefix) }
    }
  }

  /// Records an issue for everything that is left.
  func expectNothingLeft(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    #expect(processes.isEmpty, "processes are left", sourceLocation: sourceLocation)
    #expect(runFolders.isEmpty, "folders are left", sourceLocation: sourceLocation)
  }
}
