import HTTP
import JSON
import JSONSchema
import OpenAPI
import RunModel

/// Required headers are there, and documented ones have the values that their schemas allow.
struct ResponseHeadersCheck: ExchangeCheck {
  let id = "response-headers"
  let summary = "required headers are there, and documented ones have values that their schemas allow"

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    guard let promise = exchange.promise, !promise.headers.isEmpty else { return .notApplicable }
    return CheckOutcome(
      promise.headers.flatMap { header -> [CheckFailure] in
        let values = exchange.headers.values(header.name)
        guard !values.isEmpty else { return header.isRequired ? [missing(header)] : [] }
        // Repeated fields are one list (RFC 9110 section 5.3).
        return violations(of: values.joined(separator: ", "), header, exchange)
      })
  }

  private func missing(_ header: Header) -> CheckFailure {
    CheckFailure(
      check: id, subject: .header(header.name), message: "the header \(header.name) is missing",
      expectation: header.location, expected: "a value", actual: "none")
  }

  private func violations(of text: String, _ header: Header, _ exchange: ObservedExchange) -> [CheckFailure] {
    guard let reference = header.schema ?? header.content?.schema, let schema = exchange.api.schema(reference) else {
      return []
    }
    let readings = Self.readings(of: text, isJSON: header.content?.isJSON == true)
    guard !readings.contains(where: schema.isValid) else { return [] }
    let closest = readings.map(schema.validate).min { $0.count < $1.count } ?? []
    return closest.map { violation in
      CheckFailure(
        check: id, subject: .header(header.name), message: violation.message,
        expectation: exchange.api.document.location(schemaURI: violation.schemaURI, pointer: violation.schema),
        expected: violation.expected.map(DisplayText.short), actual: DisplayText.short(.string(text)))
    }
  }

  /// What a header's text can mean, as its schema alone says which: a number or boolean, text, a list (style `simple`).
  private static func readings(of text: String, isJSON: Bool) -> [JSONValue] {
    if isJSON { return [(try? JSONValue(parsing: text)) ?? .string(text)] }
    let elements = text.split(separator: ",", omittingEmptySubsequences: false).map { element in
      scalar(String(element.drop { $0 == " " }))
    }
    let value = scalar(text)
    return (value == .string(text) ? [value] : [value, .string(text)]) + [.array(elements)]
  }

  private static func scalar(_ text: String) -> JSONValue {
    if let number = JSONNumber(lexeme: text) { return .number(number) }
    return text == "true" ? true : text == "false" ? false : .string(text)
  }
}
