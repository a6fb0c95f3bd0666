package import JSON
package import YAMLSource

/// A table, a collection, or a relation derived by a query.
package struct SchemaObject: Sendable, Hashable {
  /// What an object is in its store.
  package enum Kind: Sendable, Hashable {
    case table, view, collection
    /// A named SELECT, given by the custom property `concord.query`.
    case query(String)
    /// Anything else, by its `physicalType`.
    case other(String)
  }

  /// Its stable id, for references.
  package let id: String?
  /// Its name in the contract.
  package let name: String
  /// Its name in the store.
  package let physicalName: String
  /// What it is.
  package let kind: Kind
  /// What it holds, for people.
  package let summary: String?
  /// The columns or fields.
  package let properties: [SchemaProperty]
  /// The relationships declared at the object; `allRelationships` has those of its properties as well.
  package let relationships: [Relationship]
  /// The quality rules declared at the object; `allQuality` has those of its properties as well.
  package let quality: [QualityRule]
  /// A SELECT of the rows that a view or query rests on, whether they count or not (`concord.basis`).
  package let basis: String?
  /// Which of its rows count as deleted (`concord.deleted`).
  package let deleted: RowFilter?
  /// The property that tells when a row was written (`concord.writtenAt`).
  package let writtenAt: String?
  /// The property that holds the `X-Request-ID` of the request that wrote a row (`concord.requestId`).
  package let requestID: String?
  /// Groups that it belongs to.
  package let tags: [String]
  /// Its custom properties by name.
  package let custom: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation

  /// The property with a name.
  package func property(named name: String) -> SchemaProperty? { properties.first { $0.name == name } }

  /// The properties of the primary key, in the order of their positions.
  package var primaryKey: [SchemaProperty] {
    properties.filter(\.isPrimaryKey).sorted { ($0.primaryKeyPosition ?? .max) < ($1.primaryKeyPosition ?? .max) }
  }

  /// The relationships of the object and of its properties, at any depth.
  package var allRelationships: [Relationship] { relationships + properties.flatMap(\.allRelationships) }

  /// The quality rules of the object and of its properties, at any depth.
  package var allQuality: [QualityRule] { quality + properties.flatMap(\.allQuality) }
}

/// A column of a table or a field of a document.
package struct SchemaProperty: Sendable, Hashable {
  /// The kinds of values that the standard knows.
  package enum LogicalType: String, Sendable, Hashable, CaseIterable {
    case string, date, timestamp, time, number, integer, object, array, boolean
  }

  /// Its stable id, for references.
  package let id: String?
  /// Its name in the contract; empty for the items of an array.
  package let name: String
  /// Its name in the store.
  package let physicalName: String
  /// The kind of its values.
  package let logicalType: LogicalType?
  /// Limits of its values, such as `maxLength`.
  package let options: [String: JSONValue]
  /// Its type in the store, such as `VARCHAR(128)`.
  package let physicalType: String?
  /// Whether it is part of the primary key.
  package let isPrimaryKey: Bool
  /// Its place in the primary key, from 1.
  package let primaryKeyPosition: Int?
  /// Whether it can never be null or absent.
  package let isRequired: Bool
  /// Whether no two rows have the same value.
  package let isUnique: Bool
  /// How sensitive its values are, such as `personal`.
  package let classification: String?
  /// What it holds, for people.
  package let summary: String?
  /// The fields of an object.
  package let properties: [SchemaProperty]
  /// The type of an array's elements: none, or one.
  package let items: [SchemaProperty]
  /// The relationships declared here, from this property.
  package let relationships: [Relationship]
  /// The quality rules declared here.
  package let quality: [QualityRule]
  /// Groups that it belongs to.
  package let tags: [String]
  /// Its custom properties by name.
  package let custom: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation

  /// The relationships of the property and of those below it.
  package var allRelationships: [Relationship] {
    relationships + properties.flatMap(\.allRelationships) + items.flatMap(\.allRelationships)
  }

  /// The quality rules of the property and of those below it.
  package var allQuality: [QualityRule] { quality + properties.flatMap(\.allQuality) + items.flatMap(\.allQuality) }
}
