/// Where schemas stand inside a schema (draft 2020-12, core section 10 and validation section 8).
enum SchemaKeyword {
  /// Keywords whose value is a schema.
  static let single: Set<String> = [
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
    "unevaluatedItems", "unevaluatedProperties",
  ]
  /// Keywords whose value is a list of schemas.
  static let list: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems"]
  /// Keywords whose value is an object of schemas; `definitions` is the old name of `$defs` and still in use.
  static let map: Set<String> = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]
}
