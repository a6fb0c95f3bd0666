import FirestoreModel
import JSON
import Testing

@Suite("Addresses, listings and envelopes")
struct AddressTests {
  let emulator = EmulatorUnderTest()

  @Test("create makes a document with the given or a random id, and refuses an existing one")
  func create() throws {
    let address = "/v1/\(EmulatorUnderTest.root)/c"
    let made = try emulator.send("POST", address + "?documentId=a", ["fields": ["n": ["integerValue": 1]]])
    #expect(made.code == 200 && made.json["name"]?.stringValue == emulator.name("c/a"))
    #expect(made.json["createTime"] == made.json["updateTime"])
    let again = try emulator.send("POST", address + "?documentId=a", [:])
    #expect(again.code == 409 && again.status == "ALREADY_EXISTS")
    let random = try emulator.send("POST", address, [:])
    let id = try #require(random.json["name"]?.stringValue?.split(separator: "/").last)
    #expect(id.count == 20 && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    #expect(try emulator.send("POST", address, ["name": "x"]).status == "INVALID_ARGUMENT")
    #expect(try emulator.send("POST", address + "?documentId=__x__", [:]).status == "INVALID_ARGUMENT")
    #expect(try emulator.send("POST", address + "/a", [:]).status == "INVALID_ARGUMENT")
  }

