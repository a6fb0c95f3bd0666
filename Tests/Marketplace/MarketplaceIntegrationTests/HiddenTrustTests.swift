import HTTP
import JSON
import ServiceTesting
import Testing
import WholeMarketplace

@Suite("What a client says about itself")
struct HiddenTrustTests {
  @Test(
    "no header line of a client makes the gateway pass a request on as somebody else's, or as nobody's",
    arguments: [
      ["X-User-UID: VICTIM"], ["x-user-uid: VICTIM"], ["X-USER-UID: VICTIM", "X-User-UID: VICTIM"], ["X-User-UID:"],
      ["X-User-UID: VICTIM", "X-User-Admin: true"], ["X-User-Admin: true"], ["x-user-admin: TRUE"],
      ["X-User-Admin:", "X-User-Admin: true"], ["Connection: close, X-User-UID"],
      ["Connection: close, x-user-uid, X-User-Admin"], ["Connection: X-User-UID", "Connection: close"],
      ["Connection: close,X-User-UID", "X-User-UID: VICTIM"], ["Connection: close, \tX-USER-UID\t ,"],
      ["Keep-Alive: X-User-UID"], ["Trailer: X-User-UID"], ["Proxy-Connection: X-User-UID"],
      ["X-Forwarded-For: 10.9.8.7", "Forwarded: for=10.9.8.7;by=service"], ["X-Real-IP: 127.0.0.1"],
      ["X-Original-URL: /purchases/verify", "X-Rewrite-URL: /purchases/verify"], ["X-HTTP-Method-Override: DELETE"],
      ["Connection: close, X-Forwarded-For"], ["X_User_UID: VICTIM"],
    ])
  func spoofing(lines: [String]) async throws {
    let market = try await WholeMarketplace.shared
    let victim = try await market.person("victim")
    let mallory = try await market.person("mallory")
    let product = try await market.product(stock: 5)
    let order = try await market.order([(product, 1)], for: victim.uid)
    let path = try #require(order.location)
    let spoofed = lines.map { $0.replacing("VICTIM", with: victim.uid) } + ["Authorization: Bearer \(mallory.token)"]
    let reads = [
      "/api\(path)", "/api\(path)/payments", "/api/orders?user_uid=\(victim.uid)", "/api/users/\(victim.uid)",
      "/api/sessions/\(victim.session)", "/api/orders",
    ]
    for target in reads {
      let answer = await market.exchange("GET", target, lines: spoofed)
      #expect(answer.status == 403, "GET \(target) with \(lines)")
      #expect(!String(decoding: answer.body, as: UTF8.self).contains(victim.uid))
    }
    #expect(await market.exchange("POST", "/api\(path)/cancel", lines: spoofed).status == 403)
    #expect(await market.exchange("DELETE", "/api/sessions/\(victim.session)", lines: spoofed).status == 403)
    #expect(await market.exchange("DELETE", "/api/products/\(product)", lines: spoofed).status == 403)
    #expect(try await market.call("GET", path, to: .orders).body["status"] == "PENDING")
    #expect(try await market.call("GET", "/api\(path)", as: victim).status == 200)
  }
}
