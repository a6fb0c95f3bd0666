import HTTP
import JSON
import Postgres
import RFC3339
import ServiceTesting
import Testing
import WholeMarketplace

@Suite("Times and money")
struct RepresentationTests {
  private static let money: Set = [
    "price", "cost_price", "subtotal", "tax_amount", "shipping_amount", "discount_amount", "total_amount", "unit_price",
    "final_price", "amount",
  ]

  @Test(
    "are written in one way in every answer: UTC in RFC 3339, decimals of two places in a text",
    arguments: AccessMatrix.rows)
  func everyAnswer(row: AccessMatrix.Row) async throws {
    let market = try await WholeMarketplace.shared
    let administrator = try await EdgeEstate.shared.administrator
    // The gateway passes bodies on as they are.
    for service in row.services.contains(.gateway) ? [.gateway] : row.services {
      let estate = try await market.estate()
      _ = try await market.call(
        "PATCH", "/products/\(estate.product)", ["price": "1234.50", "cost_price": "0.10"], to: .products)
      let request = row.request(estate)
      let prefix = service == .gateway && !row.isGatewaysOwn ? "/api" : ""
      let answer = try await market.call(
        row.method, prefix + request.path, request.body, as: service == .gateway ? administrator : nil, to: service)
      #expect(answer.status == row.success)
      #expect(wrongForms(in: answer.body, at: row.operation) == [])
    }
  }

  @Test("are found at all by the test above")
  func sees() {
    for wrong: JSONValue in [
      ["price": 1.5], ["amount": "1.5"], ["items": [["created_at": "2026-11-24 02:22:35"]]], ["from": "2026-11-24"],
      ["total_amount": "1e2"], ["last_login_at": 1_795_487_000], ["to": "2026-11-24T02:22:35+01:00"],
    ] {
      #expect(wrongForms(in: wrong, at: "test").count == 1)
    }
  }

  private func wrongForms(in value: JSONValue, at place: String) -> [String] {
    switch value {
    case .array(let elements): return elements.flatMap { wrongForms(in: $0, at: place) }
    case .object(let object):
      return object.flatMap { member in
        let name = "\(place).\(member.key)"
        let isWrong =
          if Self.money.contains(member.key) {
            !member.value.isNull && !isMoney(member.value)
          } else if member.key.hasSuffix("_at") || ["from", "to"].contains(member.key) {
            !member.value.isNull && !isInstant(member.value)
          } else {
            false
          }
        return (isWrong ? ["\(name): \(member.value.serialized())"] : []) + wrongForms(in: member.value, at: name)
      }
    default: return []
    }
  }

  private func isMoney(_ value: JSONValue) -> Bool {
    value.stringValue?.wholeMatch(of: /(0|[1-9][0-9]*)\.[0-9]{2}/) != nil
  }

  private func isInstant(_ value: JSONValue) -> Bool {
    value.stringValue.map { $0.hasSuffix("Z") && Timestamp(rfc3339: $0) != nil } ?? false
  }
}
