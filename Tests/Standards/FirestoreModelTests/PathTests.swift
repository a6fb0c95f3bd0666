import FirestoreModel
import Testing

@Suite("Names and paths")
struct PathTests {
  @Test("a document path has collections and ids in turn")
  func documentPath() throws {
    let path = try DocumentPath("users/u1/orders/o1")
    #expect(path.id == "o1")
    #expect(path.parent.description == "users/u1/orders")
    #expect(path.parent.id == "orders")
    #expect(path.parent.parent == (try DocumentPath("users/u1")))
    #expect(path.isDescendant(of: try DocumentPath("users/u1")))
    #expect(!path.isDescendant(of: path))
    #expect(try path.parent.document("x") == DocumentPath("users/u1/orders/x"))
  }

  @Test("paths of other shapes are refused", arguments: ["", "users", "users/", "/users/u1", "a/b/c", "a//b/c"])
  func malformedDocumentPath(_ text: String) {
    #expect(throws: FirestoreFormatError.self) { try DocumentPath(text) }
  }

  @Test("an id cannot smuggle in a slash")
  func idWithSlash() throws {
    #expect(throws: FirestoreFormatError.self) { try CollectionPath("users").document("a/b/c") }
    #expect(throws: FirestoreFormatError.self) { try DocumentPath("users/u").collection("") }
  }

  @Test("names are compared by bytes, not by canonical equivalence")
  func bytes() throws {
    #expect(try DocumentPath("c/é") != DocumentPath("c/e\u{301}"))
    #expect(Set([try DocumentPath("c/é"), try DocumentPath("c/e\u{301}")]).count == 2)
  }

  @Test("a slash separates whatever mark follows it", arguments: ["\u{301}", "\u{338}x", "\u{20E3}", "\u{FE0F}"])
  func marks(id: String) throws {
    let path = try CollectionPath("users").document(id)
    #expect(try DocumentPath(path.description) == path)
    #expect(try CollectionPath("users/\(id)/orders").parent == path)
    let name = DocumentName(project: "p", path: path)
    #expect(try DocumentName(parsing: name.description) == name)
    #expect(FirestoreValue.compare(.reference(name.description), .reference("\(name)0")) < 0)
  }

  @Test("numeric ids come first and by number, then bytes; a parent comes before what lies below it")
  func order() throws {
    let sorted = [
      "c/__id-9223372036854775808__", "c/__id-7__", "c/__id2__", "c/__id10__", "c/A", "c/__idx__", "c/a", "c/a/d/x",
      "c/aa",
      "c/é", "c/\u{FFFD}", "c/😀", "ca/a",
    ]
    let paths = try sorted.map { try DocumentPath($0) }
    #expect(paths.shuffled().sorted().map(\.description) == sorted)
  }

  @Test("a full name is read and written")
  func name() throws {
    let text = "projects/p/databases/(default)/documents/users/u1"
    let name = try DocumentName(parsing: text)
    #expect(name.description == text)
    #expect(name.databaseName == DatabaseName(project: "p"))
    #expect(throws: FirestoreFormatError.self) { try DocumentName(parsing: "projects/p/documents/users/u1") }
    #expect(throws: FirestoreFormatError.self) { try DocumentName(parsing: "projects//databases/d/documents/users/u1") }
    #expect(try DatabaseName(parsing: "projects/p/databases/d/documents").database == "d")
  }

  @Test(
    "field paths are quoted where their names are not simple",
    arguments: [
      (["a", "b"], "a.b"), (["a.b"], "`a.b`"), (["1a"], "`1a`"), (["a`b\\c"], "`a\\`b\\\\c`"),
      (["ü", "x_1"], "`ü`.x_1"),
    ])
  func fieldPath(_ segments: [String], _ text: String) throws {
    #expect(try FieldPath(segments).description == text)
    #expect(try FieldPath(parsing: text).segments == segments)
  }

  @Test(
    "malformed field paths are refused",
    arguments: ["", ".", "a.", ".a", "a..b", "a b", "1a", "`a", "``", "`a`b", "a-b"])
  func malformedFieldPath(_ text: String) {
    #expect(throws: FirestoreFormatError.self) { try FieldPath(parsing: text) }
  }
}
