import DataContract
import JSON
import RFC3339
import RunModel
import Testing
import YAMLSource

@testable import Audit

@Suite("Masking")
struct MaskingTests {
  private static func masking() throws -> Masking {
    let contract = """
      kind: DataContract
      apiVersion: v3.1.0
      id: people
      version: '1'
      status: active
      schema:
        - name: users
          properties:
            - {name: uid, primaryKey: true, classification: internal}
            - {name: mail, physicalName: email_address, classification: personal}
            - {name: status, classification: Public}
            - name: home
              classification: personal
              logicalType: object
              properties:
                - {name: city}
                - {name: zip, physicalName: postal_code, classification: public}
        - name: cards
          properties:
            - {name: number, classification: restricted}
            - {name: status, classification: secret}
      """
    let (set, problems) = DataContractSet.load(files: ["p.yaml"], loader: SourceLoader(files: ["p.yaml": contract]))
    let loaded = try #require(set?.contracts.first, "\(problems)")
    return Masking(try #require(loaded.object(named: "users")), of: loaded)
  }

  @Test("classified fields are masked by both their names, nested ones by their classification or their parent's")
  func fields() throws {
    let masking = try Self.masking()
    for field in ["mail", "email_address", "home", "home.city"] { #expect(masking.isMasked(field), "\(field)") }
    for field in ["uid", "status", "home.zip", "home.postal_code"] { #expect(!masking.isMasked(field), "\(field)") }
  }

  @Test("columns of the contract's other objects are masked too, unless the object has one of that name itself")
  func joined() throws {
    let masking = try Self.masking()
    #expect(masking.isMasked("number"))
    #expect(!masking.isMasked("status"))
  }

  @Test("a masked value shows its first letter and length, a short one its length only")
  func shape() throws {
    let masking = try Self.masking()
    #expect(masking.shown("ada@example.org", of: "mail") == "a•••(15)")
    #expect(masking.shown("ada", of: "mail") == "•••(3)")
    #expect(masking.shown("", of: "mail") == "•••(0)")
    #expect(masking.shown(nil, of: "mail") == nil)
    #expect(masking.shown("active", of: "status") == "active")
  }

  @Test("text of a column that the contract does not know is masked where the contract classifies anything")
  func unknown() throws {
    let masking = try Self.masking()
    #expect(masking.shown("ada@example.org", of: "lower", isFreeText: true) == "a•••(15)")
    #expect(masking.shown("12", of: "orders", isFreeText: false) == "12")
    #expect(masking.shown("active", of: "status", isFreeText: true) == "active")
    #expect(Masking().shown("anything at all", of: "x", isFreeText: true) == "anything at all")
  }

  @Test("a long value is cut")
  func long() {
    let shown = Masking().shown(String(repeating: "x", count: 1_000), of: "comment")
    #expect(shown == String(repeating: "x", count: 200) + "… (1000 bytes)")
  }
}
