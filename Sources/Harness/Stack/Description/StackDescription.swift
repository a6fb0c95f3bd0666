package import JSON
package import RunModel
package import YAMLSource

/// What `stack.yaml` says: the stores and services of a system, and how to start or reach each of them.
///
/// Everything in it is checked when it is loaded: names that are referred to exist, variables are known, files are
/// there, and services do not need each other in a circle. What remains to go wrong is the world.
package struct StackDescription: Sendable {
  /// The one version of the format there is, as `concord: 1` says it.
  package static let formatVersion = 1

  /// Name of the stack.
  package let name: String
  /// The file it was read from, as it was named.
  package let file: String
  /// Stores in the order of the file.
  package let stores: [StoreDescription]
  /// Services in the order of the file.
  package let services: [ServiceDescription]
  /// Folders of test data by name, in the order in which they are loaded on top of each other.
  package let datasets: [String: [String]]
  /// The dataset that is loaded unless another is asked for.
  package let defaultDataset: String?
  /// Arazzo documents, sorted by path.
  package let workflowFiles: [String]
  /// Data contracts, sorted by path.
  package let dataContractFiles: [String]
  /// Values for the inputs of workflows.
  package let inputs: JSONObject
  /// Shares of every API document that a run must see, in percent.
  package let coverage: [ContractCoverage.Dimension: Int]
  /// The file of accepted findings; it need not be there yet.
  package let baselineFile: String?

  /// The shares that are wanted of a service: its own, and for the rest those of the stack.
  package func coverage(of service: ServiceDescription) -> [ContractCoverage.Dimension: Int] {
    coverage.merging(service.coverage) { $1 }
  }

  /// Reads a description and reports everything that is wrong with it at once.
  ///
  /// - Parameters:
  ///   - environment: values for `${env.NAME}`; nil to check the file without any, as a linter does.
  ///   - listFiles: returns the names in a folder, or throws when there is none.
  /// - Returns: the description, nil when a diagnostic is an error.
  package static func load(
    file: String, loader: SourceLoader, environment: [String: String]?,
    listFiles: @escaping @Sendable (String) throws -> [String]
  ) -> (StackDescription?, [Diagnostic]) {
    do {
      let document = try loader.load(file)
      let reader = StackReader(document: document, environment: environment, listFiles: listFiles)
      let description = reader.read()
      let diagnostics = reader.sink.diagnostics.inReadingOrder()
      return (diagnostics.hasErrors ? nil : description, diagnostics)
    } catch {
      return (nil, error.diagnostics)
    }
  }
}
