import FirestoreEmulator
import FirestoreModel
import GoogleEmulator
import HTTP
import JSON
import Testing

/// The same requests to this emulator and to Google's must give the same answers, except where Google's is known to be
/// wrong (``KnownDifference``).
@Suite("Against Google's emulator")
struct DifferentialTests {
  @Test("a seeded mix of requests is answered alike")
  func alike() async throws {
    guard GoogleEmulator.jar != nil else {
      print(
        "Firestore differential: skipped, Google's emulator is not installed (set CONCORD_GOOGLE_FIRESTORE to its jar)")
      return
    }
    let client = HTTPClient()
    let google = try await GoogleEmulator.start()
    let server = try await FirestoreEmulatorServer.start()
    var tally = Tally()
    do {
      for seed in 1...3 as ClosedRange<UInt64> {
        let database = DatabaseName(project: "mix-\(seed)")
        var mix = RequestMix(seed: seed, database: database)
        for request in try mix.fixed() { try await compare(request, server, google, database, client, &tally) }
        for _ in 0..<500 { try await compare(mix.next(), server, google, database, client, &tally) }
      }
    } catch {
      Issue.record(error)
    }
    await server.shutdown()
    try await google.stop()
    client.shutdown()
    print("Firestore differential: \(tally.same) of \(tally.total) answers alike")
    for (difference, count) in tally.known.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      print("  \(count) known: \(difference.rawValue)")
    }
    #expect(tally.total > 1_500)
  }

  private struct Tally {
    var total = 0
    var same = 0
    var known: [KnownDifference: Int] = [:]
  }

  private func compare(
    _ request: DifferentialRequest, _ server: FirestoreEmulatorServer, _ google: GoogleEmulator,
    _ database: DatabaseName,
    _ client: HTTPClient, _ tally: inout Tally
  ) async throws {
    let ours = try await answer(request, server.address, database, client)
    let theirs = try await answer(request, google.address, database, client)
    tally.total += 1
    if ours == theirs {
      tally.same += 1
    } else if let known = KnownDifference.allCases.first(where: { $0.explains(request, ours: ours, theirs: theirs) }) {
      tally.known[known, default: 0] += 1
    } else {
      let body = request.body?.serialized() ?? ""
      Issue.record(
        "\(request.method) \(request.uri) \(body)\n  ours   \(ours.serialized())\n  Google \(theirs.serialized())")
    }
  }

  private func answer(
    _ request: DifferentialRequest, _ address: String, _ database: DatabaseName, _ client: HTTPClient
  ) async throws -> JSONValue {
    var http = HTTPRequest(
      method: request.method, url: "http://\(address)/v1/\(database.documentsRoot)\(escaped(request.uri))")
    http.headers.set("Content-Type", "application/json")
    http.headers.set("Authorization", "Bearer owner")
    http.body = request.body?.utf8(.compact)
    let answer = try await client.send(http)
    // Google's emulator says "Not Found" in plain text for some addresses.
    let json = (try? JSONValue(parsing: answer.body)) ?? .string(String(decoding: answer.body, as: UTF8.self))
    return NormalizedAnswer.make(status: answer.status, body: json)
  }

  /// Percent-encodes what is not ASCII.
  private func escaped(_ uri: String) -> String {
    uri.utf8.map { byte in
      byte < 0x80 ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
