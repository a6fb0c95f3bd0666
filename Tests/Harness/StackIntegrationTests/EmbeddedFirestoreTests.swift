import FirebaseAuth
import Firestore
import FirestoreModel
import HTTP
import JSON
import RFC3339
import RunModel
import Stack
import Testing
import YAMLSource

@Suite("The embedded Firestore in a stack", .enabled(if: builtProgram("firestore-emulator") != nil))
struct EmbeddedFirestoreTests {
  private static let yaml = """
    datasets: { clean: clean, bad: bad }
    stores:
      users: { kind: firestore, project: dev, embedded: {} }

    """

  private static let clean = """
    {"accounts": [{"uid": "ann", "email": "ann@shop.example", "password": "secret1", "customClaims": {"admin": true}}],
     "collections": {
       "users": {"ann": {"email": "ann@shop.example", "created_at": {"timestampValue": "now-3d"}}},
       "users/ann/notes": {"n1": {"text": "hello"}},
       "many": {MANY}
     }}
    """

  private func boot(_ fixture: StackFixture) async throws -> RunningStack {
    let program = try #require(builtProgram("firestore-emulator"))
    let folder = String(program[..<(program.lastIndex(of: "/") ?? program.endIndex)])
    return try await fixture.boot(binaries: folder)
  }

  @Test("it boots on a port of its own, takes accounts and documents, and ends with the stack")
  func dataset() async throws {
    let many = (0..<450).map { "\"d\($0)\": {\"n\": \($0)}" }.joined(separator: ", ")
    let fixture = try StackFixture(
      Self.yaml,
      files: [
        "clean/users.json": Self.clean.replacing("MANY", with: many),
        "bad/users.json": "{\"accounts\": [\n {\"uid\": \"bob\", \"email\": \"bob\", \"password\": \"secret1\"}]}",
      ])
    let stack = try await boot(fixture)
    let http = HTTPClient()
    defer { http.shutdown() }
    guard case .firestore(_, "dev", "(default)", let client) = try #require(stack.stores["users"]) else {
      Issue.record("not Firestore")
      return
    }
    let before = SystemWallClock().now()
    try await stack.loadDataset("clean")
    let firestore = client(http)
    let ann = try #require(try await firestore.get(try DocumentPath("users/ann")))
    #expect(ann.fields["email"] == .string("ann@shop.example"))
    guard case .timestamp(let created) = ann.fields["created_at"] else {
      Issue.record("no timestamp")
      return
    }
    #expect(created >= before.adding(seconds: -3 * 86_400 - 1) && created <= before)
    #expect(try await firestore.get(try DocumentPath("users/ann/notes/n1"))?.fields["text"] == .string("hello"))
    #expect(try await firestore.get(try DocumentPath("many/d449"))?.fields["n"] == .integer(449))
    let address = try #require(fixture.log.all.last?.address)
    let auth = FirebaseAuthClient(
      http: http, emulatorHost: String(address.dropFirst("http://".count)), project: "dev")
    let session = try await auth.signIn(email: "ann@shop.example", password: "secret1")
    #expect(session.uid == "ann")
    #expect(try await auth.lookup(uid: "ann")?.customClaims == ["admin": true])
    let error = await #expect(throws: StackError.self) { try await stack.loadDataset("bad") }
    #expect(error?.message.contains("INVALID_EMAIL") == true)
    #expect(error?.location?.line == 2)
    #expect(error?.component?.name == "users")
    await stack.stop()
    fixture.expectNothingLeft()
  }

  @Test("two of them live side by side")
  func sideBySide() async throws {
    let fixture = try StackFixture(Self.yaml, files: ["clean/users.json": "{}", "bad/users.json": "{}"])
    async let first = boot(fixture)
    async let second = boot(fixture)
    let stacks = try await [first, second]
    for stack in stacks { try await stack.loadDataset("clean") }
    #expect(Set(fixture.log.all.compactMap(\.address)).count == 2)
    for stack in stacks { await stack.stop() }
    fixture.expectNothingLeft()
  }
}
