import JSON
import OpenAPI
import Testing
import WholeMarketplace

/// Every operation that takes JSON, found in the OpenAPI documents, so that a new one is tested without being named.
@Suite("Bodies at the edge")
struct BodyEdgeTests {
  /// One operation that takes a body.
  struct Case: Sendable, CustomTestStringConvertible {
    let service: WholeMarketplace.Service
    let operation: OpenAPI.Operation
    let properties: [Property]

    var testDescription: String { "\(service.rawValue) \(operation.id)" }
    var names: [String] { properties.map(\.name) }
    var maximumBytes: Int { operation.id == "recordEvent" ? 64 << 10 : 1 << 20 }
  }

  /// One member of the body.
  struct Property: Sendable {
    let name: String
    let types: Set<String>

    /// A value of a type that the member does not have.
    var mistyped: JSONValue { types.contains("object") ? 7 : ["wrong": true] }
  }

  static let cases: [Case] = WholeMarketplace.Service.allCases.flatMap { service in
    guard let contract = try? MarketplaceContract(of: service) else { return [Case]() }
    return contract.operations.compactMap { operation in
      contract.bodyProperties(of: operation).map { properties in
        Case(
          service: service, operation: operation,
          properties: properties.map { Property(name: $0.name, types: contract.types(of: $0.schema)) })
      }
    }
  }

  @Test("all are found")
  func isComplete() {
    #expect(Self.cases.count == 27)
    #expect(Self.cases.allSatisfy { !$0.properties.isEmpty && $0.properties.allSatisfy { !$0.types.isEmpty } })
  }

  @Test("over the limit it is 413, announced or not", arguments: cases)
  func tooLarge(item: Case) async throws {
    let body = Array("{\"x\":\"\(String(repeating: "x", count: item.maximumBytes))\"}".utf8)
    for isChunked in [false, true] {
      let answer = try await send(body, to: item, isChunked: isChunked)
      #expect(answer.status == 413)
      #expect(answer.header("Content-Type") == "application/problem+json")
    }
    let announced = try await send([], to: item, more: ["Content-Length: 99999999999"])
    #expect(announced.status == 413)
  }

  @Test("right at the limit it is read", arguments: cases)
  func asLargeAsMayBe(item: Case) async throws {
    let frame = "{\"zzz\":\"\"}".utf8.count
    let body = Array("{\"zzz\":\"\(String(repeating: "x", count: item.maximumBytes - frame))\"}".utf8)
    for isChunked in [false, true] {
      #expect(try await send(body, to: item, isChunked: isChunked).status == 422)
    }
  }

  @Test("of another type it is 415", arguments: cases)
  func wrongType(item: Case) async throws {
    for type in [
      nil, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonp",
      "application/json; charset=latin1", "application/json, text/plain", "application/problem+json", "json", "*/*",
    ] {
      let answer = try await send(Array("{}".utf8), to: item, type: type)
      #expect(answer.status == 415, "\(type ?? "none")")
      #expect(answer.header("Accept") == "application/json")
    }
    for type in [
      "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8", "application/json;charset=\"utf-8\"",
    ] {
      #expect(try await send(Array(#"{"zzz":1}"#.utf8), to: item, type: type).status == 422, "\(type)")
    }
  }

