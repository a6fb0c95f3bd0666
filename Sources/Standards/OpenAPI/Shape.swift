// What may stand where in an OpenAPI document, as data: `Structure.rules` is the specification's field tables
// (OAS 3.1.1 section 4.8, OAS 3.0.4 section 4.7) and `StructureChecker` walks a document along them. What a table cannot
// say (two fields exclude each other, a field depends on another's value) is in `StructureChecker+Conditions`.

/// What a value of the document must look like.
indirect enum Shape: Sendable {
  case anything
  case string
  case boolean
  /// One of some words.
  case word([String])
  /// A schema object, or a boolean in 3.1.
  case schema
  /// An object of a kind.
  case object(ObjectKind)
  /// An object of a kind, or a Reference Object in its place.
  case referable(ObjectKind)
  case list(Shape)
  case map(Shape, keys: KeyRule = .any)
}

/// What the keys of a map must look like.
enum KeyRule: Sendable {
  case any
  /// `^[a-zA-Z0-9._-]+$`, the keys of the components object.
  case componentName
  /// Begins with a slash.
  case path
  /// `default`, `200` or `2XX`.
  case status
}

/// The objects of the specification that have a table of fields.
enum ObjectKind: String, Sendable, Hashable {
  case document, info, contact, license, server, serverVariable, components, pathItem, operation, externalDocumentation
  case parameter, requestBody, mediaType, encoding, response, callback, example, link, header, tag
  case securityScheme, oauthFlows, implicitFlow, passwordFlow, clientCredentialsFlow, authorizationCodeFlow
}

/// One row of a field table.
struct FieldRule: Sendable {
  let shape: Shape
  var isRequired = false
  /// The first version that has the field.
  var since = OpenAPIVersion.v3_0
}

/// A field table.
struct ObjectRule: Sendable {
  /// What messages call the object, with its article.
  let what: String
  let fields: [String: FieldRule]
  /// Whether fields that begin with `x-` are allowed.
  var isExtensible = true
  /// What further keys hold, for objects whose keys are names.
  var others: (shape: Shape, keys: KeyRule)?
}
