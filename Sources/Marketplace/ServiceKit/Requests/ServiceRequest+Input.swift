private import HTTP
private import JSON

extension ServiceRequest {
  /// The largest JSON body that services read unless they say otherwise: 1 MiB.
  package static let standardBodyLimit = 1 << 20

  /// Reads a JSON object from the body, reporting every violation at once.
  ///
  /// - Throws: 415 unless the content is `application/json`, 413 beyond the limit, 400 when it is not JSON, 422 with
  ///   all violations (unknown fields among them) when it is JSON of the wrong shape.
  package func decode<T>(
    maximumBytes: Int = ServiceRequest.standardBodyLimit, _ read: (ObjectReader) throws -> T
  ) async throws -> T {
    let body = try await jsonBody(maximumBytes: maximumBytes)
    let violations = ViolationList()
    guard case .object(let object) = body else {
      violations.add(.pointer(JSONPointer()), "must be an object, not \(body.indefiniteTypeName)")
      throw Problem.unprocessable(violations.all)
    }
    let reader = ObjectReader(object, at: JSONPointer(), violations: violations)
    let value = try read(reader)
    reader.reportUnknownFields()
    guard violations.isEmpty else { throw Problem.unprocessable(violations.all) }
    return value
  }

  /// Reads the query parameters, reporting every violation at once.
  ///
  /// - Throws: 422 with all violations; unknown and repeated parameters are violations.
  package func readQuery<T>(_ read: (QueryReader) throws -> T) throws -> T {
    let violations = ViolationList()
    let reader = QueryReader(query, violations: violations)
    let value = try read(reader)
    reader.reportUnknownParameters()
    guard violations.isEmpty else { throw Problem.unprocessable(violations.all) }
    return value
  }

  private func jsonBody(maximumBytes: Int) async throws(Problem) -> JSONValue {
    guard let contentType = headers["Content-Type"], MediaType.isJSON(contentType) else {
      throw Problem(
        status: 415, kind: "unsupported-media-type", detail: "The body must be sent as application/json.",
        headers: ["Accept": "application/json"])
    }
    let bytes = try await bodyBytes(maximumBytes: maximumBytes)
    guard !bytes.isEmpty else { throw .badRequest("A JSON body is required.") }
    do {
      return try JSONValue(
        parsing: bytes, options: JSONParser.Options(maximumDepth: 64, duplicateKeys: .reject))
    } catch {
      throw .badRequest("The body is not JSON: line \(error.line), column \(error.column): \(error.message).")
    }
  }
}
