import DataContract
import FirestoreModel
import JSON
import RFC3339
import Testing

@testable import Audit

@Suite("Keys in Firestore")
struct FirestoreKeyTests {
  @Test("a value has the key text that PostgreSQL writes for it")
  func texts() throws {
    #expect(FirestoreValue.string("u1").keyText == "u1")
    #expect(FirestoreValue.integer(-5).keyText == "-5")
    #expect(FirestoreValue.double(5).keyText == "5")
    #expect(FirestoreValue.double(1.5).keyText == "1.5")
    #expect(FirestoreValue.double(1e300).keyText == "1e+300")
    #expect(FirestoreValue.double(.nan).keyText == "nan")
    #expect(FirestoreValue.boolean(true).keyText == "true")
    #expect(FirestoreValue.reference("projects/p/databases/(default)/documents/users/u1").keyText == "u1")
    #expect(FirestoreValue.null.keyText == nil)
    let time = try #require(Timestamp(rfc3339: "2026-11-24T02:00:00Z"))
    #expect(FirestoreValue.timestamp(time).keyText == "2026-11-24T02:00:00Z")
    #expect(FirestoreValue.map(["a": .integer(1)]).keyText == #"{"mapValue":{"fields":{"a":{"integerValue":"1"}}}}"#)
  }

  @Test("an array refers with each of its elements, null with none")
  func arrays() {
    #expect(FirestoreValue.array([.string("a"), .null, .integer(2)]).keyTexts == ["a", "2"])
    #expect(FirestoreValue.null.keyTexts == [])
    #expect(FirestoreValue.array([]).keyTexts == [])
  }

  @Test(
    "every value that a text may stand for is looked for",
    arguments: [
      ("u1", [FirestoreValue.string("u1")]), ("5", [.string("5"), .integer(5)]), ("05", [.string("05")]),
      ("true", [.string("true"), .boolean(true)]), ("1.5", [.string("1.5"), .double(1.5)]), ("1.50", [.string("1.50")]),
    ])
  func candidates(text: String, values: [FirestoreValue]) {
    #expect(FirestoreValue.candidates(for: text) == values)
  }

  @Test("every candidate has the text that it was made from")
  func candidatesKeepText() {
    for text in ["1e+300", "nan", "2026-11-24T02:00:00Z", "9223372036854775808", "-0", "false", ""] {
      for value in FirestoreValue.candidates(for: text) { #expect(value.keyText == text) }
    }
  }

  @Test(
    "what cannot be a document id is not asked for",
    arguments: ["", ".", "..", "a/b", "__x__", "____", String(repeating: "é", count: 751), "a\u{0}"])
  func noID(text: String) {
    #expect(!FirestoreRelation.canBeID(text))
  }

  @Test("unusual ids are possible", arguments: ["...", "__x", "a b", "é", "%2F", String(repeating: "a", count: 1500)])
  func oddID(text: String) {
    #expect(FirestoreRelation.canBeID(text))
  }

  @Test("a page asks for the key's field only, continues behind the last name and keeps the filter")
  func page() throws {
    let active = try FirestoreFilter(field: "active", comparison: .equal, value: true)
    let relation = FirestoreRelation(
      store: "s", collection: try CollectionPath("users/u1/sessions"), fields: [try FieldPath(["owner", "uid"])],
      idName: "token", filters: [active])
    let last = DocumentName(project: "p", path: try DocumentPath("users/u1/sessions/s9"))
    let page = relation.page(after: last, size: 10)
    #expect(page.from?.collectionID == "sessions")
    #expect(page.select?.map(\.description) == ["owner.uid"])
    #expect(page.orderBy == [.init(.documentID)])
    #expect(page.limit == 10)
    #expect(page.startAt == .init([.reference(last.description)], before: false))
    #expect(page.filter == .field(try FieldPath(["active"]), .equal, .boolean(true)))
    #expect(relation.mask.map(\.description) == ["owner.uid", "active"])
    let isOneOf = QueryFilter.field(try FieldPath(["id"]), .in, .array([.string("a")]))
    #expect(relation.query(try FieldPath(["id"]), isIn: [.string("a")]).filter == .all([isOneOf, active.query]))
  }
}

@Suite("Filters on documents")
struct FirestoreFilterTests {
  private static let values: [(String, FirestoreValue)] = [
    ("null", .null), ("one", .integer(1)), ("one and a half", .double(1.5)), ("same one", .double(1)),
    ("nan", .double(.nan)), ("text", .string("a")), ("list", .array([.integer(1), .string("a")])),
    ("true", .boolean(true)),
  ]

  private func matching(_ comparison: RowFilter.Operator, _ value: JSONValue) throws -> [String] {
    let filter = try FirestoreFilter(field: "f", comparison: comparison, value: value)
    let path = try DocumentPath("c/d")
    let documents = Self.values.map { name, value in
      (name, FirestoreDocument(name: DocumentName(project: "p", path: path), fields: ["f": value]))
    }
    let missing = FirestoreDocument(name: DocumentName(project: "p", path: path), fields: [:])
    #expect(!filter.matches(missing), "a missing field is in no index")
    return documents.filter { filter.matches($0.1) }.map(\.0)
  }

  @Test("documents are judged as Firestore's queries judge them")
  func semantics() throws {
    #expect(try matching(.equal, 1) == ["one", "same one"])
    #expect(try matching(.equal, nil) == ["null"])
    #expect(try matching(.notEqual, 1) == ["one and a half", "nan", "text", "list", "true"])
    #expect(try matching(.notEqual, nil) == ["one", "one and a half", "same one", "nan", "text", "list", "true"])
    #expect(try matching(.less, 1.5) == ["one", "same one"])
    #expect(try matching(.lessOrEqual, 1.5) == ["one", "one and a half", "same one"])
    #expect(try matching(.greater, 1) == ["one and a half"])
    #expect(try matching(.greaterOrEqual, 1) == ["one", "one and a half", "same one"])
    #expect(try matching(.greaterOrEqual, "a") == ["text"])
    #expect(try matching(.isIn, [1, "a", nil]) == ["one", "same one", "text"])
    #expect(try matching(.isNotIn, [1, "a"]) == ["one and a half", "nan", "list", "true"])
    #expect(try matching(.isNotIn, [nil]) == [])
    #expect(try matching(.arrayContains, "a") == ["list"])
  }
}