  @Test("patch upserts, with masks for what is written and what is answered")
  func patch() throws {
    let address = "/v1/\(emulator.name("c/a"))"
    let body: JSONValue = ["fields": ["a": ["integerValue": 1], "b": ["integerValue": 2]]]
    #expect(try emulator.send("PATCH", address + "?currentDocument.exists=true", body).status == "NOT_FOUND")
    #expect(try emulator.send("PATCH", address, body).code == 200)
    let masked = try emulator.send(
      "PATCH", address + "?updateMask.fieldPaths=b&updateMask.field_paths=c&mask.fieldPaths=b",
      ["fields": ["b": ["integerValue": 3]]])
    #expect(masked.json["fields"] == ["b": ["integerValue": "3"]])
    #expect(try emulator.fields("c/a") == ["a": .integer(1), "b": .integer(3)])
    let time = try #require(masked.json["updateTime"]?.stringValue)
    #expect(
      try emulator.send("PATCH", address + "?currentDocument.updateTime=2020-01-01T00:00:00Z", body).status
        == "FAILED_PRECONDITION")
    #expect(try emulator.send("PATCH", address + "?currentDocument.updateTime=\(time)", body).code == 200)
    #expect(try emulator.send("PATCH", address, ["name": .string(emulator.name("c/b"))]).status == "INVALID_ARGUMENT")
  }

  @Test("delete is idempotent unless it demands existence")
  func delete() throws {
    try emulator.set("c/a")
    let address = "/v1/\(emulator.name("c/a"))"
    #expect(try emulator.send("DELETE", address).json == [:])
    #expect(try emulator.send("DELETE", address).code == 200)
    #expect(try emulator.send("DELETE", address + "?currentDocument.exists=true").status == "NOT_FOUND")
    let missing = try emulator.get("c/a")
    #expect(missing.code == 404 && missing.message == "Document \"\(emulator.name("c/a"))\" not found.")
  }

  @Test("batchGet answers each name once, found or missing, with a mask")
  func batchGet() throws {
    try emulator.set("c/a", ["x": .integer(1), "y": .integer(2)])
    let names: JSONValue = [
      .string(emulator.name("c/a")), .string(emulator.name("c/b")), .string(emulator.name("c/a")),
    ]
    let answer = try emulator.post(":batchGet", ["documents": names, "mask": ["fieldPaths": ["x"]]])
    #expect(answer.json.arrayValue?.count == 2)
    #expect(answer.json[0]?["found"]?["fields"] == ["x": ["integerValue": "1"]])
    #expect(answer.json[1]?["missing"]?.stringValue == emulator.name("c/b"))
    #expect(answer.json[0]?["readTime"] != nil && answer.json[0]?["readTime"] == answer.json[1]?["readTime"])
    #expect(try emulator.post(":batchGet", [:]).json == [])
  }

  @Test("ids with reserved signs travel percent-encoded, and a colon starts a verb only when it is plain")
  func encodedIDs() throws {
    for (encoded, id) in [
      ("a%20b", "a b"), ("a+b", "a+b"), ("%C3%BC", "ü"), ("a%3Acommit", "a:commit"), ("a:b", "a:b"),
    ] {
      let answer = try emulator.send("PATCH", "/v1/\(EmulatorUnderTest.root)/c/\(encoded)", [:])
      #expect(answer.json["name"]?.stringValue == emulator.name("c/\(id)"))
      #expect(try emulator.get("c/\(encoded)").code == 200)
    }
    #expect(
      try emulator.send("POST", "/v1/projects/p/databases/%28default%29/documents:commit", ["writes": []]).code == 200)
    #expect(try emulator.get("c/a%2Fb").status == "INVALID_ARGUMENT")
    #expect(try emulator.get("c/%FF").status == "INVALID_ARGUMENT")
    #expect(RequestTargetReader.isRefused("/x?%zz") && RequestTargetReader.isRefused("x"))
  }

  @Test("listings sort, mask, follow tokens in any order, and show missing parents")
  func listings() throws {
    for index in 0..<7 { try emulator.set("c/d\(index)", ["n": .integer(Int64(index % 3)), "x": .null]) }
    try emulator.set("c/ghost/sub/s")
    func page(_ query: String) throws -> (ids: [String], token: String?) {
      let answer = try emulator.get("c?\(query)")
      #expect(answer.code == 200, "\(answer.json)")
      let names = answer.json["documents"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
      return (names.map { String($0.split(separator: "/").last ?? "") }, answer.json["nextPageToken"]?.stringValue)
    }
    let order = "orderBy=n+desc,%20__name__%20desc&pageSize=3"
    var ids: [String] = []
    var token: String? = ""
    while let current = token {
      let answer = try page("\(order)&pageToken=\(current)")
      ids += answer.ids
      token = answer.token
    }
    #expect(ids == ["d5", "d2", "d4", "d1", "d6", "d3", "d0"])
    #expect(try page("showMissing=true&pageSize=100").ids.last == "ghost")
    #expect(
      try emulator.get("c?mask.fieldPaths=n&pageSize=1").json["documents"]?[0]?["fields"] == [
        "n": ["integerValue": "0"]
      ])
    for bad in ["showMissing=true&orderBy=n", "pageToken=x", "pageSize=-1", "pageSize=x", "orderBy=n+up", "bogus=1"] {
      #expect(try emulator.get("c?\(bad)").status == "INVALID_ARGUMENT", "\(bad)")
    }
    #expect(try emulator.get("c?fields=documents").code == 501)
    #expect(try emulator.get("none").json == [:])
  }

  @Test("a listing goes on where it was although documents change meanwhile")
  func stablePages() throws {
    for index in 0..<6 { try emulator.set("c/d\(index)") }
    let first = try emulator.get("c?pageSize=3")
    let token = try #require(first.json["nextPageToken"]?.stringValue)
    _ = try emulator.commit([.delete(emulator.documentName("c/d2")), .delete(emulator.documentName("c/d4"))])
    let second = try emulator.get("c?pageSize=3&pageToken=\(token)")
    #expect(second.json["documents"]?.arrayValue?.count == 3)
  }

  @Test("collection ids are sorted, paged, and named only while documents are below")
  func collectionIDs() throws {
    for path in ["b/1", "a/1", "c/1/x/1/y/2", "d/1"] { try emulator.set(path) }
    _ = try emulator.commit([.delete(emulator.documentName("d/1"))])
    #expect(try emulator.post(":listCollectionIds", [:]).json["collectionIds"] == ["a", "b", "c"])
    #expect(try emulator.post("/c/1:listCollectionIds", [:]).json["collectionIds"] == ["x"])
    let first = try emulator.post(":listCollectionIds", ["pageSize": 2])
    #expect(first.json["collectionIds"] == ["a", "b"])
    let token = try #require(first.json["nextPageToken"])
    let second = try emulator.post(":listCollectionIds", ["pageSize": 2, "pageToken": token])
    #expect(second.json == ["collectionIds": ["c"]])
  }

  @Test("what is unknown is 404, what is known but missing here is 501, never success")
  func unknown() throws {
    for (method, uri) in [
      ("GET", "/v2/\(EmulatorUnderTest.root)/c/a"), ("POST", "/v1/\(EmulatorUnderTest.root):bogus"),
      ("PUT", "/v1/\(emulator.name("c/a"))"),
      ("GET", "/v1/projects/p/databases"), ("GET", "/nowhere"), ("POST", "/v1/\(emulator.name("c/a")):commit"),
    ] {
      let answer = try emulator.send(method, uri, [:])
      #expect(answer.code == 404 && answer.status == "NOT_FOUND", "\(method) \(uri)")
    }
    for verb in [":executePipeline", ":write", ":listen"] {
      #expect(try emulator.post(verb, [:]).status == "UNIMPLEMENTED")
    }
    let explained = try emulator.query(.init(collection: "c"), ["explainOptions": [:]])
    #expect(explained.code == 501)
  }

  @Test("bearer tokens are the owner's or shaped like a token")
  func authorization() throws {
    let address = "/v1/\(EmulatorUnderTest.root):listCollectionIds"
    #expect(try emulator.send("POST", address, [:], authorization: "Bearer owner").code == 200)
    #expect(try emulator.send("POST", address, [:], authorization: "Bearer eyJhbGciOiJub25lIn0.e30.").code == 200)
    let refused = try emulator.send("POST", address, [:], authorization: "Bearer x")
    #expect(refused.code == 400 && refused.message == "invalid jwt")
  }

  @Test("errors have Google's envelope, in a list for streams when production is imitated")
  func envelope() throws {
    let plain = try emulator.query(.init(collection: "a/b")).json
    #expect(
      plain["error"]?["code"]?.intValue == 400 && plain["error"]?.objectValue?.keys == ["code", "message", "status"])
    let production = EmulatorUnderTest(wrapsStreamErrors: true)
    #expect(try production.query(.init(collection: "a/b")).json[0]?["error"] == plain["error"])
    #expect(try production.get("c/none").json["error"] != nil)
  }

  @Test("clearing a database removes its documents and its past, and no other database")
  func clear() throws {
    try emulator.set("c/a")
    let time = try emulator.updateTime("c/a")
    _ = try emulator.send("PATCH", "/v1/projects/p/databases/other/documents/c/a", [:])
    emulator.clock.advance(seconds: 1)
    #expect(try emulator.send("DELETE", "/emulator/v1/projects/p/databases/(default)/documents").json == [:])
    #expect(try emulator.fields("c/a") == nil)
    #expect(try emulator.query(.init(collection: "c"), ["readTime": time]).status == "FAILED_PRECONDITION")
    #expect(try emulator.send("GET", "/v1/projects/p/databases/other/documents/c/a").code == 200)
  }
}
