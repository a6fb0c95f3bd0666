import JSON
import OpenAPI

/// How requests prove who sends them, with values that the stack gets from the environment.
struct Credentials {
  /// An input of the stack.
  struct Input: Hashable {
    let name: String
    /// The variable of the environment that has its value.
    let variable: String
  }

  private let document: OpenAPIDocument
  private let service: String

  init(_ document: OpenAPIDocument, service: String) {
    self.document = document
    self.service = service
  }

  /// The parameters that an operation's first fulfillable requirement asks for, and the inputs behind them.
  func parameters(for operation: Operation) -> (parameters: [ParameterDraft], inputs: [Input]) {
    guard !operation.isPublic else { return ([], []) }
    for requirement in operation.security {
      let made = requirement.parts.map { part in document.securitySchemes[part.scheme].flatMap(parameter) }
      guard !made.contains(where: { $0 == nil }) else { continue }
      return (made.compactMap { $0?.0 }, made.compactMap { $0?.1 })
    }
    return ([], [])
  }

  private func parameter(_ scheme: SecurityScheme) -> (ParameterDraft, Input)? {
    let input = Input(
      name: Identifier.camel("\(service) \(scheme.name)"),
      variable: Identifier.kebab("\(service) \(scheme.name)").replacing("-", with: "_").uppercased())
    let value = "{$inputs.\(input.name)}"
    switch scheme.kind {
    case .apiKey(let name, let location):
      return (
        ParameterDraft(name: name, location: location.rawValue, value: .string("$inputs.\(input.name)")), input
      )
    case .http(let name, _):
      let word = name.prefix(1).uppercased() + name.dropFirst()
      return (ParameterDraft(name: "Authorization", location: "header", value: .string("\(word) \(value)")), input)
    case .oauth2, .openIDConnect:
      return (ParameterDraft(name: "Authorization", location: "header", value: .string("Bearer \(value)")), input)
    case .mutualTLS, .remote: return nil
    }
  }
}
