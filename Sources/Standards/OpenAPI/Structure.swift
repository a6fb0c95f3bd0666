/// The field tables of OpenAPI 3.0 and 3.1.
enum Structure {
  /// The table of a kind.
  static func rule(for kind: ObjectKind) -> ObjectRule {
    switch kind {
    case .document: document
    case .info: info
    case .contact: ObjectRule(what: "the contact", fields: strings("name", "url", "email"))
    case .license: license
    case .server: server
    case .serverVariable: serverVariable
    case .components: components
    case .pathItem: pathItem
    case .operation: operation
    case .externalDocumentation: externalDocumentation
    case .parameter: parameter
    case .requestBody: requestBody
    case .mediaType: mediaType
    case .encoding: encoding
    case .response: response
    case .callback: ObjectRule(what: "a callback", fields: [:], others: (.object(.pathItem), .any))
    case .example: example
    case .link: link
    case .header: header
    case .tag: tag
    case .securityScheme: securityScheme
    case .oauthFlows: oauthFlows
    case .implicitFlow: flow("the implicit flow", required: ["authorizationUrl"])
    case .passwordFlow: flow("the password flow", required: ["tokenUrl"])
    case .clientCredentialsFlow: flow("the client credentials flow", required: ["tokenUrl"])
    case .authorizationCodeFlow: flow("the authorization code flow", required: ["authorizationUrl", "tokenUrl"])
    }
  }

  /// The methods that a path item may have, in the order in which operations are listed.
  static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

