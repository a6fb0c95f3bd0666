import FoundationEssentials
import Glibc
import HTTP

/// Google's own Firestore emulator, where it is installed: one Java process for all tests of a run.
///
/// Found through `CONCORD_GOOGLE_FIRESTORE` (its jar, or the folder that holds it) or where Google's packages put it.
actor GoogleEmulator {
  /// Why there is no emulator to test against.
  struct Unavailable: Error {
    let reason: String
  }

  static let shared = GoogleEmulator()

  private static let jarName = "cloud-firestore-emulator.jar"
  private static let mainClass = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"

  private var start: Task<String, any Error>?

  /// The emulator's jar, nil when it or Java is not installed.
  static let jar: String? = {
    let folder = "platform/cloud-firestore-emulator/\(jarName)"
    let environment = ProcessInfo.processInfo.environment
    var candidates = ["/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/opt/google-cloud-sdk"]
      .map { "\($0)/\(folder)" }
    if let home = environment["HOME"] { candidates.append("\(home)/google-cloud-sdk/\(folder)") }
    if let named = environment["CONCORD_GOOGLE_FIRESTORE"] { candidates = [named, "\(named)/\(jarName)"] }
    let found = candidates.first { $0.hasSuffix(".jar") && FileManager.default.fileExists(atPath: $0) }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let hasJava = folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/java") }
    return hasJava ? found : nil
  }()

  /// "127.0.0.1:port" of the running emulator, started by the first who asks.
  func address() async throws -> String {
    let start = start ?? Task { try await Self.launch() }
    self.start = start
    return try await start.value
  }

  private static func launch() async throws -> String {
    guard let jar else { throw Unavailable(reason: "not installed") }
    let port = try freePort()
    let address = "127.0.0.1:\(port)"
    // The shell waits for the end of its standard input, which is the end of this process, however that comes about.
    // It lets go of all other files first: other tests have sockets open, which must end when they close them.
    let command = """
      for file in /proc/$$/fd/*; do file=${file##*/}; ((file > 2)) && eval "exec $file>&-"; done
      java -Duser.language=en -Xmx512m -cp '\(jar)' \(mainClass) start --host 127.0.0.1 --port \(port) \
      </dev/null >/dev/null 2>&1 & child=$!
      read -r line
      kill -9 $child
      """
    try spawnShell(command)
    let client = HTTPClient()
    defer { client.shutdown() }
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while ContinuousClock.now < deadline {
      if let answer = try? await client.send(HTTPRequest(url: "http://\(address)/", timeout: .seconds(2))),
        answer.status == 200
      {
        return address
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Unavailable(reason: "not ready within a minute")
  }

  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isBound else { throw Unavailable(reason: "no free port") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Starts a shell whose standard input ends with this process.
  private static func spawnShell(_ command: String) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Unavailable(reason: "no pipe") }
    // The write end is never closed on purpose, and no child may inherit it.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    let words = ["/bin/bash", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    let code = posix_spawn(&child, "/bin/bash", &actions, nil, &arguments, environ)
    close(ends[0])
    guard code == 0 else { throw Unavailable(reason: "no shell") }
  }
}
