package import JSON
package import YAMLSource

/// One operation of an API: a method on a path, with everything that the document promises about it.
package struct Operation: Sendable, Hashable {
  /// The `operationId`, or the method and path template where there is none: `GET /users`.
  package let id: String
  /// The `operationId` as written.
  package let operationID: String?
  /// The method in upper case.
  package let method: String
  /// The path template as written: `/users/{uid}`.
  package var path: String { template.description }
  /// The path template in parts.
  package let template: PathTemplate
  /// Groups that it belongs to.
  package let tags: [String]
  /// What it does, in a few words.
  package let summary: String?
  /// Whether it should no longer be used.
  package let isDeprecated: Bool
  /// The parameters, the path item's replaced by the operation's where name and location are equal.
  package let parameters: [Parameter]
  /// The body that it takes.
  package let requestBody: RequestBody?
  /// What it may answer, in the order in which it is written.
  package let responses: [Response]
  /// The alternatives to authenticate, those of the operation or else of the document.
  ///
  /// Empty: no authentication.
  package let security: [SecurityRequirement]
  /// Members that begin with `x-`.
  package let extensions: [String: JSONValue]
  /// Where it is declared, in its file.
  package let pointer: JSONPointer
  /// Where it is declared, for messages: the key of its method.
  package let location: SourceLocation

  /// What is promised for a status code: its own key, else its range, else `default`.
  package func response(for status: Int) -> Response? {
    var best: (response: Response, closeness: Int)?
    for response in responses {
      guard let closeness = StatusKey.closeness(of: response.status, to: status) else { continue }
      if closeness > best?.closeness ?? -1 { best = (response, closeness) }
    }
    return best?.response
  }

  /// The parameter of a name in a part of the request; names of headers in any case.
  package func parameter(named name: String, in location: Parameter.Location) -> Parameter? {
    parameters.first {
      guard $0.location == location else { return false }
      return location == .header ? $0.name.lowercased() == name.lowercased() : $0.name == name
    }
  }

  /// Whether it can be called without authentication.
  package var isPublic: Bool { security.isEmpty || security.contains { $0.parts.isEmpty } }

  /// The links of all its responses, each with the status under which it is declared.
  package var links: [(status: String, link: Link)] {
    responses.flatMap { response in response.links.map { (response.status, $0) } }
  }

  /// The examples of its request body, each with its content type.
  package var examples: [(contentType: String, example: Example)] {
    (requestBody?.content ?? []).flatMap { type in type.examples.map { (type.contentType, $0) } }
  }
}

/// An operation that answers a request, with the values of its path's variables.
package struct OperationMatch: Sendable, Hashable {
  /// The operation.
  package let operation: Operation
  /// The values of the path's variables by name, percent-decoded.
  package let pathParameters: [String: String]
}