  private static func strings(_ names: String...) -> [String: FieldRule] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, FieldRule(shape: .string)) })
  }

  private static let securityRequirements = Shape.list(.map(.list(.string)))
  private static let content = Shape.map(.object(.mediaType))
  private static let documentation = FieldRule(shape: .object(.externalDocumentation))

  private static let document = ObjectRule(
    what: "the OpenAPI document",
    fields: [
      "openapi": FieldRule(shape: .string, isRequired: true),
      "info": FieldRule(shape: .object(.info), isRequired: true),
      "jsonSchemaDialect": FieldRule(shape: .string, since: .v3_1),
      "servers": FieldRule(shape: .list(.object(.server))),
      "paths": FieldRule(shape: .map(.object(.pathItem), keys: .path)),
      "webhooks": FieldRule(shape: .map(.object(.pathItem)), since: .v3_1),
      "components": FieldRule(shape: .object(.components)),
      "security": FieldRule(shape: securityRequirements),
      "tags": FieldRule(shape: .list(.object(.tag))),
      "externalDocs": documentation,
    ])

  private static let info = ObjectRule(
    what: "the info",
    fields: [
      "title": FieldRule(shape: .string, isRequired: true),
      "summary": FieldRule(shape: .string, since: .v3_1),
      "description": FieldRule(shape: .string),
      "termsOfService": FieldRule(shape: .string),
      "contact": FieldRule(shape: .object(.contact)),
      "license": FieldRule(shape: .object(.license)),
      "version": FieldRule(shape: .string, isRequired: true),
    ])

  private static let license = ObjectRule(
    what: "the license",
    fields: [
      "name": FieldRule(shape: .string, isRequired: true),
      "identifier": FieldRule(shape: .string, since: .v3_1),
      "url": FieldRule(shape: .string),
    ])

  private static let server = ObjectRule(
    what: "a server",
    fields: [
      "url": FieldRule(shape: .string, isRequired: true),
      "description": FieldRule(shape: .string),
      "variables": FieldRule(shape: .map(.object(.serverVariable))),
    ])

  private static let serverVariable = ObjectRule(
    what: "a server variable",
    fields: [
      "enum": FieldRule(shape: .list(.string)),
      "default": FieldRule(shape: .string, isRequired: true),
      "description": FieldRule(shape: .string),
    ])

  private static let components = ObjectRule(
    what: "the components",
    fields: [
      "schemas": FieldRule(shape: .map(.schema, keys: .componentName)),
      "responses": FieldRule(shape: .map(.referable(.response), keys: .componentName)),
      "parameters": FieldRule(shape: .map(.referable(.parameter), keys: .componentName)),
      "examples": FieldRule(shape: .map(.referable(.example), keys: .componentName)),
      "requestBodies": FieldRule(shape: .map(.referable(.requestBody), keys: .componentName)),
      "headers": FieldRule(shape: .map(.referable(.header), keys: .componentName)),
      "securitySchemes": FieldRule(shape: .map(.referable(.securityScheme), keys: .componentName)),
      "links": FieldRule(shape: .map(.referable(.link), keys: .componentName)),
      "callbacks": FieldRule(shape: .map(.referable(.callback), keys: .componentName)),
      "pathItems": FieldRule(shape: .map(.object(.pathItem), keys: .componentName), since: .v3_1),
    ])

  private static let pathItem: ObjectRule = {
    var fields: [String: FieldRule] = [
      "$ref": FieldRule(shape: .string),
      "summary": FieldRule(shape: .string),
      "description": FieldRule(shape: .string),
      "servers": FieldRule(shape: .list(.object(.server))),
      "parameters": FieldRule(shape: .list(.referable(.parameter))),
    ]
    for method in methods { fields[method] = FieldRule(shape: .object(.operation)) }
    return ObjectRule(what: "a path item", fields: fields)
  }()

  private static let operation = ObjectRule(
    what: "an operation",
    fields: [
      "tags": FieldRule(shape: .list(.string)),
      "summary": FieldRule(shape: .string),
      "description": FieldRule(shape: .string),
      "externalDocs": documentation,
      "operationId": FieldRule(shape: .string),
      "parameters": FieldRule(shape: .list(.referable(.parameter))),
      "requestBody": FieldRule(shape: .referable(.requestBody)),
      "responses": FieldRule(shape: .map(.referable(.response), keys: .status)),
      "callbacks": FieldRule(shape: .map(.referable(.callback))),
      "deprecated": FieldRule(shape: .boolean),
      "security": FieldRule(shape: securityRequirements),
      "servers": FieldRule(shape: .list(.object(.server))),
    ])

  private static let externalDocumentation = ObjectRule(
    what: "the external documentation",
    fields: ["description": FieldRule(shape: .string), "url": FieldRule(shape: .string, isRequired: true)])

  private static let parameter = ObjectRule(
    what: "a parameter",
    fields: [
      "name": FieldRule(shape: .string, isRequired: true),
      "in": FieldRule(shape: .word(["query", "header", "path", "cookie"]), isRequired: true),
      "description": FieldRule(shape: .string),
      "required": FieldRule(shape: .boolean),
      "deprecated": FieldRule(shape: .boolean),
      "allowEmptyValue": FieldRule(shape: .boolean),
      "schema": FieldRule(shape: .schema),
      "content": FieldRule(shape: content),
      "style": FieldRule(shape: .string),
      "explode": FieldRule(shape: .boolean),
      "allowReserved": FieldRule(shape: .boolean),
      "example": FieldRule(shape: .anything),
      "examples": FieldRule(shape: .map(.referable(.example))),
    ])

  private static let requestBody = ObjectRule(
    what: "a request body",
    fields: [
      "description": FieldRule(shape: .string),
      "content": FieldRule(shape: content, isRequired: true),
      "required": FieldRule(shape: .boolean),
    ])

  private static let mediaType = ObjectRule(
    what: "a media type",
    fields: [
      "schema": FieldRule(shape: .schema),
      "encoding": FieldRule(shape: .map(.object(.encoding))),
      "example": FieldRule(shape: .anything),
      "examples": FieldRule(shape: .map(.referable(.example))),
    ])

  private static let encoding = ObjectRule(
    what: "an encoding",
    fields: [
      "contentType": FieldRule(shape: .string),
      "headers": FieldRule(shape: .map(.referable(.header))),
      "style": FieldRule(shape: .word(["form", "spaceDelimited", "pipeDelimited", "deepObject"])),
      "explode": FieldRule(shape: .boolean),
      "allowReserved": FieldRule(shape: .boolean),
    ])

  private static let response = ObjectRule(
    what: "a response",
    fields: [
      "description": FieldRule(shape: .string, isRequired: true),
      "headers": FieldRule(shape: .map(.referable(.header))),
      "content": FieldRule(shape: content),
      "links": FieldRule(shape: .map(.referable(.link))),
    ])

  private static let example = ObjectRule(
    what: "an example",
    fields: [
      "summary": FieldRule(shape: .string),
      "description": FieldRule(shape: .string),
      "value": FieldRule(shape: .anything),
      "externalValue": FieldRule(shape: .string),
    ])

  private static let link = ObjectRule(
    what: "a link",
    fields: [
      "operationRef": FieldRule(shape: .string),
      "operationId": FieldRule(shape: .string),
      "parameters": FieldRule(shape: .map(.anything)),
      "requestBody": FieldRule(shape: .anything),
      "description": FieldRule(shape: .string),
      "server": FieldRule(shape: .object(.server)),
    ])

  private static let header = ObjectRule(
    what: "a header",
    fields: [
      "description": FieldRule(shape: .string),
      "required": FieldRule(shape: .boolean),
      "deprecated": FieldRule(shape: .boolean),
      "schema": FieldRule(shape: .schema),
      "content": FieldRule(shape: content),
      "style": FieldRule(shape: .word(["simple"])),
      "explode": FieldRule(shape: .boolean),
      "example": FieldRule(shape: .anything),
      "examples": FieldRule(shape: .map(.referable(.example))),
    ])

  private static let tag = ObjectRule(
    what: "a tag",
    fields: [
      "name": FieldRule(shape: .string, isRequired: true),
      "description": FieldRule(shape: .string),
      "externalDocs": documentation,
    ])

  private static let securityScheme = ObjectRule(
    what: "a security scheme",
    fields: [
      "type": FieldRule(shape: .word(["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]), isRequired: true),
      "description": FieldRule(shape: .string),
      "name": FieldRule(shape: .string),
      "in": FieldRule(shape: .word(["query", "header", "cookie"])),
      "scheme": FieldRule(shape: .string),
      "bearerFormat": FieldRule(shape: .string),
      "flows": FieldRule(shape: .object(.oauthFlows)),
      "openIdConnectUrl": FieldRule(shape: .string),
    ])

  private static let oauthFlows = ObjectRule(
    what: "the OAuth flows",
    fields: [
      "implicit": FieldRule(shape: .object(.implicitFlow)),
      "password": FieldRule(shape: .object(.passwordFlow)),
      "clientCredentials": FieldRule(shape: .object(.clientCredentialsFlow)),
      "authorizationCode": FieldRule(shape: .object(.authorizationCodeFlow)),
    ])

  private static func flow(_ what: String, required: [String]) -> ObjectRule {
    var fields = strings("refreshUrl")
    for name in required { fields[name] = FieldRule(shape: .string, isRequired: true) }
    fields["scopes"] = FieldRule(shape: .map(.string), isRequired: true)
    return ObjectRule(what: what, fields: fields)
  }
}
