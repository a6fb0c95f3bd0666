import Dispatch
import FirestoreEmulator

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The emulator as a process of its own: prints `ready host:port` once it listens, and ends on SIGTERM, on SIGINT and,
/// with `--watch-stdin`, when its standard input closes, so that it never outlives the process that started it.
@main
enum FirestoreEmulatorProcess {
  static func main() async {
    let options: Options
    switch Options.parse(Array(CommandLine.arguments.dropFirst())) {
    case .run(let parsed): options = parsed
    case .help: return print(Options.usage)
    case .refuse(let message):
      complain("\(message)\n\n\(Options.usage)")
      exit(64)
    }
    // Registered before anything listens, so that a signal can never find the default action in between.
    let end = EndOfProcess(watchingStandardInput: options.watchesStandardInput)
    do {
      let server = try await FirestoreEmulatorServer.start(
        host: options.host, port: options.port, configuration: EmulatorConfiguration(project: options.project))
      print("ready \(server.address)")
      fflush(nil)
      await end.wait()
      await server.shutdown()
    } catch {
      complain("error: \(error)")
      exit(3)
    }
  }

  private static func complain(_ message: String) {
    let bytes = Array((message + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// What ends the process: signals, and standard input when it is watched.
private struct EndOfProcess {
  private let ended: AsyncStream<Void>
  /// Kept, because a source that is let go is no longer watched.
  private let sources: [any DispatchSourceProtocol]

  init(watchingStandardInput: Bool) {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    ended = stream
    var sources: [any DispatchSourceProtocol] = []
    for number in [SIGTERM, SIGINT] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.finish() }
      source.resume()
      sources.append(source)
    }
    if watchingStandardInput {
      // A thread that blocks in read, because a dispatch source on a closing pipe crashes in libdispatch for Linux.
      DispatchQueue(label: "standard-input").async {
        var scratch = [UInt8](repeating: 0, count: 256)
        // Zero bytes mean that the other end is gone; anything that arrives before is of no interest.
        while read(STDIN_FILENO, &scratch, scratch.count) > 0 {}
        continuation.finish()
      }
    }
    self.sources = sources
  }

  func wait() async {
    for await _ in ended {}
    withExtendedLifetime(sources) {}
  }
}
