/// Which keywords of a schema hold further schemas (JSON Schema 2020-12 core section 10, and OAS 3.0's subset).
enum SchemaKeywords {
  /// What the value of a keyword holds.
  enum Role {
    case reference, schema, schemaOrBoolean, list, map, other
  }

  /// The role of a keyword.
  static func role(of keyword: String) -> Role {
    switch keyword {
    case "$ref", "$dynamicRef": .reference
    case "additionalProperties": .schemaOrBoolean
    case "items", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
      "unevaluatedProperties", "contentSchema":
      .schema
    case "allOf", "anyOf", "oneOf", "prefixItems": .list
    case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas": .map
    default: .other
    }
  }
}
