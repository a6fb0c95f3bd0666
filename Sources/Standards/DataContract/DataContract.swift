package import JSON
package import YAMLSource

/// A data contract: what a service promises about the data that it owns (Open Data Contract Standard 3.1).
package struct DataContract: Sendable {
  /// The file that was loaded.
  package let file: String
  /// Its id, unique among contracts.
  package let id: String
  /// Its name for people.
  package let name: String?
  /// Its version.
  package let version: String
  /// Its status, such as `active`.
  package let status: String
  /// The version of the standard, such as `v3.1.0`.
  package let apiVersion: String
  /// The domain that the data belongs to.
  package let domain: String?
  /// What the data is for.
  package let purpose: String?
  /// The stores that hold the data.
  package let servers: [ContractServer]
  /// The tables, collections and derived relations.
  package let objects: [SchemaObject]
  /// What is agreed about the service of the data, such as how long it is kept.
  package let serviceLevels: [ServiceLevel]
  /// Groups that it belongs to.
  package let tags: [String]
  /// Its custom properties by name.
  package let custom: [String: JSONValue]
  /// The file as it was read.
  package let source: SourceDocument

  /// Loads a contract and checks the references within it.
  ///
  /// References to other contracts are checked by `DataContractSet`.
  /// - Returns: the contract, absent when there is an error, and every problem in reading order.
  package static func load(file: String, loader: SourceLoader) -> (DataContract?, [Diagnostic]) {
    let sink = DiagnosticSink()
    let contract = read(file: file, loader: loader, into: sink)
    if let contract {
      ReferenceLinker(contracts: [contract], loader: loader, sink: sink, isComplete: false).link()
    }
    let diagnostics = sink.diagnostics.inReadingOrder()
    return (diagnostics.hasErrors ? nil : contract, diagnostics)
  }

  /// Reads a contract without following its references; what is wrong goes to the sink.
  static func read(file: String, loader: SourceLoader, into sink: DiagnosticSink) -> DataContract? {
    do {
      return ContractReader(source: try loader.load(file), sink: sink).read()
    } catch {
      sink.report(contentsOf: error.diagnostics)
      return nil
    }
  }

  /// The object with a name.
  package func object(named name: String) -> SchemaObject? { objects.first { $0.name == name } }

  /// All relationships, those of objects and those of properties, in order.
  package var relationships: [Relationship] { objects.flatMap(\.allRelationships) }

  /// All quality rules, those of objects and those of properties, in order.
  package var qualityRules: [QualityRule] { objects.flatMap(\.allQuality) }
}

/// A store that holds the data of a contract.
package struct ContractServer: Sendable, Hashable {
  /// Its name, which is the name of the store in the description of the stack.
  package let name: String
  /// Its type, such as `postgres`.
  package let type: String
  /// What it is for.
  package let summary: String?
  /// The environment, such as `production`.
  package let environment: String?
  /// All other members by name, such as `host`, `port` and `project`.
  package let details: [String: JSONValue]
  /// Its custom properties by name.
  package let custom: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation
}

/// Something agreed about the service of the data (`slaProperties`).
package struct ServiceLevel: Sendable, Hashable {
  /// Its stable id, if it has one.
  package let id: String?
  /// What is agreed, such as `retention`.
  package let property: String
  /// The agreed value.
  package let value: JSONValue
  /// A second value, where the property needs one.
  package let extendedValue: JSONValue?
  /// The unit of the value, such as `d`.
  package let unit: String?
  /// The objects or columns that it is about, as written: `api_logs.created_at`.
  package let elements: [String]
  /// Why it is agreed: `regulatory`, `analytics` or `operational`.
  package let driver: String?
  /// What it means, for people.
  package let summary: String?
  /// Where it is written.
  package let location: SourceLocation

  /// The value as a span of time when its unit is one; months count 30 days and years 365.
  package var duration: Duration? {
    guard let number = value.intValue, let unit = unit?.lowercased() else { return nil }
    let seconds: Int
    switch unit {
    case "s", "sec", "second", "seconds": seconds = 1
    case "min", "minute", "minutes": seconds = 60
    case "h", "hr", "hour", "hours": seconds = 3600
    case "d", "day", "days": seconds = 86_400
    case "w", "week", "weeks": seconds = 604_800
    case "mo", "month", "months": seconds = 2_592_000
    case "y", "yr", "year", "years": seconds = 31_536_000
    default: return nil
    }
    let (product, isTooLarge) = number.multipliedReportingOverflow(by: seconds)
    return isTooLarge ? nil : .seconds(product)
  }
}