  @Test("without content, or with what is no JSON, it is 400", arguments: cases)
  func malformed(item: Case) async throws {
    let name = item.names[0]
    let texts: [String] = [
      "", " ", "{", "}", "nul", "{\"\(name)\":}", "{\"\(name)\" 1}", "{'\(name)':1}", "{\"\(name)\":1,}", "{}{}",
      "{} x",
      "[1,]", "{\"\(name)\":01}", "{\"\(name)\":+1}", "{\"\(name)\":.5}", "{\"\(name)\":NaN}", "{\"\(name)\":Infinity}",
      "{\"\(name)\":0x1}", "{\"\(name)\":\"\n\"}", "{\"\(name)\":\"\u{1}\"}", "{\"\(name)\":\"\\x\"}",
      "{\"\(name)\":\"\\u12\"}", "{\"\(name)\":\"\\ud800\"}", "{\"\(name)\":\"\\ud800\\u0041\"}",
      "{\"\(name)\":\"\\udc00\\ud800\"}", "{\"\(name)\":1,\"\(name)\":1}", "{\"\(name)\":null,\"\\u00\(hex(name))\":1}",
      "{\"\(name)\":1e99999999999999999999}", "{// \n}", "\u{FEFF}{}",
      "{\"\(name)\":\(String(repeating: "[", count: 100))\(String(repeating: "]", count: 100))}",
      String(repeating: "[", count: 50_000),
      "{\"a\":\(String(repeating: "{\"a\":", count: 70))1\(String(repeating: "}", count: 70))}",
    ]
    var bodies = texts.map { Array($0.utf8) }
    for bytes: [UInt8] in [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ] {
      bodies.append(Array("{\"\(name)\":\"".utf8) + bytes + Array("\"}".utf8))
    }
    bodies.append(Array("{}".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
    for body in bodies {
      let answer = try await send(body, to: item)
      #expect(answer.status == 400, "\(String(decoding: body.prefix(60), as: UTF8.self))")
    }
  }

  @Test("what is JSON and no object is 422", arguments: cases)
  func noObject(item: Case) async throws {
    for body in ["null", "true", "1", "-0.0e-0", "1e400", "\"text\"", "[]", "[{}]"] {
      #expect(try await violations(body, item) == ["#"], "\(body)")
    }
  }

  @Test("every violated member is named at once", arguments: cases)
  func violated(item: Case) async throws {
    let unknown = ["zzz", "", "__proto__", "a/b", "~", "é", "%", item.names[0].uppercased()]
    let more = unknown.map { ($0, JSONValue.bool(true)) }
    let pointers = Set(
      ["#/zzz", "#/", "#/__proto__", "#/a~1b", "#/~0", "#/%C3%A9", "#/%25"] + ["#/\(unknown.last ?? "")"])
    let mistyped = JSONValue.object(JSONObject(item.properties.map { ($0.name, $0.mistyped) } + more))
    let found = try await violations(mistyped.serialized(), item)
    #expect(found.isSuperset(of: pointers))
    for name in item.names { #expect(found.contains { $0.hasPrefix("#/\(name)") }, "\(name)") }
    #expect(found.count >= item.names.count + pointers.count)
  }

  @Test("null is refused where the document does not allow it, and only there", arguments: cases)
  func nulls(item: Case) async throws {
    let body = JSONValue.object(JSONObject(item.names.map { ($0, .null) } + [("zzz", 1)]))
    let found = try await violations(body.serialized(), item)
    for property in item.properties {
      #expect(found.contains("#/\(property.name)") != property.types.contains("null"), "\(property.name)")
    }
  }

  @Test("NUL is refused in every text", arguments: cases)
  func containsNUL(item: Case) async throws {
    let texts = item.properties.filter { $0.types.contains("string") }
    for text in ["a\u{0}b", "\u{0}", "+4912345\u{0}67890", "a@example.com\u{0}"] {
      let body = JSONValue.object(JSONObject(texts.map { ($0.name, .string(text)) } + [("zzz", 1)]))
      let found = try await violations(body.serialized(), item)
      for property in texts { #expect(found.contains("#/\(property.name)"), "\(property.name)") }
    }
    for property in item.properties where property.types.contains("object") {
      let bodies: [JSONValue] = [["\u{0}": 1], ["a": ["b": [["\u{0}"]]]], ["a": ["\u{0}b": 1]]]
      for body in bodies {
        let found = try await violations(JSONValue.object([property.name: body, "zzz": 1]).serialized(), item)
        #expect(found.contains { $0.hasPrefix("#/\(property.name)") }, "\(body.serialized())")
      }
    }
    for property in item.properties where property.types.contains("array") {
      let body = JSONValue.object([property.name: ["a\u{0}b"], "zzz": 1])
      #expect(try await violations(body.serialized(), item).contains("#/\(property.name)/0"))
    }
  }

  @Test("numbers beyond all ranges are refused, and not rounded", arguments: cases)
  func hugeNumbers(item: Case) async throws {
    let huge = [
      "1e400", "-1e400", "99999999999999999999", "9223372036854775808", "2147483648", "-2147483649", "1.5", "1e-400",
      "1\(String(repeating: "0", count: 400))", "0.\(String(repeating: "0", count: 400))1",
    ]
    for number in huge {
      let members = item.names.map { "\"\($0)\":\(number)" } + ["\"zzz\":1"]
      let found = try await violations("{\(members.joined(separator: ","))}", item)
      for name in item.names { #expect(found.contains("#/\(name)"), "\(name) as \(number.prefix(40))") }
    }
  }

  // MARK: - Sending

  private func violations(_ body: String, _ item: Case) async throws -> Set<String> {
    let answer = try await send(Array(body.utf8), to: item)
    #expect(answer.status == 422, "\(body.prefix(200)) is answered \(answer.status)")
    let problem = try JSONValue(parsing: answer.body)
    return Set(problem["errors"]?.arrayValue?.compactMap { $0["pointer"]?.stringValue } ?? [])
  }

  private func send(
    _ body: [UInt8], to item: Case, type: String? = "application/json", more: [String] = [], isChunked: Bool = false
  ) async throws -> RawAnswer {
    let market = try await WholeMarketplace.shared
    let estate = try await EdgeEstate.shared
    var lines = more + (type.map { ["Content-Type: \($0)"] } ?? [])
    if item.service == .gateway { lines.append("Authorization: Bearer \(estate.administrator.token)") }
    return await market.exchange(
      item.operation.method, estate.path(item.operation.path), lines: lines, body: body, isChunked: isChunked,
      with: item.service)
  }

  private func hex(_ name: String) -> String {
    String(name.utf8.first ?? 0, radix: 16) + name.dropFirst()
  }
}

/// What the paths of operations are filled with.
struct EdgeEstate: Sendable {
  let administrator: Person
  let estate: Estate

  static var shared: EdgeEstate {
    get async throws { try await making.value }
  }

  private static let making = Task {
    let market = try await WholeMarketplace.shared
    return EdgeEstate(administrator: try await market.person("admin", isAdmin: true), estate: try await market.estate())
  }

  /// A path template with its parameters replaced; all of them by `value` when there is one.
  func path(_ template: String, value: String? = nil) -> String {
    let id =
      switch template {
      case _ where template.contains("/orders/"): estate.openOrder
      case _ where template.contains("/payments/"): estate.payment
      case _ where template.contains("/reviews/"): estate.review
      case _ where template.contains("/categories/"): estate.category
      default: estate.product
      }
    return template.replacing("{id}", with: value ?? "\(id)").replacing("{uid}", with: value ?? estate.owner.uid)
      .replacing("{token}", with: value ?? estate.owner.session)
  }
}
