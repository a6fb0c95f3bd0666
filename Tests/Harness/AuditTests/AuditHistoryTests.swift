import JSON
import RFC3339
import RunModel
import Testing

@testable import Audit

@Suite("The history of audits")
struct AuditHistoryTests {
  private let rule = RuleID("orders-have-users")
  private let other = RuleID("items-have-products")

  private func history() throws -> AuditHistory {
    var history = AuditHistory(of: "shop with clean")
    history.remember(["b": Timestamp(seconds: 7, nanoseconds: 5), "a": Timestamp(seconds: 9)], of: try #require(rule))
    history.remember(["c": Timestamp(seconds: 8)], of: try #require(other))
    return history
  }

  @Test("it is read back as it was written")
  func roundTrip() throws {
    let history = try history()
    #expect(AuditHistory(history.json, of: "shop with clean") == history)
    #expect(
      history.json.serialized() == #"""
        {"format":"concord-audit-history","version":1,"subject":"shop with clean","rules":\#
        {"items-have-products":{"c":"1970-01-01T00:00:08Z"},\#
        "orders-have-users":{"a":"1970-01-01T00:00:09Z","b":"1970-01-01T00:00:07.000000005Z"}}}
        """#)
  }

  @Test(
    "what is no history, or that of something else, is not read",
    arguments: [
      "{}", "[]", #"{"format":"concord-audit-history","version":2,"subject":"s","rules":{}}"#,
      #"{"format":"concord-audit-history","version":1,"subject":"t","rules":{}}"#,
      #"{"format":"concord-audit-history","version":1,"subject":"s","rules":{"Bad Id":{}}}"#,
      #"{"format":"concord-audit-history","version":1,"subject":"s","rules":{"r":{"a":"yesterday"}}}"#,
      #"{"format":"concord-audit-history","version":1,"subject":"s","rules":{"r":[]}}"#,
    ])
  func unusable(_ text: String) throws {
    #expect(AuditHistory(try JSONValue(parsing: text), of: "s") == nil)
  }

  @Test("a rule is remembered as it was last, and rules that are gone are forgotten")
  func forgetting() throws {
    var history = try history()
    history.remember([:], of: try #require(other))
    #expect(history.rule(try #require(other), at: Timestamp(seconds: 10)).seen.isEmpty)
    history.keep(only: [try #require(other)])
    #expect(history == AuditHistory(of: "shop with clean"))
  }

  @Test("nothing was first seen in the future, even when a clock was set back")
  func clock() throws {
    let rule = try history().rule(try #require(rule), at: Timestamp(seconds: 8))
    #expect(rule.firstSeen("a") == Timestamp(seconds: 8))
    #expect(rule.firstSeen("b") == Timestamp(seconds: 7, nanoseconds: 5))
    #expect(rule.firstSeen("new") == Timestamp(seconds: 8))
  }
}
