import JSON
import YAMLSource

/// Reads one `stack.yaml`; stores and services are read in extensions.
///
/// A class because all parts report into one sink; it lives as long as one load.
final class StackReader {
  let sink = DiagnosticSink()
  let files: StackFiles
  let environment: [String: String]?
  private let document: SourceDocument

  init(
    document: SourceDocument, environment: [String: String]?, listFiles: @escaping (String) throws -> [String]
  ) {
    self.document = document
    self.environment = environment
    self.files = StackFiles(stackFile: document.file, list: listFiles)
  }

  /// The description as far as it can be understood; whether it can be used is for the sink to say.
  func read() -> StackDescription? {
    var reader = MappingReader(document.root, what: "the stack", into: sink, allowExtensions: "x-")
    guard reader.isMapping else { return nil }
    readVersion(&reader)
    refuseVariablesWhereNoneAreTaken(document.root)
    let name = reader.requiredString("name") ?? ""
    let (workflows, contracts) = readContracts(&reader)
    let inputs = readInputs(reader.members("inputs"))
    let storeEntries = reader.members("stores")
    let serviceEntries = reader.members("services")
    checkNames(storeEntries + serviceEntries)
    let stores = storeEntries.compactMap(readStore)
    let services = readServices(serviceEntries, stores: stores)
    if storeEntries.isEmpty, serviceEntries.isEmpty {
      sink.error("the stack has neither stores nor services", at: reader.location)
    }
    let datasets = readDatasets(reader.members("datasets"), stores: stores)
    let dataset = reader.string("dataset")
    if let dataset, datasets[dataset] == nil {
      sink.error(
        "there is no dataset '\(dataset)'", at: reader.keyLocation("dataset"),
        remedy: remedy(for: dataset, among: datasets.keys.sorted()))
    }
    let coverage = readCoverage(reader.optional("coverage"))
    let baseline = reader.string("baseline").map(files.resolve)
    reader.finish()
    return StackDescription(
      name: name, file: document.file, stores: stores, services: services, datasets: datasets, defaultDataset: dataset,
      workflowFiles: workflows, dataContractFiles: contracts, inputs: inputs, coverage: coverage,
      baselineFile: baseline)
  }

  private func readVersion(_ reader: inout MappingReader) {
    guard let node = reader.required("concord") else { return }
    if node.json.intValue != StackDescription.formatVersion {
      sink.error(
        "'concord' is the version of this format and must be \(StackDescription.formatVersion), found \(node.found)",
        at: node.location)
    }
  }

  private func readContracts(_ reader: inout MappingReader) -> (workflows: [String], data: [String]) {
    guard let node = reader.optional("contracts") else { return ([], []) }
    var contracts = MappingReader(node, what: "'contracts'", into: sink)
    let workflows = readPatterns(contracts.optional("workflows"))
    let data = readPatterns(contracts.optional("data"))
    contracts.finish()
    return (workflows, data)
  }

  /// One pattern, or a list of them.
  private func readPatterns(_ node: SourceNode?) -> [String] {
    guard let node else { return [] }
    var found: [String] = []
    for pattern in node.elements ?? [node] {
      guard let text = pattern.string else {
        sink.error("a pattern for files must be a string, found \(pattern.found)", at: pattern.location)
        continue
      }
      for file in files.matching(text, at: pattern.location, into: sink) where !found.contains(file) {
        found.append(file)
      }
    }
    return found
  }

  private func readInputs(_ entries: [SourceNode.Entry]) -> JSONObject {
    let scope = VariableScope(environment: environment)
    return JSONObject(entries.map { ($0.key, expand($0.value, scope)) })
  }

  /// The value of a node, with the variables in its strings replaced.
  private func expand(_ node: SourceNode, _ scope: VariableScope) -> JSONValue {
    switch node.content {
    case .sequence(let elements): return .array(elements.map { expand($0, scope) })
    case .mapping(let entries): return .object(JSONObject(entries.map { ($0.key, expand($0.value, scope)) }))
    case .scalar:
      guard let text = node.string else { return node.json }
      // Without stores, services and self, all that a text can hold are literals and the folders of Concord.
      let template = scope.parse(text, at: node.location, into: sink)
      return .string(
        template.expanded { variable in
          sink.error("only variables of the environment can be used in inputs", at: node.location)
          return "\(variable)"
        })
    }
  }

  private func checkNames(_ entries: [SourceNode.Entry]) {
    var seen: [String: SourceLocation] = [:]
    for entry in entries {
      let isPlain = entry.key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
      }
      if !isPlain || entry.key.hasPrefix("-") || !(1...40).contains(entry.key.utf8.count) {
        sink.error(
          "'\(entry.key)' cannot be the name of a store or service", at: entry.keyLocation,
          remedy: "use at most 40 lower-case letters, digits and hyphens")
      }
      if let first = seen.updateValue(entry.keyLocation, forKey: entry.key) {
        sink.error(
          "the name '\(entry.key)' is used twice", at: entry.keyLocation,
          remedy: "stores and services need different names; the other is on line \(first.line)")
      }
    }
  }

  private func readDatasets(_ entries: [SourceNode.Entry], stores: [StoreDescription]) -> [String: [String]] {
    var datasets: [String: [String]] = [:]
    for entry in entries {
      // One folder, or several that are loaded on top of each other.
      let nodes = entry.value.elements ?? [entry.value]
      if nodes.isEmpty { sink.error("the dataset '\(entry.key)' has no folder", at: entry.value.location) }
      datasets[entry.key] = nodes.compactMap { readDatasetFolder($0, of: entry.key, stores: stores) }
    }
    return datasets
  }

  private func readDatasetFolder(_ node: SourceNode, of dataset: String, stores: [StoreDescription]) -> String? {
    guard let path = node.string else {
      sink.error("a dataset must be the path of a folder, or a list of them, found \(node.found)", at: node.location)
      return nil
    }
    let folder = files.resolve(path)
    guard let names = try? files.list(folder) else {
      sink.error("the dataset '\(dataset)' is not there: no folder '\(folder)'", at: node.location)
      return nil
    }
    for name in names {
      if let problem = DatasetFile.problem(with: name, stores: stores) {
        sink.error(
          "the dataset '\(dataset)' has a file '\(name)' that \(problem.message)", at: node.location,
          remedy: problem.remedy)
      }
    }
    return folder
  }
}
