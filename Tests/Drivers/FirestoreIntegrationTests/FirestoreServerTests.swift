import Firestore
import FirestoreModel
import GoogleEmulator
import RFC3339
import Testing

/// The client against real servers: what it sends is understood, and what they send is.
@Suite struct FirestoreServerTests {
  @Test(
    "Google's emulator takes part",
    .enabled(if: GoogleEmulator.jar != nil, "not installed; CONCORD_GOOGLE_FIRESTORE names its jar"))
  func google() async throws {
    #expect(try await GoogleEmulator.shared().address.hasPrefix("127.0.0.1:"))
  }

  @Test("every kind of value comes back as it was written", arguments: FirestoreServer.available)
  func values(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    let path = try DocumentPath("things/all")
    let fields: [String: FirestoreValue] = [
      "null": .null, "true": .boolean(true), "min": .integer(.min), "max": .integer(.max), "half": .double(0.5),
      "nan": .double(.nan), "infinite": .double(-.infinity), "text": .string("é 😀 \" \\ \u{0} \n"),
      "empty": .string(""),
      "time": .timestamp(try #require(Timestamp(rfc3339: "2026-11-24T02:22:35.123456Z"))),
      "bytes": .bytes([0, 1, 254, 255]), "place": .geoPoint(latitude: -12.5, longitude: 180),
      "friend": client.reference(to: try DocumentPath("users/u1")),
      "list": .array([.integer(1), .string("two"), .null]),
      "map": .map(["inner": .map(["x": .integer(1)]), "odd.name `": .boolean(false)]), "nothing": .map([:]),
    ]
    let time = try await client.create(path, fields)
    let document = try #require(try await client.get(path))
    #expect(document.fields == fields)
    #expect(document.name == client.name(of: path))
    #expect(document.createTime == time)
    #expect(document.updateTime == time)
  }

  @Test("ids of any characters reach their document", arguments: FirestoreServer.available)
  func ids(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    for id in [
      "a b", "é", "😀", "a%2Fb", "a+b", "a?b#c", "a:b", "'\"", "a&b=c", "..a", String(repeating: "x", count: 1_000),
    ] {
      let path = try DocumentPath("things/\(id)/parts/\(id)")
      try await client.set(path, ["id": .string(id)])
      #expect(try await client.get(path)?.fields == ["id": .string(id)], "\(id)")
      // Google's emulator takes a colon in the URL for the start of the method, even when it is percent-encoded.
      guard !id.contains(":") else { continue }
      let below = try await client.runQuery(StructuredQuery(collection: "parts"), parent: DocumentPath("things/\(id)"))
      #expect(below.documents.map(\.name.path) == [path])
    }
  }

  @Test("create, update and delete say what stood in their way", arguments: FirestoreServer.available)
  func preconditions(_ server: FirestoreServer) async throws {
    let client = try await server.client(retry: .never)
    let path = try DocumentPath("users/u1")
    func status(_ call: () async throws(FirestoreError) -> Timestamp) async -> FirestoreStatus? {
      do {
        _ = try await call()
        return nil
      } catch {
        return error.status
      }
    }
    #expect(
      await status { () async throws(FirestoreError) in try await client.update(path, ["a": .integer(1)]) } == .notFound
    )
    #expect(
      await status { () async throws(FirestoreError) in try await client.delete(path, precondition: .exists(true)) }
        == .notFound)
    let first = try await client.create(path, ["a": .integer(1), "b": .integer(2)])
    #expect(await status { () async throws(FirestoreError) in try await client.create(path, [:]) } == .alreadyExists)
    let second = try await client.update(path, ["a": .integer(3)], precondition: .updateTime(first))
    #expect(second > first)
    #expect(
      await status { () async throws(FirestoreError) in try await client.delete(path, precondition: .updateTime(first))
      } == .failedPrecondition)
    #expect(try await client.get(path)?.fields == ["a": .integer(3), "b": .integer(2)])
    try await client.delete(path, precondition: .updateTime(second))
    try await client.delete(path)
    #expect(try await client.get(path) == nil)
  }

  @Test("an update changes what its mask names and nothing else", arguments: FirestoreServer.available)
  func masks(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    let path = try DocumentPath("users/u1")
    try await client.set(path, ["a": .map(["x": .integer(1), "y": .integer(2)]), "b": .integer(3), "odd.name": .null])
    try await client.update(
      path, ["a": .map(["x": .integer(9)])], mask: [FieldPath(parsing: "a.x"), FieldPath(parsing: "b")])
    try await client.update(path, ["odd.name": .boolean(true)])
    #expect(
      try await client.get(path)?.fields
        == ["a": .map(["x": .integer(9), "y": .integer(2)]), "odd.name": .boolean(true)])
    let masked = try await client.get(path, mask: [FieldPath(["odd.name"])])
    #expect(masked?.fields == ["odd.name": .boolean(true)])
  }

  @Test("transforms are computed by the server, and a commit is all or nothing", arguments: FirestoreServer.available)
  func commits(_ server: FirestoreServer) async throws {
    let client = try await server.client(retry: .never)
    let path = try DocumentPath("counters/c")
    let write = Write(
      client.name(of: path), .update(fields: ["kept": .boolean(true)], mask: nil),
      transforms: [
        FieldTransform(try FieldPath(parsing: "n"), .increment(.integer(5))),
        FieldTransform(try FieldPath(parsing: "tags"), .appendMissingElements([.string("x"), .string("x")])),
      ])
    let result = try await client.commit([write, write])
    #expect(result.writes.count == 2)
    #expect(result.writes[0].transformResults.first == .integer(5))
    #expect(result.writes[1].updateTime == result.commitTime)
    await #expect(throws: FirestoreError.self) {
      try await client.commit([
        .set(client.name(of: DocumentPath("counters/d")), [:]), .create(client.name(of: path), [:]),
      ])
    }
    #expect(try await client.get(DocumentPath("counters/d")) == nil)
  }

  @Test("batchGet answers for every path, more than one request holds", arguments: FirestoreServer.available)
  func batchGet(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    try await client.fill("users", 0..<350)
    let paths = try (0..<700).map { try DocumentPath("users/\(client.id("u", $0))") }
    let result = try await client.batchGet(paths + paths.reversed())
    #expect(Set(result.found.map(\.name.path)) == Set(paths[..<350]))
    #expect(result.found.count == 350)
    #expect(Set(result.missing) == Set(paths[350...]))
    #expect(result.missing.count == 350)
    #expect(result.readTime != nil)
  }

  @Test("queries filter, sort, limit and select; an empty result has a read time", arguments: FirestoreServer.available)
  func queries(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    try await client.fill("users", 0..<20)
    let n = try FieldPath(parsing: "n")
    var query = StructuredQuery(
      collection: "users", filter: .field(n, .greaterThanOrEqual, .integer(15)), orderBy: [.init(n, .descending)],
      limit: 3)
    #expect(try await client.runQuery(query).documents.map(\.name.path.id) == ["u019", "u018", "u017"])
    query.select = [.documentID]
    #expect(try await client.runQuery(query).documents.allSatisfy(\.fields.isEmpty))
    query.filter = .all([.field(n, .greaterThan, .integer(3)), .field(n, .lessThan, .integer(3))])
    let empty = try await client.runQuery(query)
    #expect(empty.documents.isEmpty)
    #expect(empty.readTime != nil)
    #expect(
      try await client.count(StructuredQuery(collection: "users", filter: .field(n, .lessThan, .integer(7)))) == 7)
  }

  @Test("a query that cannot be is an invalid argument, with the server's words", arguments: FirestoreServer.available)
  func invalid(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    let error = await #expect(throws: FirestoreError.self) {
      try await client.runQuery(
        StructuredQuery(collection: "users", filter: .field(FieldPath(parsing: "n"), .in, .array([]))))
    }
    #expect(error?.status == .invalidArgument)
    #expect(error?.httpStatus == 400)
    #expect(error?.message.isEmpty == false)
  }

  @Test("the past can be read by every kind of read", arguments: FirestoreServer.available)
  func past(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    try await client.fill("users", 0..<3)
    let path = try DocumentPath("users/u001")
    let before = try #require(try await client.runQuery(StructuredQuery(collection: "users")).readTime)
    try await client.delete(path)
    try await client.set(DocumentPath("users/u009"), [:])
    let query = StructuredQuery(collection: "users")
    #expect(try await client.get(path) == nil)
    #expect(try await client.get(path, readTime: before)?.fields == ["n": .integer(1)])
    #expect(try await client.batchGet([path], readTime: before).found.count == 1)
    let then = try await client.runQuery(query, readTime: before)
    #expect(then.documents.map(\.name.path.id) == ["u000", "u001", "u002"])
    #expect(then.readTime == before)
    #expect(try await client.count(query, readTime: before) == 3)
    var scanned: [String] = []
    try await client.scan(query, pageSize: 2, readTime: before) { scanned.append($0.name.path.id) }
    #expect(scanned == ["u000", "u001", "u002"])
  }

  @Test("a scan is a picture of one time, whatever is written meanwhile", arguments: FirestoreServer.available)
  func scan(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    try await client.fill("users", 0..<300)
    for pageSize in [37, 100, 1_000] {
      let expected = try await client.runQuery(StructuredQuery(collection: "users")).documents.map(\.name.path.id)
      var ids: [String] = []
      let (pages, continuation) = AsyncStream.makeStream(of: Int.self)
      // Between the pages documents behind the scan's position vanish and appear.
      let meddler = Task {
        var round = 0
        for await count in pages where count.isMultiple(of: pageSize) && count < 300 {
          try await client.delete(DocumentPath("users/\(expected[expected.count - 1 - round])"))
          try await client.set(DocumentPath("users/v\(pageSize)x\(round)"), [:])
          round += 1
        }
        return round
      }
      let result = try await client.scan(StructuredQuery(collection: "users"), pageSize: pageSize) { document in
        ids.append(document.name.path.id)
        continuation.yield(ids.count)
      }
      continuation.finish()
      #expect(try await meddler.value > 0 || pageSize >= 300)
      #expect(ids == expected)
      #expect(result.count == expected.count)
    }
  }

  @Test("ranges of names add up to the whole at one time", arguments: FirestoreServer.available)
  func ranges(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    try await client.fill("users", 0..<40, prefix: "A")
    try await client.fill("users", 0..<40, prefix: "b")
    try await client.fill("users", 0..<40, prefix: "z")
    let whole = try await client.runQuery(StructuredQuery(collection: "users"))
    let bounds: [String?] = [nil, "A02", "B", "b", "z01", nil]
    var parts: [String] = []
    for (lower, upper) in zip(bounds, bounds.dropFirst()) {
      var query = StructuredQuery(collection: "users", orderBy: [.init(.documentID)])
      if let lower { query.startAt = .init([client.reference(to: try DocumentPath("users/\(lower)"))], before: true) }
      if let upper { query.endAt = .init([client.reference(to: try DocumentPath("users/\(upper)"))], before: true) }
      try await client.scan(query, pageSize: 9, readTime: whole.readTime) { parts.append($0.name.path.id) }
    }
    #expect(parts == whole.documents.map(\.name.path.id))
    #expect(parts.count == 120)
  }

  @Test("a collection group is scanned over all its parents", arguments: FirestoreServer.available)
  func collectionGroup(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    for parent in ["a", "b", "c"] { try await client.fill("shops/\(parent)/items", 0..<7) }
    var paths: [DocumentPath] = []
    let query = StructuredQuery(from: .init(collectionID: "items", allDescendants: true))
    try await client.scan(query, pageSize: 4) { paths.append($0.name.path) }
    #expect(paths.count == 21)
    #expect(paths == paths.sorted())
    #expect(Set(paths).count == 21)
  }

  @Test("transactions read their snapshot, commit once, and roll back", arguments: FirestoreServer.available)
  func transactions(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    let path = try DocumentPath("accounts/a")
    try await client.set(path, ["n": .integer(1)])
    let transaction = try await client.beginTransaction()
    #expect(try await client.get(path, transaction: transaction)?.fields == ["n": .integer(1)])
    _ = try await client.commit([.set(client.name(of: path), ["n": .integer(2)])], transaction: transaction)
    let undone = try await client.beginTransaction()
    #expect(try await client.get(path, transaction: undone)?.fields == ["n": .integer(2)])
    try await client.rollback(undone)
    let error = await #expect(throws: FirestoreError.self) {
      try await client.commit([.set(client.name(of: path), ["n": .integer(3)])], transaction: undone)
    }
    #expect(error?.status == .invalidArgument)
    let reading = try await client.beginTransaction(.readOnly(readTime: nil))
    let documents = try await client.runQuery(StructuredQuery(collection: "accounts"), transaction: reading).documents
    #expect(documents.map(\.fields) == [["n": .integer(2)]])
    _ = try await client.commit([], transaction: reading)
  }

  @Test("collections are listed in order, at the root and below a document", arguments: FirestoreServer.available)
  func collections(_ server: FirestoreServer) async throws {
    let client = try await server.client()
    #expect(try await client.listCollectionIDs() == [])
    for collection in ["users", "Orders", "a/b/nested", "a/b/more"] { try await client.fill(collection, 0..<1) }
    #expect(try await client.listCollectionIDs() == ["Orders", "a", "users"])
    #expect(try await client.listCollectionIDs(parent: DocumentPath("a/b")) == ["more", "nested"])
  }
}
