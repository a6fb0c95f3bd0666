import HTTP
import ServiceKit
import Testing

@Suite("Conditions on versions")
struct VersionConditionTests {
  private func condition(_ values: String...) throws -> VersionCondition {
    let headers = HTTPHeaders(values.map { ("If-Match", $0) })
    return try VersionCondition.read(from: ServiceRequest(method: "PATCH", target: "/", headers: headers))
  }

  @Test("no demand and a star let every version pass")
  func anything() throws {
    for condition in [try condition(), try condition("*"), try condition(" * ")] {
      #expect(condition.allows(EntityTag("1")))
    }
  }

  @Test("one of the named versions passes, others do not")
  func lists() throws {
    let condition = try condition(#""7", "8""#, #""9""#)
    for version in ["7", "8", "9"] { #expect(condition.allows(EntityTag(version))) }
    #expect(!condition.allows(EntityTag("10")))
  }

  @Test("a weak tag never matches, so nothing is changed on its word")
  func weak() throws {
    #expect(!(try condition(#"W/"7""#).allows(EntityTag("7"))))
    #expect(try condition(#"W/"7", "7""#).allows(EntityTag("7")))
  }

  @Test(
    "what is no list of tags is refused", arguments: ["7", "\"7", "7\"", "\"", "\"7\"\"8\"", "w/\"7\"", "\"7\", 8"])
  func malformed(text: String) {
    #expect { try condition(text) } throws: { error in
      (error as? Problem)?.status == 422 && (error as? Problem)?.errors.count == 1
    }
  }
}
