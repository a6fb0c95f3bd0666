import Glibc
import HTTP

/// Google's own Firestore emulator, where it is installed: the oracle of the differential test.
///
/// Found through `CONCORD_GOOGLE_FIRESTORE` (its jar, or the folder that holds it) or where Google's packages put it.
struct GoogleEmulator {
  let address: String
  private let process: ChildProcess

  private static let jarName = "cloud-firestore-emulator.jar"
  private static let mainClass = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"

  /// The emulator's jar, nil when it or Java is not installed.
  static let jar: String? = {
    let folder = "platform/cloud-firestore-emulator/\(jarName)"
    var candidates = ["/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/opt/google-cloud-sdk"]
    if let home = variable("HOME") { candidates.append("\(home)/google-cloud-sdk") }
    candidates = candidates.map { "\($0)/\(folder)" }
    if let named = variable("CONCORD_GOOGLE_FIRESTORE") { candidates = [named, "\(named)/\(jarName)"] }
    let hasJava = (variable("PATH") ?? "").split(separator: ":").contains { access("\($0)/java", X_OK) == 0 }
    return hasJava ? candidates.first { $0.hasSuffix(".jar") && access($0, R_OK) == 0 } : nil
  }()

  /// Starts it; it ends when its standard input does, so with this process at the latest.
  static func start(jar: String, client: HTTPClient) async throws -> GoogleEmulator {
    // The shell prints the port before Java starts, and outlives it only to end it.
    let script = """
      java -Duser.language=en -Xmx512m -cp '\(jar)' \(mainClass) start --host 127.0.0.1 --port "$0" \
      </dev/null >/dev/null 2>&1 & child=$!
      read -r line
      kill -9 $child
      """
    let port = try freePort()
    let process = try ChildProcess("/bin/sh", ["-c", script, String(port)])
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while ContinuousClock.now < deadline {
      let request = HTTPRequest(url: "http://127.0.0.1:\(port)/", timeout: .seconds(2))
      if let answer = try? await client.send(request), answer.status == 200 {
        return GoogleEmulator(address: "127.0.0.1:\(port)", process: process)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    process.closeInput()
    throw ChildProcess.Failure(what: "Google's emulator was not ready within a minute")
  }

  /// Call once.
  func stop() async throws {
    process.closeInput()
    _ = try await process.exitCode()
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
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
    guard isBound else { throw ChildProcess.Failure(what: "no free port") }
    return UInt16(bigEndian: address.sin_port)
  }
}
