internal import ChildProcesses
internal import FoundationEssentials
internal import HTTP

/// Google's own Firestore emulator, where it is installed: the oracle of our client and of our emulator.
///
/// Found through `CONCORD_GOOGLE_FIRESTORE` (its jar, or the folder that holds it) or where Google's packages put it.
package struct GoogleEmulator: Sendable {
  /// Why there is no emulator to test against.
  package struct Unavailable: Error {
    let reason: String
  }

  /// "127.0.0.1:port".
  package let address: String
  private let shell: TetheredShell

  private static let jarName = "cloud-firestore-emulator.jar"
  private static let mainClass = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"

  /// The emulator's jar, nil when it or Java is not installed.
  package static let jar: String? = {
    let folder = "platform/cloud-firestore-emulator/\(jarName)"
    let environment = ProcessInfo.processInfo.environment
    var candidates = ["/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/opt/google-cloud-sdk"]
    if let home = environment["HOME"] { candidates.append("\(home)/google-cloud-sdk") }
    candidates = candidates.map { "\($0)/\(folder)" }
    if let named = environment["CONCORD_GOOGLE_FIRESTORE"] { candidates = [named, "\(named)/\(jarName)"] }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let hasJava = folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/java") }
    return hasJava ? candidates.first { $0.hasSuffix(".jar") && FileManager.default.isReadableFile(atPath: $0) } : nil
  }()

  /// The one that most tests share, started by the first who asks; it ends with this process.
  package static func shared() async throws -> GoogleEmulator { try await sharedTask.value }

  private static let sharedTask = Task { try await start() }

  /// Starts one of the caller's own.
  package static func start() async throws -> GoogleEmulator {
    guard let jar else { throw Unavailable(reason: "not installed") }
    let port = try freePort()
    let script = """
      java -Duser.language=en -Xmx512m -cp "$1" "$2" start --host 127.0.0.1 --port "$3" </dev/null &
      child=$!
      cat >/dev/null
      kill -9 $child
      """
    let shell = try TetheredShell(script, [jar, mainClass, String(port)])
    let client = HTTPClient()
    defer { client.shutdown() }
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while ContinuousClock.now < deadline {
      let request = HTTPRequest(url: "http://127.0.0.1:\(port)/", timeout: .seconds(2))
      if let answer = try? await client.send(request), answer.status == 200 {
        return GoogleEmulator(address: "127.0.0.1:\(port)", shell: shell)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    try await shell.end()
    throw Unavailable(reason: "not ready within a minute")
  }

  /// Ends it; call at most once, and never on the shared one.
  package func stop() async throws { try await shell.end() }
}
