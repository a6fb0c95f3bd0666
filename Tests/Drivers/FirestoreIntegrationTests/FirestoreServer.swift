import Firestore
import FirestoreEmulator
import FirestoreModel
import GoogleEmulator
import HTTP
import Testing

/// A server that the client is tested against; every test of the suite runs once per server.
enum FirestoreServer: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case google = "Google's emulator"
  case own = "our own emulator"

  var testDescription: String { rawValue }

  /// The servers that this machine has.
  static let available: [FirestoreServer] = allCases.filter { server in
    switch server {
    case .google: GoogleEmulator.jar != nil
    case .own: true
    }
  }

  /// A client of a project that nobody else uses, so that tests do not see each other's documents.
  func client(retry: RetryPolicy = RetryPolicy()) async throws -> FirestoreClient {
    let address =
      switch self {
      case .google: try await GoogleEmulator.shared().address
      case .own: try await OwnEmulator.shared.address()
      }
    let project = "test-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    return FirestoreClient(http: HTTPClient(), endpoint: .emulator(address), project: project, retry: retry)
  }
}

/// Our own emulator, started in this process by the first test that asks for it.
private actor OwnEmulator {
  static let shared = OwnEmulator()

  private var start: Task<FirestoreEmulatorServer, any Error>?

  func address() async throws -> String {
    let start = start ?? Task { try await FirestoreEmulatorServer.start() }
    self.start = start
    return try await start.value.address
  }
}

extension FirestoreClient {
  /// Fills a collection with documents named by prefix and three digits, whose field n is the number.
  func fill(_ collection: String, _ range: Range<Int>, prefix: String = "u") async throws {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 200) {
      let writes = try (start..<min(start + 200, range.upperBound)).map { number in
        Write.set(name(of: try DocumentPath("\(collection)/\(id(prefix, number))")), ["n": .integer(Int64(number))])
      }
      _ = try await commit(writes)
    }
  }

  /// "u007" for 7.
  func id(_ prefix: String, _ number: Int) -> String {
    let digits = String(number)
    return prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
