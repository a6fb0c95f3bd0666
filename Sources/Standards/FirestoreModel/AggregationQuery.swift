package import JSON

/// A query whose documents are counted, summed or averaged: google.firestore.v1.StructuredAggregationQuery.
package struct AggregationQuery: Sendable, Hashable {
  /// What is computed.
  package enum Operation: Sendable, Hashable {
    /// Number of documents, at most `upTo` when given.
    case count(upTo: Int64?)
    /// Sum of the numbers in a field; an integer unless a double takes part or 64 bits overflow; 0 for none.
    case sum(FieldPath)
    /// Mean of the numbers in a field; null for none.
    case average(FieldPath)
  }

  /// One result, under a name of the caller's.
  package struct Aggregation: Sendable, Hashable {
    package let alias: String
    package let operation: Operation

    /// Names a result.
    package init(alias: String, _ operation: Operation) {
      self.alias = alias
      self.operation = operation
    }
  }

  package let query: StructuredQuery
  /// One to five, with different names.
  package let aggregations: [Aggregation]

  /// Aggregates the documents of a query.
  package init(_ query: StructuredQuery, _ aggregations: [Aggregation]) {
    self.query = query
    self.aggregations = aggregations
  }

  /// Reads the REST form; a result without a name gets `field_1`, `field_2`, ….
  ///
  /// - Throws: When the query is malformed, there are not one to five aggregations, or two share a name.
  package init(json: JSONValue) throws(FirestoreFormatError) {
    var object = try ProtoObject(json)
    let query = try object.read("structuredQuery") { (json) throws(FirestoreFormatError) in
      try StructuredQuery(json: json)
    }
    let read = try object.list("aggregations", AggregationQuery.aggregation)
    try object.finish()
    guard let query else { throw FirestoreFormatError("an aggregation needs a structuredQuery.") }
    guard !read.isEmpty else { throw FirestoreFormatError("Aggregations can not be empty.", at: "aggregations") }
    guard read.count <= 5 else {
      throw FirestoreFormatError("at most five aggregations can be given, found \(read.count).", at: "aggregations")
    }
    var unnamed = 0
    let aggregations = read.map { alias, operation in
      if let alias { return Aggregation(alias: alias, operation) }
      unnamed += 1
      return Aggregation(alias: "field_\(unnamed)", operation)
    }
    guard Set(aggregations.map(\.alias)).count == aggregations.count else {
      throw FirestoreFormatError("Aggregation aliases contain duplicate alias.", at: "aggregations")
    }
    self.init(query, aggregations)
  }

  /// The REST form.
  package var json: JSONValue {
    let list = aggregations.map { aggregation -> JSONValue in
      let member: (String, JSONValue) =
        switch aggregation.operation {
        case .count(nil): ("count", [:])
        case .count(let limit?): ("count", ["upTo": .string(String(limit))])
        case .sum(let field): ("sum", ["field": StructuredQuery.json(field: field)])
        case .average(let field): ("avg", ["field": StructuredQuery.json(field: field)])
        }
      return .object(JSONObject([("alias", .string(aggregation.alias)), member]))
    }
    return ["structuredQuery": query.json, "aggregations": .array(list)]
  }

  private static func aggregation(_ json: JSONValue) throws(FirestoreFormatError) -> (String?, Operation) {
    var object = try ProtoObject(json)
    let alias = try object.string("alias")
    let count = try object.read("count") { (json) throws(FirestoreFormatError) -> Operation in
      var count = try ProtoObject(json)
      let limit = try count.read("upTo", ProtoObject.int64)
      try count.finish()
      if let limit, limit <= 0 { throw FirestoreFormatError("upTo must be positive.", at: "upTo") }
      return .count(upTo: limit)
    }
    let sum = try object.read("sum", AggregationQuery.field)
    let average = try object.read("avg", AggregationQuery.field)
    try object.finish()
    let operations = [count, sum.map(Operation.sum), average.map(Operation.average)].compactMap { $0 }
    guard operations.count == 1 else {
      throw FirestoreFormatError("an aggregation is exactly one of count, sum and avg.")
    }
    return (alias?.isEmpty == true ? nil : alias, operations[0])
  }

  private static func field(_ json: JSONValue) throws(FirestoreFormatError) -> FieldPath {
    var object = try ProtoObject(json)
    let field = try object.read("field", StructuredQuery.field)
    try object.finish()
    guard let field else { throw FirestoreFormatError("a field is needed.") }
    return field
  }
}
