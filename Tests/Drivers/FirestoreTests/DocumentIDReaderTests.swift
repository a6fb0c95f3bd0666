import FirestoreModel
import HTTP
import JSON
import Testing

@testable import Firestore

@Suite("Ids read from the bytes of answers")
struct DocumentIDReaderTests {
  private let reader: DocumentIDReader

  init() throws {
    let client = FirestoreClient(http: HTTPClient(), endpoint: .emulator("127.0.0.1:1"), project: "demo")
    reader = try DocumentIDReader(collection: CollectionPath("users"), client: client)
  }

  private static let prefix = "projects/demo/databases/(default)/documents/users/"

  private func id(_ text: String) -> String? {
    reader.id(in: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "the id stands behind the collection's name, whatever blanks and members there are",
    arguments: [
      #"{"document":{"name":"\#(prefix)u1","createTime":"x"},"readTime":"y"}"#,
      "{\n  \"document\" : {\n\t\"name\" :\r\n \"\(prefix)u1\"}}",
      #"{"readTime":"\"name\":","document":{"fields":{},"name":"\#(prefix)u1"}}"#,
    ])
  func found(_ text: String) {
    #expect(id(text) == "u1")
  }

  @Test("ids are taken byte by byte")
  func bytes() {
    #expect(id(#"{"document":{"name":"\#(Self.prefix)é 😀:,}"}}"#) == "é 😀:,}")
  }

  @Test(
    "anything unusual is left to the parser",
    arguments: [
      #"{"readTime":"y"}"#, "", "{", #"{"document":{"name""#, #"{"document":{"name":"\#(prefix)"#,
      #"{"document":{"name":"\#(prefix)u1"#, #"{"document":{"name":"\#(prefix)"}}"#,
      #"{"document":{"name":"\#(prefix)a\u00e9"}}"#, #"{"document":{"name":"\#(prefix)u1/orders/o1"}}"#,
      #"{"document":{"name":"projects/demo/databases/(default)/documents/carts/c1"}}"#,
      #"{"document":{"name":{"stringValue":"x"}}}"#, #"{"error":{"code":503}}"#,
    ])
  func unusual(_ text: String) {
    #expect(id(text) == nil)
  }
}
