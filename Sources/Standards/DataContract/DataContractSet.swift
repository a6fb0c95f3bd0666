package import YAMLSource

/// All data contracts of a platform, with the references between them resolved.
package struct DataContractSet: Sendable {
  /// The contracts, in the order in which their files were named.
  package let contracts: [DataContract]
  /// Every relationship with the columns that it connects, in the order of the contracts.
  package let relationships: [LinkedRelationship]

  /// Loads contracts and resolves the references between them.
  ///
  /// - Returns: the set, absent when there is an error, and every problem in reading order.
  package static func load(files: [String], loader: SourceLoader) -> (DataContractSet?, [Diagnostic]) {
    let sink = DiagnosticSink()
    var contracts: [DataContract] = []
    var ids: [String: String] = [:]
    for file in files {
      guard let contract = DataContract.read(file: file, loader: loader, into: sink) else { continue }
      if let other = ids[contract.id], !contract.id.isEmpty {
        sink.error(
          "the contract id '\(contract.id)' is used by '\(other)' too", at: contract.source.root["id"]?.location,
          remedy: "give each contract an id of its own")
      }
      ids[contract.id] = contract.file
      contracts.append(contract)
    }
    let linker = ReferenceLinker(
      contracts: contracts, loader: loader, sink: sink, isComplete: contracts.count == files.count)
    let relationships = linker.link()
    let diagnostics = sink.diagnostics.inReadingOrder()
    let set = DataContractSet(contracts: contracts, relationships: relationships)
    return (diagnostics.hasErrors ? nil : set, diagnostics)
  }

  /// The contract that was loaded from a file.
  package func contract(file: String) -> DataContract? { contracts.first { $0.file == file } }

  /// The contract and object that a column belongs to.
  package func owner(of column: LinkedColumn) -> (contract: DataContract, object: SchemaObject)? {
    guard let contract = contract(file: column.contractFile), let object = contract.object(named: column.object)
    else { return nil }
    return (contract, object)
  }

  /// All quality rules with the contract that declares each.
  package var qualityRules: [(contract: DataContract, rule: QualityRule)] {
    contracts.flatMap { contract in contract.qualityRules.map { (contract, $0) } }
  }

  /// All retentions that can be judged, with the contract that declares each.
  package var retentions: [(contract: DataContract, retention: Retention)] {
    contracts.flatMap { contract in contract.retentions.map { (contract, $0) } }
  }
}

/// A relationship with the columns that it connects.
package struct LinkedRelationship: Sendable, Hashable {
  /// The relationship as declared.
  package let relationship: Relationship
  /// The referring columns.
  package let from: [LinkedColumn]
  /// The columns referred to, in the same order.
  package let to: [LinkedColumn]
}

/// A column of an object of a contract.
package struct LinkedColumn: Sendable, Hashable {
  /// The file of the contract.
  package let contractFile: String
  /// The name of the object.
  package let object: String
  /// The names of the property and, for a nested one, of those above it.
  package let path: [String]
  /// The property.
  package let property: SchemaProperty
}
