import Glibc
import RFC3339
import RunModel
import Stack
import YAMLSource

// A process that does with a stack what `concord up` does, small enough to be killed by tests and timed by benchmarks:
// boots the described stack, tells how long each part took, and waits for its standard input to close.

/// `stack-test-host STACK.yaml [DATASET]`.
@main
enum StackTestHost {
  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    guard CommandLine.arguments.count >= 2 else { exit(64) }
    let environment = processEnvironment()
    let loader = SourceLoader { try Files.read($0) }
    let (loaded, diagnostics) = StackDescription.load(
      file: CommandLine.arguments[1], loader: loader, environment: environment, listFiles: { try Files.list($0) })
    for diagnostic in diagnostics { say("\(diagnostic)") }
    guard let description = loaded else { exit(2) }
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let runner = StackRunner(
        description: description, binaries: folderOfThisProgram(), environment: environment,
        events: EventStream(listeners: [Printer()]))
      let stack = try await runner.boot()
      say("up after \(clock.now - start)")
      if CommandLine.arguments.count > 2 {
        try await stack.loadDataset(CommandLine.arguments[2])
        say("loaded after \(clock.now - start)")
      }
      await waitForEndOfInput()
      let stopping = clock.now
      await stack.stop()
      say("stopped after \(clock.now - stopping)")
    } catch {
      say("failed: \(error)")
      exit(3)
    }
  }

  /// Written at once: what is buffered would be lost with the process.
  fileprivate static func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(1, bytes, bytes.count)
  }

  private struct Printer: RunListener {
    func receive(_ event: RunEvent) {
      guard case .componentChanged(let report) = event else { return }
      StackTestHost.say("\(report.component.name) \(report.state) \(report.address ?? "")")
    }
  }

  private static func waitForEndOfInput() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      // A thread of its own, since the read blocks.
      let box = Unmanaged.passRetained(Waiter(continuation))
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let waiter = Unmanaged<Waiter>.fromOpaque(argument).takeRetainedValue()
          var byte: UInt8 = 0
          while read(0, &byte, 1) > 0 {}
          waiter.continuation.resume()
          return nil
        }, box.toOpaque())
      pthread_detach(thread)
    }
  }

  private final class Waiter: Sendable {
    let continuation: CheckedContinuation<Void, Never>
    init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }
  }

  private static func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    let bytes = (try? Files.read("/proc/self/environ")) ?? []
    for entry in bytes.split(separator: 0) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      result[String(decoding: entry[..<equals], as: UTF8.self)] = String(
        decoding: entry[(equals + 1)...], as: UTF8.self)
    }
    return result
  }

  private static func folderOfThisProgram() -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }
}
