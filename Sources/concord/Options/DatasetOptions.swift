import ArgumentParser

/// What the stores hold when a run begins.
struct DatasetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Dataset of the stack to load into the stores; the stack's default if not given.", valueName: "name"))
  var dataset: String?

  @Flag(help: "Load no dataset: leave the stores as they are.")
  var noDataset = false

  /// Which dataset is asked for.
  var choice: DatasetChoice {
    get throws {
      switch (dataset, noDataset) {
      case (nil, false): return .standard
      case (nil, true): return .none
      case (let name?, false): return .named(name)
      case (.some, true): throw ValidationError("--dataset and --no-dataset exclude each other")
      }
    }
  }

  func validate() throws { _ = try choice }
}

/// A dataset as a user chooses it.
enum DatasetChoice {
  /// The one that the stack description names, if any.
  case standard
  case named(String)
  case none
}
